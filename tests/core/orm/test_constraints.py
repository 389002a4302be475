"""What a model refuses: in Python, in the database, and with which words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from core import Check, Invalid, Model, Unique, computed, constraint, fields
from core.errors import BanyanError
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench
from tests.core.orm.conftest import undone
from tests.core.orm.trade import HOA, LAN, Lead


class Room(Model):
    _name = "test.room"
    _label = "Room"
    _constraints = (
        Unique("name", "floor"),
        Check("paid", "paid <= price AND paid >= -0.005", "Nobody pays more than the price."),
        Check("plan", "name <> 'price' OR floor = 5"),
    )

    name = fields.Char("Name")
    floor = fields.Integer("Floor")
    price = fields.Decimal("Price", digits=4)
    paid = fields.Decimal("Paid", digits=2)
    beds: fields.One2many[Bed] = fields.One2many("test.bed", inverse="room")

    @computed(price, paid, store=True)
    def rest(self) -> Decimal:
        return self.price - self.paid

    @constraint(beds)
    def not_too_many_beds(self) -> None:
        if len(self.beds) > 2:
            raise Invalid(f"Room {self.name} has no place for {len(self.beds)} beds.")

    @constraint(rest)
    def not_nearly_paid(self) -> None:
        if self.rest == Decimal("0.01"):
            raise Invalid("A cent is left.")


class Bed(Model):
    _name = "test.bed"
    name = fields.Char()
    room = fields.Many2one(Room)
    is_secret = fields.Boolean()


@pytest.fixture
def hotel(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Room, Bed)


def test_a_constraint_runs_when_the_code_asks_to_write(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    with pytest.raises(Invalid, match="The revenue of a lead cannot be negative") as error, unit.savepoint():
        lead.revenue = Decimal(-1)
        env.flush()
    assert error.value.fields == {"revenue": ["cannot be negative"]}
    with pytest.raises(Invalid), unit.savepoint():
        env[Lead].create(name="x", currency=lead.currency, seller=7, revenue=Decimal(-1))


def test_a_constraint_holds_at_the_end_of_the_unit(own_trade: Bench) -> None:
    with pytest.raises(Invalid, match="cannot be negative"), own_trade.env(LAN) as env:
        env[Lead].search()[0].revenue = Decimal(-1)
    with own_trade.env(LAN) as env:
        assert env[Lead].count(Lead.revenue < 0) == 0


def test_a_state_in_between_may_break_a_constraint(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    lead.revenue = Decimal(-1)
    assert env[Lead].count(Lead.revenue < 0) == 1, "the search writes, and does not check"
    lead.revenue = Decimal(1)
    unit.flush()


def test_a_constraint_counts_what_the_user_cannot_see(hotel: Bench) -> None:
    with undone(hotel) as unit:
        env = unit.system_env()
        room = env[Room].create(name="a", beds=[{"is_secret": True}, {"is_secret": True}])
        with pytest.raises(Invalid, match="Room a has no place for 3 beds"), unit.savepoint():
            room.write(beds=[*room.beds, {"name": "x"}])


@pytest.mark.parametrize("way", ["list", "other end", "create", "move"])
def test_a_constraint_on_a_list_runs_whichever_end_changes(hotel: Bench, way: str) -> None:
    with undone(hotel) as unit:
        env = unit.system_env()
        room = env[Room].create(name="a", beds=[{}, {}])
        other = env[Bed].create(name="other")
        unit.flush()
        with pytest.raises(Invalid, match="has no place for 3 beds"), unit.savepoint():
            if way == "list":
                room.write(beds=[*room.beds, other])
            elif way == "other end":
                other.room = room
            elif way == "create":
                env[Bed].create(room=room)
            else:
                env[Room].create(name="b", beds=[*room.beds, other])


def test_a_constraint_on_a_computed_value_runs_when_that_changes(hotel: Bench) -> None:
    with undone(hotel) as unit:
        room = unit.system_env()[Room].create(name="a", price=Decimal(5))
        unit.flush()
        with pytest.raises(Invalid, match="A cent is left"), unit.savepoint():
            room.paid = Decimal("4.99")


def test_a_constraint_may_mend_what_it_finds(make_models: Callable[..., Bench]) -> None:
    class Code(Model):
        _name = "test.code"
        name = fields.Char()

        @constraint(name)
        def is_upper(self) -> None:
            if self.name != self.name.upper():
                self.name = self.name.upper()

    with make_models(Code).env() as env:
        code = env[Code].create(name="ab")
        env.flush()
        assert env[Code].values(["name"], Code.is_(code.id)) == [{"name": "AB"}]


def test_no_two_records_are_alike_where_that_is_declared(hotel: Bench) -> None:
    with undone(hotel) as unit:
        env = unit.system_env()
        env[Room].create_many([{"name": "a", "floor": 1}, {"name": "a", "floor": 2}])
        with pytest.raises(Invalid, match="another Room has the same Name, Floor") as error, unit.savepoint():
            env[Room].create(name="a", floor=2)
        assert "name" in error.value.fields
        with pytest.raises(Invalid, match="another Room has the same"), unit.savepoint():
            env[Room].search(Room.floor == 1)[0].floor = 2
        with pytest.raises(Invalid, match="another Room has the same"), unit.savepoint():
            env[Room].search().write(floor=3)


def test_the_message_of_a_constraint_is_its_authors(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    with pytest.raises(Invalid, match=r"^another lead has this reference\.$"), unit.savepoint():
        env[Lead].search().write(reference="A")
    with pytest.raises(Invalid, match=r"^The probability is a percentage\.$"), unit.savepoint():
        env[Lead].search()[0].probability = Decimal("100.01")
    env[Lead].search()[0].probability = Decimal(100)
    unit.flush()


@pytest.mark.parametrize(
    ("price", "paid", "holds"),
    [
        ("0.0001", "0", True),
        ("10", "10", True),
        ("9.99", "10", False),
        ("0.0099", "0.01", False),
        ("0.01", "0.01", True),
        ("1", "-0.01", False),
        ("99999999999999.9999", "9999999999999999.99", False),
        ("99999999999999.9999", "99999999999999.98", True),
    ],
)
def test_a_check_of_decimals_means_the_same_on_both_engines(hotel: Bench, price: str, paid: str, holds: bool) -> None:
    with undone(hotel) as unit:
        env = unit.system_env()
        if holds:
            assert env[Room].create(name="a", price=Decimal(price), paid=Decimal(paid)).exists()
            return
        with pytest.raises(Invalid, match="Nobody pays more than the price"), unit.savepoint():
            env[Room].create(name="a", price=Decimal(price), paid=Decimal(paid))


def test_a_check_without_a_message_names_its_rule(hotel: Bench) -> None:
    with undone(hotel) as unit:
        with pytest.raises(Invalid, match="Room breaks the rule 'ck_test_room__plan'"), unit.savepoint():
            unit.system_env()[Room].create(name="price")
        assert unit.system_env()[Room].create(name="price", floor=5).exists()


def test_a_constraint_of_a_deleted_record_is_not_asked(unit: UnitOfWork) -> None:
    lead = unit.env(LAN)[Lead].search()[0]
    lead.revenue = Decimal(-1)
    lead.delete()
    unit.flush()


def test_absent_values_are_not_compared(make_models: Callable[..., Bench]) -> None:
    class Invoice(Model):
        _name = "test.invoice"
        _constraints = (Unique("number", "series", message="this number is taken"),)
        number = fields.Char()
        series = fields.Selection([("a", "A"), ("b", "B")])

    with undone(make_models(Invoice)) as unit:
        env = unit.system_env()
        env[Invoice].create_many([{"series": "a"}, {"series": "a"}, {"number": "1"}, {"number": "1"}])
        first, second = env[Invoice].create_many([{"number": "1", "series": "a"}, {"number": "1", "series": "b"}])
        with pytest.raises(Invalid, match="this number is taken"), env.savepoint():
            second.series = "a"
        first.number = ""
        second.series = "a"
        env.flush()


class Restless(Model):
    _name = "test.restless"
    _label = "Restless"

    name = fields.Char("Name")

    @constraint(name)
    def grows(self) -> None:
        self.name += "."


def test_constraint_that_never_is_content_is_named(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Restless)
    with pytest.raises(BanyanError, match=r"without an end: test\.restless\.grows\."), bench.env() as env:
        env[Restless].create(name="a")
