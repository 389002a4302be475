"""Documents that are kept as they were sent or printed: attachments of their record, the same bytes for good.

A final document is printed once: whoever prints it again gets the file of the first time. What is sent is kept whether
it is final or not, so that what the receiver has can be looked at. The bytes are in the file store under their own
hash, and the attachment that names them refuses to be changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.errors import BanyanError, Missing
from core.i18n import _
from core.orm.files import ATTACHMENT, File, file_of
from core.orm.filter import Condition
from core.orm.records import Records
from core.reports.composed import ReportAt, reports_of
from core.reports.engine import Engine
from core.reports.printing import Printed, check_printable, print_records

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model

MOST_SHOWN = 20


@dataclass(frozen=True)
class Kept:
    """A document of a record that was kept. at: when."""

    file: File
    report: ReportAt
    at: datetime


def document_of(report: ReportAt, record: Model, *, engine: Engine | None = None) -> Printed:
    """The document of a record: as it was kept where it is final, else as it is now. Raises as `print_records`."""
    check_printable(report, record)
    if report.is_final(record) and (kept := _first(report, record)) is not None:
        return Printed(kept.name, kept.read(), kept.mimetype)
    return print_records(report, _alone(record), engine=engine)


def keep(report: ReportAt, record: Model, *, engine: Engine | None = None) -> File:
    """Print the document of a record and keep it with the record; a final one that is kept already is given.

    What sends a document sends the bytes of this file. Raises as `print_records`.
    """
    final = report.is_final(record)
    if final:
        check_printable(report, record)
        if (kept := _first(report, record)) is not None:
            return kept
    env, printed = record.env, print_records(report, _alone(record), engine=engine)
    store = env._unit.files
    if store is None:
        raise BanyanError("This database has no place for files.")
    # Attachments are granted to nobody: whoever may print a document may keep it.
    made = env.sudo("a document is kept")[ATTACHMENT].create(
        name=printed.name,
        record_model=record._name,
        record_id=record.id,
        mimetype=printed.mimetype,
        size=len(printed.data),
        hash=store.put(printed.data),
        report=report.key,
        kept_at=env.now(),
        is_final=final,
    )
    return file_of(made, store)


def kept_of(env: Env, model: str, identity: int) -> list[Kept]:
    """The documents of a record that are kept and that the reader may print, the latest first.

    Raises Missing where the reader may not see the record.
    """
    env[model].get(identity)
    offered = {report.key: report for report in reports_of(env.models).of(model, env)}
    found = _search(env, model, identity, limit=MOST_SHOWN)
    return [
        Kept(file_of(one, env._unit.files), offered[one.report], one.kept_at) for one in found if one.report in offered
    ]


def open_kept(env: Env, model: str, identity: int, attachment: int) -> File:
    """A document of a record that is kept. Raises Missing where there is none that the reader may see and print."""
    env[model].get(identity)
    offered = [report.key for report in reports_of(env.models).of(model, env)]
    found = _search(env, model, identity, Condition(ATTACHMENT, ("id",), "=", attachment))
    for one in found:
        if one.report in offered:
            return file_of(one, env._unit.files)
    raise Missing(_("There is no such file, or you may not see it."))


def _first(report: ReportAt, record: Model) -> File | None:
    """The final document that was printed first."""
    conditions = (
        Condition(ATTACHMENT, ("report",), "=", report.key),
        Condition(ATTACHMENT, ("is_final",), "=", True),
    )
    found = _search(record.env, record._name, record.id, *conditions, order=("id",), limit=1)
    return file_of(found[0], record.env._unit.files) if found else None


def kept_final(report: ReportAt, records: Records[Any]) -> dict[int, File]:
    """Record → its final document, of those that have one. One statement."""
    env = records.env
    conditions = (
        Condition(ATTACHMENT, ("report",), "=", report.key),
        Condition(ATTACHMENT, ("is_final",), "=", True),
        Condition(ATTACHMENT, ("record_model",), "=", report.model.name),
        Condition(ATTACHMENT, ("record_id",), "in", records.ids),
    )
    elevated = env.sudo("documents that are kept")
    found = elevated[ATTACHMENT].search(*conditions, order=("-id",))
    return {one.record_id: file_of(one, env._unit.files) for one in found}  # the first of each comes last


def _search(
    env: Env, model: str, identity: int, *more: Condition, order: tuple[str, ...] = ("-id",), limit: int | None = None
) -> Records[Any]:
    if ATTACHMENT not in env.models:
        return env.sudo()[model].browse()
    conditions = (
        Condition(ATTACHMENT, ("record_model",), "=", model),
        Condition(ATTACHMENT, ("record_id",), "=", identity),
        Condition(ATTACHMENT, ("report",), "!=", ""),
    )
    elevated = env.sudo("documents that are kept")
    return elevated[ATTACHMENT].search(*conditions, *more, order=order, limit=limit)


def _alone(record: Model) -> Records[Any]:
    return record.env[record._name].browse(record.id)
