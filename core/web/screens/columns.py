"""What follows from the kind of a column: where it stands, and whether it can be sorted by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.orm.fields.kinds import LONG, NUMBERS

if TYPE_CHECKING:
    from core.views import ColumnAt

STARTS_HIGH = (*NUMBERS, "date", "datetime")
"""Kinds whose first sorting is from the greatest down."""


def is_sortable(column: ColumnAt) -> bool:
    """Whether a list can be ordered by the column."""
    field = column.at.field()
    return (field.stored or field.via_stored) and not field.many and field.kind not in LONG


def is_numeric(column: ColumnAt) -> bool:
    """Whether the column stands right; a meter and a person's choice do not."""
    field = column.at.field()
    meter = column.widget in ("meter", "stars") or (field.unit == "%" and not column.widget)
    return field.kind in STARTS_HIGH and not meter


def places_on_phone(columns: Sequence[ColumnAt]) -> dict[str, str]:
    """Path → place in a row of two lines: what and how much, who and in which state; "hide" for the rest."""
    places = {column.at.path: "hide" for column in columns}

    def take(place: str, fits: Callable[[ColumnAt], bool]) -> None:
        for column in columns:
            if places[column.at.path] == "hide" and fits(column):
                places[column.at.path] = place
                return

    take("what", lambda column: True)
    take("amount", lambda column: column.at.kind == "monetary")
    if "amount" not in places.values():
        take("amount", lambda column: is_numeric(column) and column.at.kind != "integer")
    take("state", lambda column: column.widget == "tag")
    take("who", lambda column: column.at.kind == "many2one" and column.widget != "tag")
    if "who" not in places.values():
        take("who", lambda column: column.at.kind in ("char", "selection", "many2one"))
    if "state" not in places.values():
        take("state", lambda column: column.at.kind in ("date", "datetime", "selection", "char", "integer", "decimal"))
    return places
