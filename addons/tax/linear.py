"""Taxes that are in the price: what the price comes apart into."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Protocol


class Taxed(Protocol):
    """What is asked of a tax here; see `computation.Tax`."""

    @property
    def kind(self) -> str: ...
    @property
    def rate(self) -> Decimal: ...
    @property
    def is_included(self) -> bool: ...
    @property
    def adds_to_base(self) -> bool: ...
    @property
    def takes_others(self) -> bool: ...


def included_shares(amount: Decimal, quantity: Decimal, taxes: Sequence[Taxed]) -> dict[int, Fraction]:
    """How much of an amount each tax is that it includes, exactly: place of the tax → amount.

    Each is a·net + c of the net that is looked for, taxes on taxes too; so net = (amount − Σc) / (1 + Σa).
    """
    terms: dict[int, tuple[Fraction, Fraction]] = {}
    for place, tax in enumerate(taxes):
        if not tax.is_included:
            continue
        below = [terms[other] for other in terms if tax.takes_others and taxes[other].adds_to_base]
        if tax.kind == "percent":
            rate = Fraction(tax.rate) / 100
            slope = rate * (1 + sum((a for a, _c in below), Fraction(0)))
            terms[place] = slope, rate * sum((c for _a, c in below), Fraction(0))
        elif tax.kind == "fixed":
            terms[place] = Fraction(0), Fraction(tax.rate) * Fraction(quantity)
        else:
            terms[place] = Fraction(0), Fraction(0)
    whole = 1 + sum((a for a, _c in terms.values()), Fraction(0))
    net = (Fraction(amount) - sum((c for _a, c in terms.values()), Fraction(0))) / whole if whole else Fraction(0)
    return {place: a * net + c for place, (a, c) in terms.items()}
