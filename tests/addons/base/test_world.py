"""The countries and currencies that ship, beside what Babel's copy of CLDR knows."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.numbers import get_currency_name

from addons.base.models import Country, Currency

ENGLISH = Locale("en")
PLACES = {"VND": 0, "JPY": 0, "KRW": 0, "USD": 2, "EUR": 2, "KWD": 3, "BHD": 3, "IQD": 3, "RSD": 2}

pytestmark = [pytest.mark.addons("base"), pytest.mark.engine("sqlite")]  # shipped files, the same for both


def test_all_countries_of_iso_3166_ship_with_their_names(system):
    with system.unit() as unit:
        countries = unit.system_env()[Country].values(["name", "code"])
    assert len(countries) == 249
    for row in countries:
        assert row["name"] == ENGLISH.territories[row["code"]]


def test_currencies_ship_with_their_names_and_only_a_few_are_active(system):
    with system.unit() as unit:
        currencies = unit.system_env()[Currency].values(["name", "full_name", "active"])
    for row in currencies:
        assert row["full_name"] == get_currency_name(row["name"], locale="en")
    active = {row["name"] for row in currencies if row["active"]}
    assert {"VND", "USD", "EUR"} <= active
    assert len(active) < 12


def test_decimals_follow_iso_4217(system):
    with system.unit() as unit:
        rows = (
            unit.system_env()[Currency]
            .with_archived()
            .values(["name", "decimal_places"], Currency.name.in_(list(PLACES)))
        )
    assert {row["name"]: row["decimal_places"] for row in rows} == PLACES


def test_dong_stands_after_the_amount(system):
    with system.unit() as unit:
        dong = unit.system_env()[Currency].search(Currency.name == "VND")[0]
        assert (dong.symbol, dong.position) == ("₫", "after")


def test_countries_pay_in_the_currency_of_today(system):
    with system.unit() as unit:
        rows = unit.system_env()[Country].values(["code", "currency.name"], Country.code.in_(["VN", "HR", "BG", "US"]))
    assert {row["code"]: row["currency.name"] for row in rows} == {"VN": "VND", "HR": "EUR", "BG": "EUR", "US": "USD"}
