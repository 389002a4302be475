"""What an addon declares in its `reports` package: documents, overviews and sheets of labels.

    reports/__init__.py   quotation = Report(SaleOrder, name=_("Quotation"), template="quotation.html", …)
    reports/quotation.html

A declaration only remembers what it was given and where it stands; whether its fields and its template are there is
checked when the enabled addons are composed (`core.reports.compose`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.filter import Filter
from core.views.kinds import model_name
from core.views.nodes import FieldRef, Node, Ref

if TYPE_CHECKING:
    from core.orm.model import Model

Naming = Callable[[Any], str]
"""A function of the record that gives the name of its file, without the ending."""
Values = Callable[[Any], Mapping[str, object]]
"""A function of the record (of an overview: of the records) that gives what the template finds as `values`."""
PAPERS = ("A4", "A5", "Letter")


class Report(Node):
    """A document about one record, printed from an HTML template, a file in the addon's `reports` folder.

    name: what people call it. key: its name in addresses; `model.template` unless told otherwise. file_name: of the
    PDF; what people call the report and the record unless told otherwise. language: the field, of the record or of
    one that it points at, that says in which language it is printed (`SaleOrder.partner.language`); the company's
    where that is empty or none is given. company: the field with the company whose head it has; `company` of the
    record where there is one, else the reader's own. values: further things for the template, as `values`.
    when: the records that have this document. final: those whose document does not change any more: the first one
    that is printed is kept, and printing again gives the same file. roles: who may print it; everybody who may read
    the record where empty. paper: "A4", "A5" or "Letter" instead of the company's. landscape: lying.
    """

    each = True
    """Whether there is a document for each record, not one for all of them."""

    def __init__(
        self,
        model: type[Model] | str,
        *,
        name: str,
        template: str,
        key: str = "",
        file_name: Naming | None = None,
        language: FieldRef | None = None,
        company: FieldRef | None = None,
        values: Values | None = None,
        when: Filter | None = None,
        final: Filter | None = None,
        roles: Sequence[str] = (),
        paper: str = "",
        landscape: bool = False,
    ) -> None:
        super().__init__()
        self.model = model_name(model, self.where)
        self.name, self.template = name, template
        self.key = key or f"{self.model}.{template.removesuffix('.html')}"
        self.file_name, self.values = file_name, values
        self.language = None if language is None else Ref(language)
        self.company = None if company is None else Ref(company)
        self.when, self.final, self.roles = when, final, tuple(roles)
        self.paper, self.landscape = paper, landscape
        if paper and paper not in PAPERS:
            raise DeclarationError(f"there is no paper '{paper}'", where=self.where, hint=f"one of {', '.join(PAPERS)}")


class Overview(Report):
    """One document about all the records that were chosen, which its template finds as `records`: in the reader's
    language, with the head of the company that they work in."""

    each = False

    def __init__(
        self,
        model: type[Model] | str,
        *,
        name: str,
        template: str,
        key: str = "",
        file_name: Naming | None = None,
        values: Values | None = None,
        roles: Sequence[str] = (),
        paper: str = "",
        landscape: bool = False,
    ) -> None:
        super().__init__(
            model, name=name, template=template, key=key, file_name=file_name, values=values, roles=roles,
            paper=paper, landscape=landscape,
        )  # fmt: skip


@dataclass(frozen=True)
class LabelSheet:
    """A sheet of labels as it is sold; all sizes in millimetres.

    width, height: of a label. top, left: from the edge of the paper to the first label. across, down: between two.
    """

    paper: str
    columns: int
    rows: int
    width: float
    height: float
    top: float = 0
    left: float = 0
    across: float = 0
    down: float = 0

    @property
    def count(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows


A4_24 = LabelSheet("A4", 3, 8, 70, 37)
"""24 labels of 70 × 37 mm on A4, without margins between them."""
A4_65 = LabelSheet("A4", 5, 13, 38.1, 21.2, top=10.7, left=4.75, across=2.5)
"""65 labels of 38.1 × 21.2 mm on A4."""


class Labels(Report):
    """A label for each record on sheets of them. template: what stands on one label; it finds the `record`."""

    each = False

    def __init__(
        self,
        model: type[Model] | str,
        *,
        name: str,
        template: str,
        sheet: LabelSheet = A4_24,
        key: str = "",
        values: Values | None = None,
        when: Filter | None = None,
        roles: Sequence[str] = (),
    ) -> None:
        super().__init__(model, name=name, template=template, key=key, values=values, when=when, roles=roles)
        self.sheet = sheet


class Reworked(Node):
    """Another template for a report of another addon: `{% extends "parent" %}` leads to the one before it.

    Several addons can rework a report; the last in load order is what is printed, and each calls the one before.
    """

    def __init__(self, report: Report, *, template: str) -> None:
        super().__init__()
        if not isinstance(report, Report):
            raise DeclarationError(f"{report!r} is not a report", where=self.where, hint="name the report to rework")
        self.report, self.template = report, template


Declared = Report | Reworked
