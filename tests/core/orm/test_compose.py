"""Composition: the parts that addons declare for a model become one class, one table, one set of fields."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core import Model, computed, fields
from core.orm.compose import Part, compose_models
from core.testing.bench import Bench
from tests.core.orm.conftest import undone
from tests.core.orm.trade import TRADE, Currency


def _crm() -> list[Part]:
    return [Part("crm", cls) for cls in TRADE]


def test_parts_of_addons_that_do_not_know_each_other_become_one_model(make_models: Callable[..., Bench]) -> None:
    class Base(Model):
        _name = "test.doc"
        name = fields.Char()

        def title(self) -> str:
            return self.name

    class Sales(Base):
        amount = fields.Decimal(default=Decimal(1))

        def title(self) -> str:
            return f"{super().title()}+sales"

    class Care(Base):
        tickets = fields.Integer(default=3)

        def title(self) -> str:
            return f"{super().title()}+care"

    class Bridge(Sales, Care):
        @computed(Sales.amount, Care.tickets)
        def each(self) -> Decimal:
            return self.amount / self.tickets

    parts = [Part("base", Base), Part("sales", Sales), Part("care", Care)]
    with undone(make_models(*parts)) as unit:
        record: Any = unit.system_env()[Base].create(name="a")
        assert record.title() == "a+sales+care", "what was loaded last comes first"
        assert (record.amount, record.tickets) == (1, 3)
        assert unit.system_env()[Care].search()[0].title() == "a+sales+care"
        assert isinstance(record, Sales)
        assert isinstance(record, Care)
    models = compose_models([*parts, Part("bridge", Bridge)])
    assert models["test.doc"].field_addons == {
        "name": "base", "amount": "sales", "tickets": "care", "each": "bridge"
    }  # fmt: skip


def test_an_extension_may_change_what_is_said_of_a_field(make_models: Callable[..., Bench]) -> None:
    class Base(Model):
        _name = "test.doc"
        _label = "Document"
        name = fields.Char("Name")

    class Stricter(Base):
        name = fields.Char("Full name", required=True, help="As in the passport")

    info = compose_models([Part("base", Base), Part("hr", Stricter)])["test.doc"]
    assert (info.label, info.fields["name"].label, info.fields["name"].required) == ("Document", "Full name", True)
    assert compose_models([Part("base", Base)])["test.doc"].fields["name"].required is False, "only where it is enabled"


def test_a_model_knows_its_fields_by_both_names() -> None:
    info = compose_models(_crm())["crm.lead"]
    assert info.by_wire["partner_id"] is info.fields["partner"]
    assert info.by_wire["tag_ids"] is info.fields["tags"]
    assert info.title == "name"
    assert info.field_addons["weighted"] == "crm"
    assert set(compose_models(_crm())) == {"res.currency", "res.partner", "crm.tag", "crm.lead"}


def test_nothing_of_a_registry_is_left_in_another() -> None:
    class Extended(Currency):
        symbol = fields.Char()

    with_it = compose_models([*_crm(), Part("sales", Extended)])
    without = compose_models(_crm())
    assert "symbol" in with_it["res.currency"].fields
    assert "symbol" not in without["res.currency"].fields
    assert "symbol" not in without["res.currency"].table.c
    assert with_it["res.currency"].cls is not without["res.currency"].cls
