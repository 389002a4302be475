"""Currencies with dated rates: what an amount is worth in another one, on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.base.models import Company, Currency, CurrencyRate
from addons.base.operations.currencies import NoRate, convert, rate_between
from core import AccessDenied, Invalid
from core.rounding import round_half_up

pytestmark = pytest.mark.addons("base")
DAY = date(2026, 3, 1)


@pytest.fixture
def env(system):
    with system.unit(write=True) as unit:
        yield unit.system_env()


def _money(env, *names):
    return [env[Currency].with_archived().search(Currency.name == name)[0] for name in names]


def _rate(env, one, worth, other, valid_from, amount=1, company=None):
    env[CurrencyRate].create(
        currency=one, amount=Decimal(amount), worth=Decimal(worth), worth_in=other, valid_from=valid_from,
        company=company,
    )  # fmt: skip


def test_amount_is_converted_at_the_rate_of_the_day_and_rounded_by_the_currency(env):
    usd, vnd = _money(env, "USD", "VND")
    _rate(env, usd, "25460.5", vnd, date(2026, 1, 1))
    _rate(env, usd, "26000", vnd, date(2026, 3, 1))
    assert convert(env, Decimal("10.01"), usd, vnd, date(2026, 2, 28)) == Decimal(254860)  # 254,859.605
    assert convert(env, Decimal("10.01"), usd, vnd, date(2026, 3, 1)) == Decimal(260260)
    assert convert(env, Decimal(1_000_000), vnd, usd, date(2026, 3, 1)) == Decimal("38.46")
    assert convert(env, Decimal("-10.01"), usd, vnd, date(2026, 2, 28)) == Decimal(-254860)


def test_rate_is_given_as_banks_quote_it_and_loses_nothing(env):
    jpy, vnd = _money(env, "JPY", "VND")
    _rate(env, jpy, "17245", vnd, date(2026, 1, 1), amount=100)
    assert rate_between(env, jpy, vnd, DAY) == Fraction(17245, 100)
    assert convert(env, Decimal(17245), vnd, jpy, DAY) == 100
    assert env[CurrencyRate].search()[0].unit_worth == Decimal("172.45")


def test_before_the_first_rate_there_is_none_and_the_error_says_what_to_do(env):
    usd, vnd = _money(env, "USD", "VND")
    _rate(env, usd, "25460", vnd, date(2026, 1, 1))
    with pytest.raises(NoRate, match="There is no rate of USD in VND that is valid on 2025-12-31. Add one"):
        convert(env, Decimal(1), usd, vnd, date(2025, 12, 31))
    assert convert(env, Decimal("1.00"), usd, usd, date(1990, 1, 1)) == 1


def test_two_currencies_meet_in_that_of_the_company(env):
    usd, eur, vnd = _money(env, "USD", "EUR", "VND")
    company = env[Company].search()[0]
    _rate(env, usd, "25000", vnd, date(2026, 1, 1))
    _rate(env, eur, "30000", vnd, date(2026, 1, 1))
    assert convert(env, Decimal(10), eur, usd, DAY, company) == 12
    with pytest.raises(NoRate):
        convert(env, Decimal(10), eur, usd, DAY)


def test_own_rate_of_a_company_goes_before_the_one_for_all(env):
    usd, vnd = _money(env, "USD", "VND")
    mine, other = env[Company].search()[0], env[Company].create(name="Other", currency=vnd)
    _rate(env, usd, "25000", vnd, date(2026, 1, 1), company=mine)
    _rate(env, usd, "26000", vnd, date(2026, 2, 1))
    assert convert(env, Decimal(1), usd, vnd, DAY, mine) == 25000
    assert convert(env, Decimal(1), usd, vnd, DAY, other) == 26000
    assert convert(env, Decimal(1), usd, vnd, DAY) == 26000
    assert convert(env.in_company(mine), Decimal(1), usd, vnd, DAY) == 25000


def test_rates_that_mean_nothing_are_refused(env):
    usd, vnd = _money(env, "USD", "VND")
    _rate(env, usd, "25000", vnd, date(2026, 1, 1))
    for wrong, said in (
        ({"worth": Decimal(1), "worth_in": usd}, "is the currency itself"),
        ({"worth": Decimal(0), "worth_in": vnd}, "must be 0.000001 or more"),
        ({"worth": Decimal(2), "worth_in": vnd, "valid_from": date(2026, 1, 1)}, "for all companies already"),
    ):
        with pytest.raises(Invalid, match=said), env.savepoint():
            env[CurrencyRate].create(currency=usd, **{"valid_from": DAY, **wrong})


def test_everybody_reads_rates_and_administrators_make_them(system, make_user):
    lan, boss = make_user("lan", "base.user"), make_user("boss", "base.administrator")
    with system.unit(write=True) as unit:
        usd, vnd = _money(unit.env(boss), "USD", "VND")
        _rate(unit.env(boss), usd, "25000", vnd, date(2026, 1, 1))
        assert convert(unit.env(lan), Decimal(2), usd, vnd, DAY) == 50000
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[CurrencyRate].search()[0].worth = Decimal(1)


@pytest.mark.engine("sqlite")
def test_form_of_a_currency_shows_its_rates(system, make_user, client):
    boss = make_user("boss", "base.administrator")
    with system.unit(write=True) as unit:
        usd, vnd = _money(unit.env(boss), "USD", "VND")
        _rate(unit.env(boss), usd, "25460", vnd, date(2026, 1, 1))
    page = client(boss).get(f"/records/res.currency/{usd.id}")
    assert page.status_code == 200
    assert "25,460" in page.text


@given(st.fractions(), st.integers(0, 4))
def test_rounding_is_half_up_away_from_zero_and_never_further_than_half_a_unit(value, digits):
    found = round_half_up(value, digits)
    assert abs(Fraction(found) - value) <= Fraction(1, 2 * 10**digits)
    assert round_half_up(-value, digits) == found.copy_negate()
    assert -found.as_tuple().exponent == digits


def test_halves_are_rounded_up():
    assert [round_half_up(Decimal(text), 0) for text in ("0.5", "1.5", "2.5", "-0.5", "0.49")] == [1, 2, 3, -1, 0]
