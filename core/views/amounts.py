"""What an amount takes to be shown: the paths of its currency beside it, and the currency of a row of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.views.composed import FieldAt


@dataclass(frozen=True)
class Currency:
    """What formatting an amount asks of its currency."""

    symbol: str
    position: str
    decimal_places: int


def currency_paths(at: FieldAt) -> list[str]:
    """Paths of the symbol, its position and the decimal places of an amount's currency."""
    currency = ".".join((*at.names[:-1], str(getattr(at.field(), "currency"))))
    return [f"{currency}.{part}" for part in ("symbol", "position", "decimal_places")]


def currency_of(at: FieldAt, row: Mapping[str, Any]) -> Currency | None:
    """The currency of an amount in a row; None where it has none, or one that the reader may not see."""
    symbol, position, places = (row.get(path) for path in currency_paths(at))
    return None if places is None else Currency(symbol or "", position or "after", places)
