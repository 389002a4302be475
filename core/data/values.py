"""The values of one row, as the fields of its record take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from core.errors import Invalid
from core.i18n import _
from core.orm import wire
from core.orm.env import Env
from core.orm.fields.base import REQUIRED, BadValue

from .bind import BoundSource, BoundStep
from .cells import parse
from .csvfile import Row
from .lookup import Lookup
from .mapping import ImportMapping
from .plan import Place, Ref
from .report import Level, Report
from .spelling import TRANSFORMS, fill_first

OMIT = object()
"""The field is left as it is, or to its default."""
ABSENT = object()
"""The field is emptied."""


class Context(Protocol):
    """What reading a row needs to know about the import around it."""

    env: Env
    mapping: ImportMapping
    report: Report
    bad: Level
    left_out: str


class _LeaveOut(Exception):
    """The row is left out; why is in the report."""


def text_of(item: BoundSource, row: Row) -> str:
    """The text that a source takes from a row: its cells, other names for them put right, transformed."""
    source = item.source
    if source.templates:
        text = fill_first(source.templates, row.cells)
    else:
        texts = [row.cells[column] for column in source.columns]
        text = " / ".join(texts) if any(texts) else ""
    text = source.aliases.get(text, text)
    for name in source.transform:
        text = TRANSFORMS[name](text)
    return text


def names_of(item: BoundSource, text: str) -> list[Any]:
    """What a relation's text names: one thing, or with a separator or several `values` any number."""
    source = item.source
    value: Any = text if source.columns else source.value
    if source.values is not None and source.columns:
        value = source.values.get(text, source.otherwise)
    if isinstance(value, list):
        return value
    if source.separator and isinstance(value, str):
        return [part.strip() for part in value.split(source.separator) if part.strip()]
    return [] if value is None or value == "" else [value]


def texts_of(item: BoundSource, rows: Iterable[Row]) -> list[str]:
    """All different names that a relation's source finds in the rows."""
    found: dict[str, None] = {}
    for text in dict.fromkeys(text_of(item, row) for row in rows):
        found.update(dict.fromkeys(name for name in names_of(item, text) if isinstance(name, str)))
    return list(found)


class Values:
    """Reads the rows of one step."""

    def __init__(self, context: Context, bound: BoundStep, lookups: Mapping[str, Lookup]) -> None:
        self.context, self.bound, self.lookups = context, bound, lookups
        self.notation = context.mapping.notation_of(bound.step.file)

    def read(self, row: Row) -> dict[str, Any] | None:
        """Python field name → value, with `Ref` for records of the plan; None where the row is left out."""
        values: dict[str, Any] = {}
        scalars: dict[str, Any] = {}
        complete = True
        for item in self.bound.sources:
            try:
                value = self._value(item, row)
            except _LeaveOut:
                complete = False
                continue
            if value is ABSENT:
                values[item.field.name] = () if item.field.many else item.field.absent
            elif value is not OMIT and item.field.target:
                values[item.field.name] = value
            elif value is not OMIT:
                scalars[item.source.field] = value
        try:
            values.update(wire.load(self.context.env, self.bound.info.name, scalars, partial=True))
        except Invalid as error:
            complete = False
            for item in self.bound.sources:
                for reason in error.fields.get(item.source.field, ()):
                    self._find(item, row, self.context.bad, reason, self.context.left_out)
        return values if complete else None

    def _value(self, item: BoundSource, row: Row) -> Any:
        source = item.source
        text = text_of(item, row) if source.columns else ""
        if source.columns and not text and not (source.values is not None and "" in source.values):
            return self._empty(item, row)
        if item.field.target:
            return self._relation(item, row, text)
        if not source.columns:
            return self._constant(item, row, source.value)
        if source.values is not None:
            if text not in source.values and source.otherwise is None:
                known = ", ".join(source.values)
                return self._unknown(item, row, _("'{value}' is not among: {known}", value=text, known=known))
            return self._constant(item, row, source.values.get(text, source.otherwise))
        return self._parsed(item, row, text)

    def _constant(self, item: BoundSource, row: Row, value: Any) -> Any:
        if isinstance(value, str):
            return self._parsed(item, row, value) if value else ABSENT
        if isinstance(value, date):  # an instant too
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) and item.field.kind != "float" else value

    def _parsed(self, item: BoundSource, row: Row, text: str) -> Any:
        try:
            return parse(item.field, text, self.notation, item.source.format)
        except BadValue as error:
            self._find(item, row, self.context.bad, error.reason, self.context.left_out)
            raise _LeaveOut from None

    def _empty(self, item: BoundSource, row: Row) -> Any:
        """What becomes of an empty cell."""
        policy = item.source.empty
        if policy == "keep":
            return OMIT
        if policy == "skip":
            self._find(item, row, "skipped", _("is empty"), _("the row was left out"))
            raise _LeaveOut
        if policy == "stop" or item.field.required:
            self._find(item, row, self.context.bad, REQUIRED, self.context.left_out)
            raise _LeaveOut
        if policy == "report":
            done = _("imported without {field}", field=item.field.label)
            self._find(item, row, "note", _("is empty"), done)
        return ABSENT

    def _relation(self, item: BoundSource, row: Row, text: str) -> Any:
        names = names_of(item, text)
        if item.source.values is not None and not names and text not in item.source.values:
            known = ", ".join(item.source.values)
            return self._unknown(item, row, _("'{value}' is not among: {known}", value=text, known=known))
        found = [self._record(item, row, name) for name in names]
        if item.field.many:
            return tuple(dict.fromkeys(member for member in found if member is not None))
        return found[0] if found else None

    def _record(self, item: BoundSource, row: Row, name: Any) -> int | Ref | None:
        if not isinstance(name, str):
            reason = _("{value} is no text that could name a record", value=name)
            self._find(item, row, self.context.bad, reason, self.context.left_out)
            raise _LeaveOut
        lookup = self.lookups[item.source.field]
        match = lookup.find(name)
        if match.found is not None:
            if match.spelling:
                reason = _("'{value}' is spelt otherwise in {where}: '{spelling}'", value=name, where=lookup.where,
                           spelling=match.spelling)  # fmt: skip
                self._find(item, row, "note", reason, _("'{spelling}' was used", spelling=match.spelling))
            return match.found
        if match.several:
            several = ", ".join(match.several)
            reason = _(
                "'{value}' may be several in {where}: {several}", value=name, where=lookup.where, several=several
            )
        elif match.nearest:
            hint = match.nearest
            reason = _("'{value}' is not in {where}; {hint}", value=name, where=lookup.where, hint=hint)
        else:
            reason = _("'{value}' is not in {where}", value=name, where=lookup.where)
        self._unknown(item, row, reason)
        return None

    def _unknown(self, item: BoundSource, row: Row, reason: str) -> Any:
        """What becomes of a text that leads nowhere."""
        policy = item.source.unknown
        if policy == "skip":
            self._find(item, row, "skipped", reason, _("the row was left out"))
            raise _LeaveOut
        if policy == "stop" or item.field.required:
            self._find(item, row, self.context.bad, reason, self.context.left_out)
            raise _LeaveOut
        self._find(item, row, "note", reason, _("imported without {field}", field=item.field.label))
        return ABSENT

    def _find(self, item: BoundSource, row: Row, level: Level, reason: str, done: str) -> None:
        source = item.source
        column = source.column or source.field
        value = " / ".join(row.cells[name] for name in source.columns) if source.columns else str(source.value)
        self.context.report.add([Place(self.bound.file, row.line).finding(column, value, level, reason, done)])
