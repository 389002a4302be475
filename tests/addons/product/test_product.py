"""Products: prices in their currency, and costs that only some see."""

from __future__ import annotations

from decimal import Decimal

import pytest

from addons.base.models import Currency
from addons.product.models import Category, Product, Unit
from core import AccessDenied, Invalid

pytestmark = pytest.mark.addons("product")


def test_product_starts_in_the_currency_of_the_company(system, make_user):
    lan = make_user("lan", "product.manager")
    with system.unit(write=True) as unit:
        chair = unit.env(lan)[Product].create(name="Ghế sảnh", list_price=Decimal(3_250_000))
        assert chair.currency.name == "VND"
        assert chair.kind == "goods"


def test_price_has_no_more_decimals_than_its_currency(system):
    with pytest.raises(Invalid, match="must be a whole amount"), system.unit(write=True) as unit:
        unit.system_env()[Product].create(name="Ghế", list_price=Decimal("0.5"))
    with system.unit(write=True) as unit:
        env = unit.system_env()
        dollar = env[Currency].search(Currency.name == "USD")[0]
        assert env[Product].create(name="Chair", list_price=Decimal("0.5"), currency=dollar).list_price == Decimal(
            "0.5"
        )


def test_currency_cannot_become_one_that_the_cost_of_a_company_does_not_fit(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        dollar = env[Currency].search(Currency.name == "USD")[0]
        chair = env[Product].create(name="Chair", list_price=3, currency=dollar)
        company = env["res.company"].search(limit=1)[0].id
        chair.write(**{f"cost@{company}": Decimal("1.5")})
        number = chair.id
    with pytest.raises(Invalid, match="must be a whole amount"), system.unit(write=True) as unit:
        env = unit.system_env()
        env[Product].get(number).currency = env[Currency].search(Currency.name == "VND")[0]
    with system.unit(write=True) as unit:
        env = unit.system_env()
        env[Product].get(number).write(
            currency=env[Currency].search(Currency.name == "VND")[0], **{f"cost@{company}": Decimal(35_000)}
        )


def test_price_below_nothing_is_refused(system):
    with pytest.raises(Invalid, match="must be 0 or more"), system.unit(write=True) as unit:
        unit.system_env()[Product].create(name="Ghế", list_price=Decimal(-1))


def test_everybody_sees_prices_and_few_see_costs(system, make_user):
    lan, boss = make_user("lan", "base.user"), make_user("boss", "product.manager")
    with system.unit(write=True) as unit:
        unit.env(boss)[Product].create(name="Ghế", list_price=Decimal(890_000), cost=Decimal(460_000))
    with system.unit() as unit:
        env = unit.env(lan)
        assert env[Product].search()[0].list_price == 890_000
        with pytest.raises(AccessDenied):
            env[Product].values(["cost"])
        with pytest.raises(AccessDenied):
            env[Product].search(Product.cost > 1)
        assert unit.env(boss)[Product].search()[0].cost == 460_000


def test_only_those_who_look_after_products_change_them(system, make_user):
    lan = make_user("lan", "base.user")
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[Product].create(name="Ghế")


def test_category_cannot_be_part_of_itself_by_a_detour(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        seats = env[Category].create(name="Seats")
        stools = env[Category].create(name="Stools", parent=seats)
    with pytest.raises(Invalid, match="cannot be Stools"), system.unit(write=True) as unit:
        unit.system_env()[Category].get(seats.id).parent = stools.id


def test_units_that_ship_say_how_many_of_the_common_one_they_are(system):
    with system.unit() as unit:
        rows = unit.system_env()[Unit].values(["name", "factor"], Unit.category == "weight")
    assert {row["name"]: row["factor"] for row in rows} == {"g": Decimal("0.001"), "kg": 1, "t": 1000}


def test_second_unit_of_a_name_in_a_category_is_refused(system):
    with pytest.raises(Invalid, match="has a unit of that name already"), system.unit(write=True) as unit:
        unit.system_env()[Unit].create(name="kg", category="weight")
