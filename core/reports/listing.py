"""Records as rows of a spreadsheet: the columns of a list, or any other fields, each in the kind of its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.i18n import _, translate
from core.orm.fields.html import words_of
from core.orm.fields.reference import apart
from core.orm.files import ATTACHMENT, KINDS
from core.orm.filter import Condition
from core.orm.wire.titles import titles_of
from core.reports.spreadsheet import Kind, Money, Sheet, SheetColumn
from core.views.amounts import currency_of, currency_paths

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.views.composed import FieldAt

CHUNK = 1000
_KINDS: dict[str, Kind] = {
    "integer": "number", "float": "number", "decimal": "number", "monetary": "money", "date": "date",
    "datetime": "datetime", "duration": "duration", "boolean": "boolean",
}  # fmt: skip
RESTRICTED = _("(restricted)")


@dataclass(frozen=True)
class Listed:
    """A field as a column. label: what stands above it."""

    at: FieldAt
    label: str


def records_sheet(env: Env, title: str, columns: Sequence[Listed], ids: Sequence[int]) -> Sheet:
    """The records of these ids, in their order, that the environment may see. columns: fields that it may read."""
    heads = [_head(env, column) for column in columns]
    model = columns[0].at.steps[0][0].name
    return Sheet(title, heads, _rows(env, model, columns, ids), ZoneInfo(env.time_zone))


def _head(env: Env, column: Listed) -> SheetColumn:
    field = column.at.field()
    return SheetColumn(
        translate(column.label, env.language),
        _KINDS.get(field.kind, "text"),
        field.digits if field.kind == "decimal" else 0 if field.kind == "integer" else None,
        translate(field.unit, env.language),
    )


def _rows(env: Env, model: str, columns: Sequence[Listed], ids: Sequence[int]) -> Iterator[list[object]]:
    paths = list(dict.fromkeys(["id", *(path for column in columns for path in _needed(column.at))]))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = env[model].values(paths, Condition(model, ("id",), "in", tuple(chunk)))
        titles = _titles(env, columns, found)
        rows = {row["id"]: row for row in found}
        for identity in chunk:
            if identity in rows:
                yield [_value(env, column.at, rows[identity], titles) for column in columns]


def _needed(at: FieldAt) -> list[str]:
    if at.kind == "many2one":
        return [at.path, f"{at.path}.display_name"]
    return [at.path, *currency_paths(at)] if at.kind == "monetary" else [at.path]


def _titles(env: Env, columns: Sequence[Listed], rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, str]]:
    """Model → id → title, of the records that to-many values, references and files name."""
    wanted: dict[str, set[int]] = {}
    for at in (column.at for column in columns):
        values = [row[at.path] for row in rows if row[at.path] is not None]
        if at.kind in KINDS:
            wanted.setdefault(ATTACHMENT, set()).update(values)
        elif at.kind == "reference":
            for model, identity in map(apart, values):
                wanted.setdefault(model, set()).add(identity)
        elif at.field().many:
            wanted.setdefault(at.target, set()).update(one for value in values for one in value)
    # Who reads the field may read what its file is called; attachments themselves are granted to nobody.
    return {
        model: titles_of(env.sudo("names of files") if model == ATTACHMENT else env, model, ids)
        for model, ids in wanted.items()
    }


def _value(env: Env, at: FieldAt, row: Mapping[str, Any], titles: Mapping[str, Mapping[int, str]]) -> object:
    value, field = row[at.path], at.field()
    if value is None or value == "":
        return None
    match field.kind:
        case "many2one":
            return row[f"{at.path}.display_name"] or translate(RESTRICTED, env.language)
        case "monetary":
            return Money(value, currency_of(at, row))
        case "selection":
            return translate(getattr(field, "label_of")(value), env.language)
        case "html":
            return words_of(value)
        case "reference":
            model, identity = apart(value)
            return titles.get(model, {}).get(identity) or translate(RESTRICTED, env.language)
        case kind if kind in KINDS:
            return titles.get(ATTACHMENT, {}).get(value)
        case "json":
            return str(value)
    if field.many:
        known = titles.get(field.target, {})
        return ", ".join(known[one] for one in value if one in known)
    return value
