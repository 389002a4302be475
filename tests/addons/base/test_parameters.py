"""Dated parameters: what a law or a company has set, on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from addons.base.models import Company, Parameter, ParameterValue
from addons.base.operations.parameters import NoParameter, parameter
from core import AccessDenied, Invalid

pytestmark = pytest.mark.addons("base")
BASE_WAGE = "vn.wage.base"


@pytest.fixture
def env(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        env[Parameter].create(
            name="Lương cơ sở", code=BASE_WAGE, unit="VND a month",
            values=[
                {"valid_from": date(2024, 7, 1), "value": "2340000", "source": "Decree 73/2024"},
                {"valid_from": date(2026, 7, 1), "value": "2530000", "source": "Decree 161/2026"},
            ],
        )  # fmt: skip
        yield env


def test_value_is_that_of_the_day(env):
    assert parameter(env, BASE_WAGE, date(2026, 6, 30)) == Decimal(2_340_000)
    assert parameter(env, BASE_WAGE, date(2026, 7, 1)) == Decimal(2_530_000)


def test_what_is_missing_is_told(env):
    with pytest.raises(NoParameter, match=r"'vn.wage.base' \(Lương cơ sở\) has no value that is valid on 2024-06-30"):
        parameter(env, BASE_WAGE, date(2024, 6, 30))
    with pytest.raises(NoParameter, match="There is no parameter 'vn.wage.bass'. Add it under Settings"):
        parameter(env, "vn.wage.bass", date(2026, 7, 1))


def test_company_may_have_a_value_of_its_own(env):
    mine = env[Company].search()[0]
    rate = env[Parameter].create(name="Overtime", code="overtime", values=[
        {"valid_from": date(2026, 1, 1), "value": "150"},
        {"valid_from": date(2026, 3, 1), "value": "160", "company": mine},
    ])  # fmt: skip
    assert parameter(env, rate.code, date(2026, 5, 1)) == 150
    assert parameter(env, rate.code, date(2026, 5, 1), company=mine) == 160
    assert parameter(env.in_company(mine), rate.code, date(2026, 5, 1)) == 160
    assert parameter(env.in_company(mine), rate.code, date(2026, 2, 1)) == 150


def test_tables_and_texts_are_typed(env):
    env[Parameter].create(
        name="Brackets", code="brackets", kind="table",
        values=[{"valid_from": date(2026, 1, 1), "value": "[[10000000, 5], [30000000, 10.5]]"}],
    )  # fmt: skip
    env[Parameter].create(
        name="Form", code="form", kind="text", values=[{"valid_from": date(2026, 1, 1), "value": "01/GTGT"}]
    )
    day = date(2026, 1, 1)
    assert parameter(env, "brackets", day, list) == [[Decimal(10_000_000), Decimal(5)], [30_000_000, Decimal("10.5")]]
    assert parameter(env, "form", day, str) == "01/GTGT"
    with pytest.raises(TypeError, match="is a table, and was asked for as Decimal"):
        parameter(env, "brackets", day)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [("number", "2.340.000", "must be a number with a point"), ("number", "NaN", "must be a number"),
     ("table", "{}", "must be a list in JSON"), ("table", "[1", "must be a list in JSON")],
)  # fmt: skip
def test_value_that_cannot_be_read_is_refused(env, kind, value, said):
    with pytest.raises(Invalid, match=said), env.savepoint():
        env[Parameter].create(name="x", code="x", kind=kind, values=[{"valid_from": date(2026, 1, 1), "value": value}])


def test_kind_does_not_change_under_values_that_it_cannot_read(env):
    found = env[Parameter].search(Parameter.code == BASE_WAGE)[0]
    with pytest.raises(Invalid, match="must be a list in JSON"), env.savepoint():
        found.kind = "table"


def test_second_value_of_a_day_is_refused(env):
    found = env[Parameter].search(Parameter.code == BASE_WAGE)[0]
    with pytest.raises(Invalid, match="has a value for all companies already"), env.savepoint():
        env[ParameterValue].create(parameter=found, valid_from=date(2026, 7, 1), value="1")


@pytest.mark.engine("sqlite")
def test_pages_of_a_parameter(system, make_user, client):
    boss, lan = make_user("boss", "base.administrator"), make_user("lan", "base.user")
    with system.unit(write=True) as unit:
        made = unit.env(boss)[Parameter].create(
            name="Lương cơ sở", code=BASE_WAGE,
            values=[{"valid_from": date(2026, 7, 1), "value": "2530000", "source": "Decree 161/2026"}],
        )  # fmt: skip
    page = client(boss).get(f"/records/res.parameter/{made.id}")
    assert page.status_code == 200
    assert "Decree 161/2026" in page.text
    assert client(boss).get("/records/res.parameter").status_code == 200
    with system.unit() as unit:
        assert parameter(unit.env(lan), BASE_WAGE, date(2026, 8, 1)) == 2_530_000
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[ParameterValue].search()[0].value = "1"
