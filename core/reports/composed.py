"""What a registry holds of its reports: every field found, every template there, nothing left to check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import Missing
from core.i18n import _
from core.orm.filter import Filter
from core.reports.declare import A4_24, LabelSheet, Naming, Values
from core.reports.sandbox import Sandbox
from core.views.composed import FieldAt

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model
    from core.orm.registry import ModelInfo, Models


@dataclass(frozen=True)
class ReportAt:
    """A document that a model's records have. each: whether one has it, rather than all that were chosen together.

    language, company: fields that say in which language and with whose head; None where none does.
    """

    key: str
    name: str
    model: ModelInfo
    template: str
    each: bool = True
    language: FieldAt | None = None
    company: FieldAt | None = None
    file_name: Naming | None = None
    values: Values | None = None
    when: Filter | None = None
    final: Filter | None = None
    roles: tuple[str, ...] = ()
    paper: str = ""
    landscape: bool = False

    @property
    def is_overview(self) -> bool:
        """Whether it is about several records together, and says nothing of one alone."""
        return not self.each

    def offered(self, env: Env) -> bool:
        """Whether the environment has one of the roles that it is for."""
        return not self.roles or env.elevated or any(env.has_role(role) for role in self.roles)

    def fits(self, record: Model) -> bool:
        """Whether the record has this document."""
        return self.when is None or self.when.matches(record)

    def is_final(self, record: Model) -> bool:
        """Whether the document of the record does not change any more."""
        return self.final is not None and self.final.matches(record)

    def values_for(self, subject: Any) -> Mapping[str, object]:
        """What the declaration gives the template beside the record, or the records."""
        return {} if self.values is None else self.values(subject)


@dataclass(frozen=True)
class LabelsAt(ReportAt):
    """Labels, on sheets of them."""

    sheet: LabelSheet = A4_24

    @property
    def is_overview(self) -> bool:
        return False


class Reports:
    """The reports of a registry, and their templates."""

    def __init__(self, reports: Mapping[str, ReportAt], sandbox: Sandbox) -> None:
        self._reports, self.sandbox = dict(reports), sandbox

    def __iter__(self) -> Iterator[ReportAt]:
        return iter(self._reports.values())

    def of(self, model: str, env: Env) -> list[ReportAt]:
        """The reports of a model that the environment may print, in the order in which they were declared."""
        return [report for report in self if report.model.name == model and report.offered(env)]

    def get(self, key: str, model: str, env: Env) -> ReportAt:
        """The report of that key. Raises Missing where the model has none, or none that the environment may print."""
        report = self._reports.get(key)
        if report is None or report.model.name != model or not report.offered(env):
            raise Missing(_("There is no document “{name}” to print here.", name=key))
        return report


def reports_of(models: Models) -> Reports:
    """The reports that were composed for these models."""
    found: Reports = models.caches["reports"]["composed"]
    return found
