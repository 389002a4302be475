"""Names that would stand for two things: in the database, on the wire, and where the core gives one a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.fields.base import Field

if TYPE_CHECKING:
    from core.orm.registry import Models

COMPANY, COMPANY_MODEL = "company", "res.company"
_WIRE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_naming(model: str, fields: Iterable[Field[Any]], addons: Mapping[str, str]) -> None:
    """Raises DeclarationError for the first name that another field of the model has already, naming both places.

    addons: field → the addon that it is of.
    """
    known: dict[tuple[str, str], Field[Any]] = {}
    for field in fields:
        place = {"addon": addons[field.name], "where": field.where}
        if not _WIRE.fullmatch(field.wire_name):
            text = f"{model}.{field.name} is '{field.wire_name}' on the wire, which no program could name"
            raise DeclarationError(text, **place, hint="write letters, digits and _; '.' and '@' have meanings there")
        for kind, name in _names_of(field):
            other = known.setdefault((kind, name), field)
            if other is not field:
                text = f"{model}.{field.name} and {model}.{other.name}, at {other.where}, are both {kind} '{name}'"
                raise DeclarationError(text, **place, hint="give one of them another name, or another wire=")


def check_companies(models: Models) -> None:
    """Raises DeclarationError where a field has the name that separates companies, and cannot."""
    for info in models.values() if COMPANY_MODEL in models else ():
        field = info.fields.get(COMPANY)
        if field is not None and not field.via and field.target != COMPANY_MODEL:
            raise DeclarationError(
                f"{info.name}.{COMPANY} is no many-to-one to {COMPANY_MODEL}, so it hides nothing of other companies",
                addon=info.field_addons[COMPANY],
                where=field.where,
                hint=f"make it fields.Many2one(Company), or give it another name, such as '{COMPANY}_name'",
            )


def _names_of(field: Field[Any]) -> Iterator[tuple[str, str]]:
    yield "known to programs as", field.wire_name
    if field.stored:
        yield from (("kept in the column", column.name) for column in field.columns(""))
