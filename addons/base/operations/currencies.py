"""Amounts in other currencies, by the rates of a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from addons.base.models import Company, Currency, CurrencyRate
from addons.base.models.currency_rate import latest
from core import Env, Refused
from core.i18n import _
from core.rounding import round_half_up


class NoRate(Refused):
    """No rate is known that was valid on the day."""


def convert(
    env: Env,
    amount: Decimal,
    source: Currency,
    target: Currency,
    on: date,
    company: Company | int | None = None,
) -> Decimal:
    """An amount of one currency in another, at the rates of a day, rounded half up to the target's decimals.

    on: the day that decides, such as that of the document; a rate is valid from its day on, that day included.
    company: whose rates count first, and in whose currency two others meet; where it is not given, the company that
    the user works in.

    Raises NoRate where no rate was dated `on` or earlier.
    """
    return round_half_up(Fraction(amount) * rate_between(env, source, target, on, company), target.decimal_places)


def rate_between(
    env: Env, source: Currency, target: Currency, on: date, company: Company | int | None = None
) -> Fraction:
    """How many of the target one of the source is worth on a day, exactly.

    A rate that is given either way counts, the later one where both are; else the two meet in the company's currency.
    Raises NoRate.
    """
    company = env.company_id if company is None else company
    # Rates are no secret, and a document is worth the same whoever looks at it.
    known = env.sudo("rate of a currency")
    found = _between(known, source, target, on, company)
    if found is None and company is not None:
        middle = known[Company].get(company if isinstance(company, int) else company.id).currency
        if middle not in (source, target):
            first = _between(known, source, middle, on, company)
            second = _between(known, middle, target, on, company)
            found = first * second if first is not None and second is not None else None
    if found is None:
        raise NoRate(
            _(
                "There is no rate of {currency} in {other} that is valid on {day}. "
                "Add one to the currency, valid from that day or earlier.",
                currency=source.name,
                other=target.name,
                day=on.isoformat(),
            )
        )
    return found


def _between(env: Env, source: Currency, target: Currency, on: date, company: Company | int | None) -> Fraction | None:
    if source == target:
        return Fraction(1)
    there, back = latest(env, source, target, on, company), latest(env, target, source, on, company)
    if there is not None and (back is None or _precedence(there) >= _precedence(back)):
        return Fraction(there.worth) / Fraction(there.amount)
    return None if back is None else Fraction(back.amount) / Fraction(back.worth)


def _precedence(rate: CurrencyRate) -> tuple[bool, date]:
    assert rate.valid_from is not None
    return rate.company is not None, rate.valid_from
