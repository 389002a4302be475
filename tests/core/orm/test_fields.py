"""Each kind of field: what it takes, what it refuses, and that it gives back what it took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core import Env, Invalid, Model, fields
from core.errors import AccessDenied, UnknownName
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, identity
from tests.core.orm.conftest import undone
from tests.core.orm.trade import LAN, Currency, Lead, Partner

HANOI = dt.timezone(dt.timedelta(hours=7))
NOON = dt.datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=HANOI)


class Thing(Model):
    _name = "test.thing"

    name = fields.Char("Name", required=True, size=10)
    text = fields.Text("Text")
    whole = fields.Integer("Whole", within=(-10, None))
    ratio = fields.Float("Ratio")
    exact = fields.Decimal("Exact", digits=3, within=(0, 100))
    yes = fields.Boolean("Yes")
    day = fields.Date("Day")
    instant = fields.DateTime("Instant")
    size = fields.Selection((("S", "Small"), ("L", "Large")), "Size")
    data = fields.Json("Data", default={"open": []})
    since = fields.Date("Since", default=lambda env: env.today())


ABSENT = {
    "text": "", "whole": 0, "ratio": 0.0, "exact": Decimal(0), "yes": False, "day": None, "instant": None, "size": None
}  # fmt: skip

KEPT: list[tuple[str, Any, Any]] = [
    ("name", "Đặng Thị", "Đặng Thị"),
    ("name", "Da\u0302\u0323ng", "Dậng"),
    ("text", "một\nhai", "một\nhai"),
    ("whole", 2**63 - 1, 2**63 - 1),
    ("ratio", 0.1, 0.1),
    ("exact", Decimal("99.999"), Decimal("99.999")),
    ("exact", 7, Decimal(7)),
    ("yes", True, True),
    ("day", dt.date(2028, 2, 29), dt.date(2028, 2, 29)),
    ("day", dt.date(1, 1, 1), dt.date(1, 1, 1)),
    ("day", dt.date(9999, 12, 31), dt.date(9999, 12, 31)),
    ("instant", NOON, NOON),
    ("size", "L", "L"),
    ("data", {"ghế": [1, 2.5, None, True]}, {"ghế": [1, 2.5, None, True]}),
    ("data", (1, 2), [1, 2]),
    ("data", {1: "a"}, {"1": "a"}),
]

REFUSED: list[tuple[str, Any, str]] = [
    ("name", "x" * 11, "is too long: 11 characters where 10 fit"),
    ("name", "a\nb", "must be one line"),
    ("name", "a\x00b", "must not contain the NUL character"),
    ("name", "a\ud800", "must be readable text"),
    ("name", 5, "must be a text"),
    ("name", "", "is required"),
    ("name", None, "is required"),
    ("name", " \t", "is required"),
    ("text", "\udfff", "must be readable text"),
    ("whole", 2**63, "is too large"),
    ("whole", -11, "must be -10 or more"),
    ("whole", 1.0, "must be a whole number"),
    ("whole", True, "must be a whole number"),
    ("ratio", float("nan"), "must be a number"),
    ("ratio", float("inf"), "must be a number"),
    ("ratio", "1", "must be a number"),
    ("exact", 0.1, "must be an exact decimal number"),
    ("exact", "0.1", "must be an exact decimal number"),
    ("exact", True, "must be an exact decimal number"),
    ("exact", Decimal("NaN"), "must be an exact decimal number"),
    ("exact", Decimal("0.0001"), "has more than 3 decimals"),
    ("exact", Decimal("100.001"), "must be between 0 and 100"),
    ("yes", 1, "must be yes or no"),
    ("day", NOON, "must be a date"),
    ("day", "2026-07-01", "must be a date"),
    ("instant", dt.date(2026, 7, 1), "must be a date and time"),
    ("instant", dt.datetime(2026, 7, 1), "must say its time zone"),
    ("size", "Large", "cannot be 'Large'; one of: S, L"),
    ("size", 7, "cannot be '7'; one of: S, L"),
    ("data", {"a": NOON}, "must be plain JSON"),
    ("data", float("nan"), "must be plain JSON"),
    ("data", {"a": "\ud800"}, "must be plain JSON"),
]


@pytest.fixture
def things(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Thing)


def test_every_value_comes_back_from_the_database_as_it_went_in(things: Bench) -> None:
    with things.env() as env:
        made = [env[Thing].create(**{"name": "x", field: value}).id for field, value, _expected in KEPT]
    with things.env() as env:
        found = [getattr(env[Thing].get(id), field) for id, (field, _, _) in zip(made, KEPT, strict=True)]
        listed = [
            env[Thing].values([field], Thing.is_(id))[0][field] for id, (field, _, _) in zip(made, KEPT, strict=True)
        ]
    assert found == listed == [expected for _, _, expected in KEPT]


def test_a_value_reads_the_same_before_and_after_it_is_written(things: Bench) -> None:
    with things.env() as env:
        for field, value, expected in KEPT:
            record = env[Thing].create(name="y")
            setattr(record, field, value)
            assert getattr(record, field) == expected
            env.flush()
            assert getattr(record, field) == expected


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(("field", "value", "reason"), REFUSED)
def test_a_wrong_value_is_refused_with_its_reason(things: Bench, field: str, value: Any, reason: str) -> None:
    with undone(things) as unit:
        env = unit.system_env()
        with pytest.raises(Invalid) as made:
            env[Thing].create(**{"name": "x", field: value})
        assert [str(text) for text in made.value.fields[field]] == [reason]
        record = env[Thing].create(name="x")
        with pytest.raises(Invalid) as written, env.savepoint():
            record.write(**{field: value})
            env.flush()
        assert [str(text) for text in written.value.fields[field]] == [reason]
        record.name = "x"


def test_all_wrong_fields_are_named_at_once(unit: UnitOfWork) -> None:
    with pytest.raises(Invalid) as error:
        unit.env(LAN)[Lead].create(name="x" * 61, revenue="much", probability=Decimal("1.234"))
    assert set(error.value.fields) == {"name", "revenue", "probability"}
    assert str(error.value).startswith("Opportunity is too long: 61 characters where 60 fit.")


def test_what_is_not_given_is_absent(things: Bench) -> None:
    with things.env() as env:
        made = env[Thing].create(name="x").id
    with things.env() as env:
        record = env[Thing].get(made)
        assert {name: getattr(record, name) for name in ABSENT} == ABSENT
        record.write(**dict.fromkeys(ABSENT))
        env.flush()
        assert {name: getattr(record, name) for name in ABSENT} == ABSENT


def test_a_default_may_be_a_function_of_the_environment(things: Bench) -> None:
    with things.unit() as unit:
        env = unit.env(identity())
        expected = env.now().astimezone(dt.UTC).date()
        assert env.sudo()[Thing].create(name="x").since == expected
        assert env.sudo()[Thing].defaults()["since"] == expected


def test_a_default_structure_is_not_shared_between_records(things: Bench) -> None:
    with things.env() as env:
        first = env[Thing].create(name="x")
        first.data["open"].append("mine")
        assert env[Thing].create(name="y").data == {"open": []}
        assert env[Thing].defaults()["data"] == {"open": []}


def test_a_structure_changes_only_by_assignment(things: Bench) -> None:
    with things.env() as env:
        record = env[Thing].create(name="x")
        data = record.data
        data["open"].append("ghế")
        assert record.data == {"open": []}
        record.data = data
        made = record.id
    with things.env() as env:
        assert env[Thing].get(made).data == {"open": ["ghế"]}


def test_what_is_absent_and_required_is_refused_when_written(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    with pytest.raises(Invalid, match=r"Opportunity is required\. Currency is required\."), env.savepoint():
        lead.write(name="", currency=None)
    assert lead.name


def test_a_field_that_is_not_there_is_named_with_the_nearest(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    with pytest.raises(UnknownName, match=r"field 'revenu' is not on crm\.lead; nearest: 'revenue'"):
        lead.write(revenu=5)
    with pytest.raises(UnknownName, match=r"field 'nmae' is not on crm\.lead; nearest: 'name'"):
        env[Lead].create(nmae="x")
    with pytest.raises(AttributeError):
        lead.revenu = 5
    with pytest.raises(AttributeError):
        lead.revenu  # noqa: B018


def test_an_amount_fits_its_currency(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    usd, vnd = env[Currency].search(order=["name"])
    with pytest.raises(Invalid, match="Revenue must be a whole amount: the currency has no decimals"):
        env[Lead].create(name="x", currency=vnd, revenue=Decimal("1.5"), seller=LAN.user_id)
    with pytest.raises(Invalid, match=r"Revenue has more than the currency's 2 decimals"):
        env[Lead].create(name="x", currency=usd, revenue=Decimal("1.005"), seller=LAN.user_id)
    lead = env[Lead].create(name="x", currency=usd, revenue=Decimal("1.05"), seller=LAN.user_id)
    with pytest.raises(Invalid, match="Revenue must be a whole amount"), env.savepoint():
        lead.currency = vnd
    assert lead.currency == usd


def test_a_change_of_the_currency_itself_counts_at_once(unit: UnitOfWork) -> None:
    env = unit.system_env()
    usd = env[Currency].search(Currency.name == "USD")[0]
    lead = env[Lead].create(name="x", currency=usd, revenue=Decimal("1.05"))
    usd.decimal_places = 3
    lead.revenue = Decimal("1.055")
    env.flush()
    assert lead.revenue == Decimal("1.055")


def test_a_many2one_takes_a_record_or_its_number(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead, partner = env[Lead].search()[0], env[Partner].search()[0]
    lead.partner = partner.id
    assert lead.partner == partner
    lead.partner = partner
    for wrong in (True, "5", env[Currency].search()[0]):
        with pytest.raises(Invalid) as error:
            lead.partner = wrong
        assert "partner" in error.value.fields


def test_a_list_takes_only_records_of_its_model(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    for wrong in (5, "gấp", ["gấp"], [True], env[Partner].search(), [env[Partner].search()[0]]):
        with pytest.raises(Invalid) as error:
            lead.write(tags=wrong)
        assert "tags" in error.value.fields
    partner = env[Partner].search()[0]
    for wrong in (5, "gấp", ["gấp"], env[Currency].search()):
        with pytest.raises(Invalid) as error:
            partner.write(leads=wrong)
        assert "leads" in error.value.fields


def test_a_computed_value_cannot_be_written(unit: UnitOfWork) -> None:
    env: Env = unit.env(LAN)
    lead = env[Lead].search()[0]
    for name in ("weighted", "headline"):
        with pytest.raises(Invalid, match="is computed and cannot be written"):
            lead.write(**{name: "x"})
        with pytest.raises(Invalid, match="is computed and cannot be written"):
            env[Lead].create(**{"name": "x", "currency": 1, name: "x"})
    with pytest.raises(Invalid, match="is computed and cannot be written"):
        env[Partner].search()[0].write(leads_count=5)


def test_a_unit_for_reading_writes_nothing(trade: Bench) -> None:
    with trade.unit(write=False) as unit:
        env = unit.env(LAN)
        with pytest.raises(Exception, match="opened for reading; open it with write=True"):
            env[Lead].search()[0].name = "x"
        with pytest.raises(Exception, match="opened for reading"):
            env[Lead].create(name="x")
        with pytest.raises(Exception, match="opened for reading"):
            env[Lead].search()[0].delete()


def test_records_of_an_ended_unit_say_so(trade: Bench) -> None:
    with trade.unit(write=False) as unit:
        lead = unit.env(LAN)[Lead].search()[0]
        name = lead.name
    assert lead.name == name, "what was read is still there"
    with pytest.raises(Exception, match="This unit of work has ended"):
        lead.note  # noqa: B018


def test_a_hidden_field_is_refused_without_its_value(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    with pytest.raises(AccessDenied, match="You may not see Credit limit of Partner"):
        env[Partner].search()[0].credit_limit  # noqa: B018
