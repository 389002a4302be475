"""What a document's lines come to: the one computation of taxes, without a database.

    price × quantity − discount ──round──► amount of the line
         │ stage 0: taxes that are in the price        amount = net + taxes
         │ stage 1: taxes on the net                   total  = net + all taxes
         ▼ stage 2: taxes on the net and on taxes of stage 1; and so on
    taxes of one rate group and stage: rounded line by line, or once for the document and shared out among its lines

Everything is exact until it is rounded, half up and away from zero: once for the amount of a line, and once for each
tax of it, or for each rate group of the document. So lines add up to their document, whatever the rounding:

    document.untaxed = Σ line.untaxed      document.tax = Σ line.tax = Σ group.amount
    line.total = line.untaxed + line.tax   document.total = document.untaxed + document.tax

Rounding by line and by document differ by at most `most_apart`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Literal

from addons.tax.linear import included_shares
from addons.tax.sharing import shared
from core.rounding import round_half_up

Kind = Literal["percent", "fixed", "none"]
Rounding = Literal["line", "document"]
RateGroup = tuple[int, Kind, Decimal]
"""(tax group, kind, rate): what stands on a document as one tax, such as VAT at 8 %."""
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Tax:
    """A tax as it is on the day of the document.

    kind: a percentage of its base, a fixed amount for each unit, or none: what it is on is not subject to tax, which
    is another thing than 0 %. rate: the percentage, or the amount in the document's currency. is_included: it is in
    the price. adds_to_base: the taxes after it are taken on it too. takes_others: it is taken on those before it that
    add to the base. id, group: numbers that mean something to the caller.
    """

    id: int
    group: int
    kind: Kind
    rate: Decimal
    is_included: bool = False
    adds_to_base: bool = False
    takes_others: bool = True

    @property
    def rate_group(self) -> RateGroup:
        return self.group, self.kind, self.rate


@dataclass(frozen=True)
class Line:
    """A line to be taxed. discount: in per cent of the price. taxes: in the order in which they apply.

    Quantity and price may be negative, for what is given back.
    """

    quantity: Decimal
    price: Decimal
    discount: Decimal = NOTHING
    taxes: tuple[Tax, ...] = ()

    def amount(self, digits: int) -> Decimal:
        """Price by quantity, less the discount, in the currency's decimals."""
        exact = Fraction(self.quantity) * Fraction(self.price) * (100 - Fraction(self.discount)) / 100
        return round_half_up(exact, digits)


@dataclass(frozen=True)
class TaxAmount:
    """A tax of a line. base: what it is on."""

    tax: Tax
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class LineAmounts:
    """What a line comes to."""

    untaxed: Decimal
    taxes: tuple[TaxAmount, ...]

    @property
    def tax(self) -> Decimal:
        return sum((item.amount for item in self.taxes), NOTHING)

    @property
    def total(self) -> Decimal:
        return self.untaxed + self.tax


@dataclass(frozen=True)
class GroupAmounts:
    """The taxes of one rate group on a document."""

    group: int
    kind: Kind
    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class DocumentAmounts:
    """What a document comes to. lines: in the order in which they were given."""

    lines: tuple[LineAmounts, ...]

    @property
    def untaxed(self) -> Decimal:
        return sum((line.untaxed for line in self.lines), NOTHING)

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), NOTHING)

    @property
    def total(self) -> Decimal:
        return self.untaxed + self.tax

    @property
    def groups(self) -> tuple[GroupAmounts, ...]:
        """By tax group and rate, in the order in which they first occur."""
        return grouped((item.tax.rate_group, item.base, item.amount) for line in self.lines for item in line.taxes)


def grouped(items: Iterable[tuple[RateGroup, Decimal, Decimal]]) -> tuple[GroupAmounts, ...]:
    """Sums of (rate group, base, amount) by rate group, in the order in which they first occur."""
    found: dict[RateGroup, tuple[Decimal, Decimal]] = {}
    for key, base, amount in items:
        bases, amounts = found.get(key, (NOTHING, NOTHING))
        found[key] = (bases + base, amounts + amount)
    return tuple(GroupAmounts(*key, base, amount) for key, (base, amount) in found.items())


def compute(lines: Sequence[Line], *, digits: int, rounding: Rounding) -> DocumentAmounts:
    """What the lines of one document come to, each and together.

    digits: decimals of the currency; 0 of the dong, whose amounts are therefore whole. rounding: taxes are rounded on
    each line, or once for each rate group of the document and then shared out among its lines. All rounding is half
    up, away from zero, so a credit note is its invoice with the opposite sign.
    """
    steps = _steps(lines)
    amounts = [line.amount(digits) for line in lines]
    nets = list(amounts)
    found: list[dict[int, Decimal]] = [{} for _line in lines]
    in_price = {
        (place, position): share
        for place, line in enumerate(lines)
        for position, share in included_shares(amounts[place], line.quantity, line.taxes).items()
    }
    for (place, position), amount in _rounded(lines, in_price, digits, rounding).items():
        found[place][position] = amount
        nets[place] -= amount
    for stage in range(1, 1 + max((step.stage for line in steps for step in line), default=0)):
        exact = {
            (place, position): _exact(tax, step.base(nets[place], found[place]), line.quantity)
            for place, line in enumerate(lines)
            for position, (tax, step) in enumerate(zip(line.taxes, steps[place], strict=True))
            if step.stage == stage
        }
        for (place, position), amount in _rounded(lines, exact, digits, rounding).items():
            found[place][position] = amount
    return DocumentAmounts(
        tuple(
            LineAmounts(
                nets[place],
                tuple(
                    TaxAmount(tax, step.base(nets[place], found[place]), found[place][position])
                    for position, (tax, step) in enumerate(zip(line.taxes, steps[place], strict=True))
                ),
            )
            for place, line in enumerate(lines)
        )
    )


def most_apart(lines: Sequence[Line], digits: int) -> Decimal:
    """By how much rounding by line and by document can differ at most, in the total of taxes.

    Half a unit of the currency for each tax of each line, and half a unit for each rate group: by so much each is
    rounded. Where a tax is taken on what was rounded, a tax in the price or another tax, two units for each tax of a
    line, and what these are taxed with.
    """
    taxes = [(line, tax) for line in lines for tax in line.taxes if tax.kind != "none"]
    unit = Fraction(1, 10**digits)
    if not any(step.is_on_rounded for steps in _steps(lines) for step in steps):
        groups = {(tax.rate_group, tax.is_included) for _line, tax in taxes}
        return round_half_up(unit * (len(taxes) + len(groups)) / 2, digits + 1)
    raised = [
        prod(1 + abs(Fraction(tax.rate)) / 100 for tax in line.taxes if tax.kind == "percent") for line, _tax in taxes
    ]
    return round_half_up(2 * unit * sum(raised, Fraction(0)), digits + 1)


@dataclass(frozen=True)
class _Step:
    """When a tax of a line is found, and on what.

    stage: 0 for a tax in the price; else one more than the stages of the taxes that it is taken on. below: the places
    of these. is_on_rounded: whether its base was rounded otherwise than by the line's amount.
    """

    stage: int
    below: tuple[int, ...]
    is_on_rounded: bool

    def base(self, net: Decimal, found: Mapping[int, Decimal]) -> Decimal:
        return sum((found[other] for other in self.below), net)


def _steps(lines: Sequence[Line]) -> list[tuple[_Step, ...]]:
    """The steps of each line; most lines of a document have the same taxes."""
    known: dict[tuple[Tax, ...], tuple[_Step, ...]] = {}
    for line in lines:
        if line.taxes not in known:
            known[line.taxes] = _steps_of(line.taxes)
    return [known[line.taxes] for line in lines]


def _steps_of(taxes: tuple[Tax, ...]) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    for position, tax in enumerate(taxes):
        # What is added to a price is never below what is in it.
        below = tuple(
            place
            for place, other in enumerate(taxes[:position])
            if tax.takes_others and other.adds_to_base and (other.is_included or not tax.is_included)
        )
        stage = 0 if tax.is_included else 1 + max((steps[place].stage for place in below), default=0)
        nets_are_rounded = not tax.is_included and any(other.is_included for other in taxes)
        steps.append(_Step(stage, below, bool(below) or nets_are_rounded))
    return tuple(steps)


def _exact(tax: Tax, base: Decimal, quantity: Decimal) -> Fraction:
    if tax.kind == "percent":
        return Fraction(base) * Fraction(tax.rate) / 100
    return Fraction(tax.rate) * Fraction(quantity) if tax.kind == "fixed" else Fraction(0)


Place = tuple[int, int]
"""(which line, which of its taxes)."""


def _rounded(
    lines: Sequence[Line], exact: Mapping[Place, Fraction], digits: int, rounding: Rounding
) -> dict[Place, Decimal]:
    if rounding == "line":
        return {place: round_half_up(amount, digits) for place, amount in exact.items()}
    together: dict[RateGroup, list[Place]] = {}
    for line, position in exact:
        together.setdefault(lines[line].taxes[position].rate_group, []).append((line, position))
    found: dict[Place, Decimal] = {}
    for places in together.values():
        found.update(zip(places, shared([exact[place] for place in places], digits), strict=True))
    return found
