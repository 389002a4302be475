"""From the taxes that a line names to what the computation wants: as they are on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from addons.base.models import Company, Currency
from addons.base.operations.currencies import NoRate, rate_between
from addons.tax.computation import Tax as TaxOfDay
from addons.tax.models import Tax
from core.i18n import _
from core.rounding import round_half_up

RATE_DIGITS = 9
"""Decimals of a fixed amount for a unit that is converted from another currency."""


class Resolver:
    """Taxes on one day, for one currency and company; each is looked up once."""

    def __init__(self, on: date, currency: Currency, company: Company | None) -> None:
        self.on, self.currency, self.company = on, currency, company
        self._found: dict[int, TaxOfDay] = {}

    def resolve(self, taxes: Iterable[Tax]) -> tuple[TaxOfDay, ...]:
        """The taxes in the order in which they apply, groups as what they stand for, each once.

        Raises NoRate for a tax that has no rate on the day.
        """
        plain: dict[int, Tax] = {}
        for tax in sorted(taxes, key=_order):
            for one in sorted(tax.taxes, key=_order) if tax.kind == "group" else (tax,):
                plain.setdefault(one.id, one)
        return tuple(self._resolved(tax) for tax in plain.values())

    def _resolved(self, tax: Tax) -> TaxOfDay:
        found = self._found.get(tax.id)
        if found is None:
            found = self._found[tax.id] = TaxOfDay(
                id=tax.id,
                group=tax.group.id,
                kind="percent" if tax.kind == "percent" else "fixed" if tax.kind == "fixed" else "none",
                rate=self._rate(tax),
                is_included=tax.is_included,
                adds_to_base=tax.adds_to_base,
                takes_others=tax.takes_others,
            )
        return found

    def _rate(self, tax: Tax) -> Decimal:
        if tax.kind not in ("percent", "fixed"):
            return Decimal(0)
        rate = tax.rate_on(self.on)
        if rate is None:
            raise NoRate(
                _(
                    "The tax {tax} has no rate that is valid on {day}. Add one, with the law that it comes from.",
                    tax=tax.name,
                    day=self.on.isoformat(),
                )
            )
        if tax.kind == "percent" or tax.currency is None or tax.currency == self.currency:
            return rate
        times = rate_between(tax.env, tax.currency, self.currency, self.on, self.company)
        return round_half_up(times * Fraction(rate), RATE_DIGITS)


def _order(tax: Tax) -> tuple[int, int]:
    return tax.sequence, tax.id
