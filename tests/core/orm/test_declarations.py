"""What composition refuses: each mistake is one message with addon, file, line and the nearest right name."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from core import Check, Grant, Model, Role, Unique, computed, constraint, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from tests.core.orm.trade import TRADE, Lead, Partner, Tag


def _refused(*classes: type[Model] | Part, access: Any = ()) -> DeclarationError:
    parts = [item if isinstance(item, Part) else Part("sales", item) for item in classes]
    with pytest.raises(DeclarationError) as error:
        compose_models(parts, access)
    return error.value


def _line_of(word: str) -> int:
    """The line of this file that holds a word only once."""
    with open(__file__, encoding="utf-8") as file:
        found = [number for number, line in enumerate(file, start=1) if word in line and "_line_of" not in line]
    assert len(found) == 1, (word, found)
    return found[0]


def _crm() -> list[Part]:
    return [Part("crm", cls) for cls in TRADE]


def test_the_message_names_addon_file_line_and_the_nearest_right_name() -> None:
    class Extended(Lead):
        @computed("partner.citi")  # this line has the path
        def place(self) -> str:
            return ""

    error = _refused(*_crm(), Part("sales", Extended))
    assert error.addon == "sales"
    assert re.fullmatch(
        r"addon '\w+': .*tests/core/orm/test_declarations\.py:\d+: computed field crm\.lead\.place: "
        r"field 'citi' is not on res\.partner; nearest: 'city'",
        str(error),
    )
    assert error.where.endswith(f"test_declarations.py:{_line_of('# this line has the path')}")


def test_a_relation_to_a_model_that_is_not_there() -> None:
    class Extended(Lead):
        order: fields.Many2one[Any, Any] = fields.Many2one("crm.leed")  # this line has the relation

    error = _refused(*_crm(), Part("sales", Extended))
    assert (error.addon, error.hint) == ("sales", "nearest: 'crm.lead'")
    assert error.message == "crm.lead.order points at 'crm.leed', which no enabled addon declares"
    assert error.where.endswith(f"test_declarations.py:{_line_of('# this line has the relation')}")


def test_a_relation_to_nothing_alike_asks_for_the_manifest() -> None:
    class Alone(Model):
        _name = "test.alone"
        other: fields.Many2one[Any, Any] = fields.Many2one("zzz.zzz")

    assert "does the manifest depend on the addon that declares it?" in str(_refused(Alone))


def test_a_list_without_its_other_end() -> None:
    class Owner(Model):
        _name = "test.owner"
        things: fields.One2many[Thing] = fields.One2many("test.thing", inverse="ownr")

    class Thing(Model):
        _name = "test.thing"
        owner = fields.Many2one(Owner)

    error = _refused(Owner, Thing)
    assert error.message == "test.owner.things: its inverse 'ownr' is not on test.thing"
    assert error.hint == "nearest: 'owner'"


def test_a_list_whose_other_end_points_elsewhere() -> None:
    class Owner(Model):
        _name = "test.owner"
        things: fields.One2many[Thing] = fields.One2many("test.thing", inverse="thing")

    class Thing(Model):
        _name = "test.thing"
        thing: fields.Many2one[Any, Any] = fields.Many2one("test.thing")

    assert "test.thing.thing is no many-to-one to test.owner" in str(_refused(Owner, Thing))


def test_a_list_whose_other_end_is_computed() -> None:
    class Person(Model):
        _name = "test.person"
        boss: fields.Many2one[Any, Any] = fields.Many2one("test.person")
        below: fields.One2many[Any] = fields.One2many("test.person", inverse="top")

        @computed(boss, store=True, into=fields.Many2one("test.person"))
        def top(self) -> Any:
            return self.boss

    assert "test.person.below: its inverse test.person.top is computed" in str(_refused(Person))


def test_an_amount_without_a_currency() -> None:
    class Bill(Model):
        _name = "test.bill"
        amount = fields.Monetary()

    class Bill2(Model):
        _name = "test.bill"
        currency = fields.Char()
        amount = fields.Monetary(currency="currency")

    error = _refused(Bill)
    assert error.message == "test.bill.amount is an amount in 'currency', which is no many-to-one of the model"
    assert "add a field 'currency'" in error.hint
    assert "no many-to-one" in str(_refused(Bill2))


def test_figures_over_what_is_no_list_or_no_number() -> None:
    class Owner(Model):
        _name = "test.owner"
        things: fields.One2many[Thing] = fields.One2many("test.thing", inverse="owner")
        total = fields.Sum(things, "prize")

    class Thing(Model):
        _name = "test.thing"
        name = fields.Char()
        price = fields.Decimal()
        owner = fields.Many2one(Owner)

        @computed(price)
        def doubled(self) -> Decimal:
            return self.price * 2

    things = Owner.declared_fields()["things"]

    class Extended(Owner):
        total = fields.Sum(things, "name")

    class Again(Owner):
        total = fields.Sum(things, "doubled")

    class Fixed(Owner):
        total = fields.Sum(things, "price")

    class Counted(Thing):
        names_count = fields.Count(Thing.declared_fields()["name"])

    error = _refused(Owner, Thing)
    assert error.message == "test.owner.total: field 'prize' is not on test.thing"
    assert error.hint == "nearest: 'price'"
    assert "test.thing.name is not a number that is stored" in str(_refused(Owner, Thing, Part("x", Extended)))
    assert "test.thing.doubled is not a number that is stored" in str(_refused(Owner, Thing, Part("x", Again)))
    found = _refused(Owner, Thing, Fixed, Counted)
    assert "is a figure over 'name', which is no list of records" in str(found)


def test_a_name_that_every_record_has() -> None:
    class Taken(Model):
        _name = "test.taken"
        history = fields.Char()  # type: ignore[assignment]

    error = _refused(Taken)
    assert error.message == "a field cannot be called 'history': every record has that name already"


@pytest.mark.parametrize("name", ["write", "delete", "env", "row_version", "display_name", "exists", "is_set", "any"])
def test_no_field_may_hide_what_a_record_does(name: str) -> None:
    taken: Any = type("Taken", (Model,), {"_name": "test.taken", "__module__": __name__, name: fields.Char()})
    assert f"a field cannot be called '{name}'" in str(_refused(taken))


def test_an_order_of_fields_that_are_not_there() -> None:
    class Sorted(Model):
        _name = "test.sorted"
        _order = ("-prio", "id")
        priority = fields.Integer()

    class Deep(Model):
        _name = "test.deep"
        _order = ("partner.citi",)
        partner = fields.Many2one(Partner)

    error = _refused(Sorted)
    assert error.message == "_order of test.sorted: field 'prio' is not on test.sorted"
    assert error.hint == "nearest: 'priority'"
    assert "field 'citi' is not on res.partner; nearest: 'city'" in str(_refused(*_crm(), Deep))


def test_a_constraint_on_what_is_not_there() -> None:
    class Checked(Model):
        _name = "test.checked"
        revenue = fields.Decimal()

        @constraint("revenu")
        def is_positive(self) -> None: ...

    error = _refused(Checked)
    assert error.message == "@constraint on Checked.is_positive: field 'revenu' is not on test.checked"
    assert error.hint == "nearest: 'revenue'"
    assert "test_declarations.py:" in error.where


def test_a_database_constraint_on_what_is_not_there() -> None:
    class Once(Model):
        _name = "test.once"
        _constraints = (Unique("nmae"),)
        name = fields.Char()

    class Checked(Model):
        _name = "test.checked"
        _constraints = (Check("some", "nmae <> ''"),)
        name = fields.Char()

    for cls in (Once, Checked):
        error = _refused(cls)
        assert "nmae" in error.message
        assert error.hint == "nearest: 'name'"
        assert "test_declarations.py:" in error.where


def test_a_computed_field_without_a_kind() -> None:
    with pytest.raises(DeclarationError) as error:

        class Vague(Model):
            _name = "test.vague"

            @computed("name")
            def what(self):  # type: ignore[no-untyped-def]
                return 5

    assert "computed field 'what' returns 'nothing declared'" in str(error.value)
    assert "say which field it fills, into=fields.…" in error.value.hint
    with pytest.raises(DeclarationError, match="returns 'dict"):

        class Odd(Model):
            _name = "test.odd"

            @computed("name")
            def what(self) -> dict[str, int]:
                return {}


def test_a_stored_value_of_the_id() -> None:
    class Numbered(Model):
        _name = "test.numbered"

        @computed("id", store=True)
        def reference(self) -> str:
            return f"N{self.id}"

    assert "is stored and follows from the id" in str(_refused(Numbered))


def test_two_addons_that_declare_one_field() -> None:
    class One(Lead):
        colour = fields.Char()

    class Two(Lead):
        colour = fields.Char()  # the second colour

    error = _refused(*_crm(), Part("one", One), Part("two", Two))
    assert error.addon == "two"
    assert error.message.startswith("field 'colour' of crm.lead is declared by addon 'one' too, at ")
    assert error.where.endswith(f"test_declarations.py:{_line_of('# the second colour')}")
    assert "give one of them another name" in error.hint


def test_a_field_that_becomes_another_kind() -> None:
    class Changed(Lead):
        name = fields.Integer()  # type: ignore[assignment]

    class Repointed(Lead):
        partner = fields.Many2one(Tag)  # type: ignore[assignment]

    assert "is a char at" in str(_refused(*_crm(), Part("x", Changed)))
    assert "and cannot become a integer" in str(_refused(*_crm(), Part("x", Changed)))
    assert "field 'partner' of crm.lead is a many2one" in str(_refused(*_crm(), Part("x", Repointed)))


def test_an_override_that_forgets_super() -> None:
    class Base(Model):
        _name = "test.base"

        def confirm(self) -> str:
            return "confirmed"

    class Rude(Base):
        def confirm(self) -> str:  # forgets it
            return "mine"

    error = _refused(Part("base", Base), Part("rude", Rude))
    assert error.addon == "rude"
    assert "Rude.confirm overrides what addon 'base' does" in error.message
    assert "and never calls super().confirm()" in error.message
    assert error.where.endswith(f"test_declarations.py:{_line_of('# forgets it')}")


def test_a_class_that_does_not_extend_the_model_it_names() -> None:
    class Other(Model):
        _name = "crm.lead"

    error = _refused(*_crm(), Part("other", Other))
    assert error.message.startswith("crm.lead is declared by addon 'crm' already, at ")
    assert (error.addon, error.hint) == ("other", "subclass that class to extend the model, or choose another _name")


def test_parts_that_have_no_order_of_inheritance() -> None:
    class A(Model):
        _name = "test.a"

    class B(A): ...

    class C(A, metaclass=type(A)): ...

    class Left(B, C): ...

    class Right(C, B): ...

    error = _refused(Part("a", A), Part("left", Left), Part("right", Right))
    assert "the parts of test.a cannot be put in an order of inheritance" in error.message
    assert "left (" in error.message
    assert error.addon == "right"


def test_access_to_a_model_that_is_not_there() -> None:
    class Ghost(Model):
        _name = "crm.lede"

    role = Role("x.role", "Role")
    error = _refused(*_crm(), access=[role, Grant(role, Ghost, "read")])
    assert error.message == "model 'crm.lede' is not enabled"
    assert error.hint == "nearest: 'crm.lead'"
    assert "test_declarations.py:" in error.where


def test_a_role_that_is_declared_twice() -> None:
    role, again = Role("x.role", "Role"), Role("x.role", "Again")
    error = _refused(*_crm(), access=[role, again])
    assert error.message == "role 'x.role' is declared twice"
    assert "test_declarations.py:" in error.where
    assert "first at" in error.hint


def test_an_action_that_is_none() -> None:
    role = Role("x.role", "Role")
    with pytest.raises(DeclarationError, match="'raed' is no action; nearest: 'read'"):
        Grant(role, Lead, "raed")  # type: ignore[arg-type]
