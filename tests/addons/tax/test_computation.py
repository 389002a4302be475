"""The one computation: what the lines of a document come to, each and together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from addons.tax.computation import Line, Tax, compute, most_apart
from addons.tax.sharing import shared
from core.rounding import round_half_up

VAT8 = Tax(id=1, group=1, kind="percent", rate=Decimal(8))
VAT10 = Tax(id=2, group=1, kind="percent", rate=Decimal(10))
IN_PRICE = replace(VAT10, id=3, is_included=True)
EXCISE = Tax(id=4, group=2, kind="percent", rate=Decimal(30), adds_to_base=True)
ECO = Tax(id=5, group=3, kind="fixed", rate=Decimal(500), adds_to_base=True)
EXPORT = Tax(id=6, group=1, kind="percent", rate=Decimal(0))
NOT_SUBJECT = Tax(id=7, group=1, kind="none", rate=Decimal(0))


def line(price: str, *taxes: Tax, quantity: str = "1", discount: str = "0") -> Line:
    return Line(Decimal(quantity), Decimal(price), Decimal(discount), taxes)


def amounts(result):
    return [(one.untaxed, one.tax, one.total) for one in result.lines]


def test_tax_is_added_to_the_price():
    result = compute([line("3250000", VAT8, quantity="4")], digits=0, rounding="document")
    assert (result.untaxed, result.tax, result.total) == (13_000_000, 1_040_000, 14_040_000)


def test_tax_in_the_price_is_taken_out_of_it():
    result = compute([line("100", IN_PRICE)], digits=2, rounding="line")
    assert amounts(result) == [(Decimal("90.91"), Decimal("9.09"), Decimal("100.00"))]


def test_discount_is_in_per_cent_of_the_price():
    result = compute([line("99999", VAT10, quantity="3", discount="12.5")], digits=0, rounding="line")
    assert amounts(result) == [(262_497, 26_250, 288_747)]  # 262,497.375; 26,249.7


def test_untaxed_total_of_a_currency_without_decimals_is_the_sum_of_the_lines_that_are_shown():
    """odoo/odoo#265433: two lines of 100.5 were shown as 101 each, and 201 below them."""
    lines = [line("100.5", VAT10), line("100.5", VAT10)]
    for rounding in ("line", "document"):
        result = compute(lines, digits=0, rounding=rounding)
        assert [one.untaxed for one in result.lines] == [101, 101]
        assert result.untaxed == 202
        assert result.tax == sum(one.tax for one in result.lines)
    assert compute(lines, digits=0, rounding="document").tax == 20  # 10 % of 202
    assert compute(lines, digits=0, rounding="line").tax == 20


def test_tax_of_a_document_is_rounded_once_for_each_rate_and_shared_out():
    """odoo/odoo#177192, #37896: line by line it would be 0.03 + 0.03 + 0.03 and not the 0.08 of the whole."""
    lines = [line("0.26", VAT10)] * 3
    by_line, by_document = (compute(lines, digits=2, rounding=way) for way in ("line", "document"))
    assert (by_line.tax, by_document.tax) == (Decimal("0.09"), Decimal("0.08"))
    assert [one.tax for one in by_document.lines] == [Decimal("0.03"), Decimal("0.03"), Decimal("0.02")]
    assert by_document.groups[0].amount == Decimal("0.08")


def test_prices_with_tax_add_up_to_what_is_paid():
    lines = [line("33333", IN_PRICE)] * 3
    for rounding in ("line", "document"):
        result = compute(lines, digits=0, rounding=rounding)
        assert result.total == 99_999
        assert result.untaxed + result.tax == 99_999
    assert compute(lines, digits=0, rounding="document").tax == 9091  # 9,090.82
    assert compute(lines, digits=0, rounding="line").tax == 9090


def test_tax_on_tax():
    result = compute([line("1000000", EXCISE, VAT10)], digits=0, rounding="document")
    excise, vat = result.lines[0].taxes
    assert (excise.base, excise.amount) == (1_000_000, 300_000)
    assert (vat.base, vat.amount) == (1_300_000, 130_000)
    apart = compute([line("1000000", EXCISE, replace(VAT10, takes_others=False))], digits=0, rounding="document")
    assert apart.lines[0].taxes[1].base == 1_000_000


def test_tax_on_tax_in_the_price():
    taxes = (replace(EXCISE, is_included=True), replace(IN_PRICE, id=9))
    result = compute([line("1430000", *taxes)], digits=0, rounding="line")
    assert result.untaxed == 1_000_000
    assert [item.amount for item in result.lines[0].taxes] == [300_000, 130_000]


def test_fixed_tax_is_for_each_unit():
    result = compute([line("10000", ECO, VAT10, quantity="12")], digits=0, rounding="line")
    assert [item.amount for item in result.lines[0].taxes] == [6_000, 12_600]
    inside = compute([line("10500", replace(ECO, is_included=True), quantity="12")], digits=0, rounding="line")
    assert (inside.untaxed, inside.tax) == (120_000, 6_000)


def test_not_subject_is_another_thing_than_zero_per_cent():
    result = compute([line("100", EXPORT), line("70", NOT_SUBJECT)], digits=0, rounding="document")
    assert [(group.kind, group.rate, group.base, group.amount) for group in result.groups] == [
        ("percent", 0, 100, 0),
        ("none", 0, 70, 0),
    ]


def test_taxes_of_one_rate_stand_together():
    other = replace(VAT8, id=20)
    result = compute([line("33", VAT8), line("33", other), line("34", VAT10)], digits=0, rounding="document")
    assert [(group.rate, group.base, group.amount) for group in result.groups] == [(8, 66, 5), (10, 34, 3)]


def test_credit_note_is_its_invoice_with_the_opposite_sign():
    lines = [line("33.35", VAT8, quantity="3"), line("0.05", VAT10), line("1.15", IN_PRICE)]
    back = [replace(one, quantity=-one.quantity) for one in lines]
    for rounding in ("line", "document"):
        there, again = (compute(them, digits=2, rounding=rounding) for them in (lines, back))
        assert [(-a, -b, -c) for a, b, c in amounts(there)] == amounts(again)


def test_document_without_lines_comes_to_nothing():
    result = compute([], digits=0, rounding="document")
    assert (result.untaxed, result.tax, result.total, result.groups) == (0, 0, 0, ())


# -- whatever the document -------------------------------------------------------------------------

rates = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0", "5", "8", "10", "7.7", "19", "20", "33.3333")]),
    st.decimals(0, 150, places=4),
)
kinds = st.sampled_from(["percent", "percent", "percent", "fixed", "none"])


@st.composite
def taxes(draw, simple=False):
    kind = draw(kinds)
    rate = Decimal(0) if kind == "none" else draw(rates)
    group = draw(st.integers(1, 3))
    return Tax(
        id=draw(st.integers(1, 99)),
        group=group,
        kind=kind,
        rate=rate,
        is_included=draw(st.booleans()),
        adds_to_base=False if simple else draw(st.booleans()),
        takes_others=draw(st.booleans()),
    )


def lines_of(tax, most=3):
    return st.builds(
        Line,
        quantity=st.decimals(-1000, 1000, places=3),
        price=st.decimals(0, 10_000_000, places=4),
        discount=st.decimals(0, 100, places=2),
        taxes=st.lists(tax, max_size=most).map(tuple),
    )


documents = st.lists(lines_of(taxes()), max_size=8)
digits = st.sampled_from([0, 2, 3])
ways = st.sampled_from(["line", "document"])


@settings(max_examples=400, deadline=None)
@given(documents, digits, ways)
def test_the_parts_add_up(lines, places, rounding):
    result = compute(lines, digits=places, rounding=rounding)
    assert result.untaxed == sum(one.untaxed for one in result.lines)
    assert result.tax == sum(one.tax for one in result.lines) == sum(group.amount for group in result.groups)
    assert result.total == result.untaxed + result.tax == sum(one.total for one in result.lines)
    for one, given_line in zip(result.lines, lines, strict=True):
        assert one.total == one.untaxed + sum(item.amount for item in one.taxes)
        inside = sum(item.amount for item in one.taxes if item.tax.is_included)
        assert one.untaxed + inside == given_line.amount(places)
        for item in one.taxes:
            assert round_half_up(item.amount, places) == item.amount
            assert item.tax.kind != "none" or item.amount == 0


@settings(max_examples=400, deadline=None)
@given(documents, digits)
def test_line_and_document_rounding_differ_by_no_more_than_is_stated(lines, places):
    by_line, by_document = (compute(lines, digits=places, rounding=way) for way in ("line", "document"))
    assert abs(by_line.tax - by_document.tax) <= most_apart(lines, places)


@settings(max_examples=200, deadline=None)
@given(st.lists(lines_of(taxes(simple=True), most=1), max_size=12), digits)
def test_of_plain_taxes_they_differ_by_half_a_unit_for_each_line_and_rate(lines, places):
    by_line, by_document = (compute(lines, digits=places, rounding=way) for way in ("line", "document"))
    taxed = [tax for one in lines for tax in one.taxes if tax.kind != "none"]
    stated = Fraction(len(taxed) + len({(tax.rate_group, tax.is_included) for tax in taxed}), 2 * 10**places)
    assert abs(Fraction(by_line.tax) - Fraction(by_document.tax)) <= stated
    if not any(tax.is_included for tax in taxed):
        assert by_line.untaxed == by_document.untaxed


@settings(max_examples=200, deadline=None)
@given(st.lists(lines_of(st.sampled_from([VAT8, VAT10, EXPORT]), most=1), max_size=12), digits)
def test_tax_of_a_rate_is_its_rate_of_the_base_that_is_shown(lines, places):
    for group in compute(lines, digits=places, rounding="document").groups:
        assert group.amount == round_half_up(Fraction(group.base) * Fraction(group.rate) / 100, places)


@settings(max_examples=200, deadline=None)
@given(documents, digits, ways)
def test_opposite_document_has_opposite_amounts(lines, places, rounding):
    back = [replace(one, quantity=-one.quantity) for one in lines]
    there, again = (compute(them, digits=places, rounding=rounding) for them in (lines, back))
    assert [(-a, -b, -c) for a, b, c in amounts(there)] == amounts(again)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.fractions(-10_000, 10_000, max_denominator=1000), max_size=20), digits)
def test_shares_add_up_and_are_less_than_a_unit_off(parts, places):
    found = shared(parts, places)
    assert sum(found, Decimal(0)) == round_half_up(sum(parts, Fraction(0)), places)
    unit = Fraction(1, 10**places)
    assert all(abs(Fraction(share) - part) < unit for share, part in zip(found, parts, strict=True))
    assert all(share == 0 for share, part in zip(found, parts, strict=True) if part == 0)
    assert shared([-part for part in parts], places) == [-share for share in found]
