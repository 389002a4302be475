"""Searching, listing, counting and adding up: order, pages, paths, groups, and what cannot be asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest

from core import AccessDenied, Grant, Invalid, Missing, Model, Role, computed, fields
from core.errors import DeclarationError
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, identity
from core.testing.statements import Statements
from tests.core.orm.conftest import undone
from tests.core.orm.trade import HOA, LAN, Currency, Lead, Partner, Tag


def _names(unit: UnitOfWork, **options: Any) -> list[str]:
    return [lead.name for lead in unit.env(HOA)[Lead].search(**options)]


# -- order and pages ----------------------------------------------------------------------------------------


def test_records_come_in_the_order_of_their_model(unit: UnitOfWork) -> None:
    assert _names(unit) == ["Kệ bếp", "Bàn họp", "Tủ sách", "50 ghế gỗ"]
    assert [row["name"] for row in unit.env(HOA)[Lead].values(["name"])] == _names(unit)


def test_an_order_may_be_given_over_relations_and_computed_values(unit: UnitOfWork) -> None:
    assert _names(unit, order=["name"]) == ["50 ghế gỗ", "Bàn họp", "Kệ bếp", "Tủ sách"]
    assert _names(unit, order=["-name"]) == ["Tủ sách", "Kệ bếp", "Bàn họp", "50 ghế gỗ"]
    assert _names(unit, order=["weighted"]) == ["50 ghế gỗ", "Tủ sách", "Bàn họp", "Kệ bếp"]
    assert _names(unit, order=["partner.city"]) == ["Tủ sách", "Bàn họp", "50 ghế gỗ", "Kệ bếp"], "absent comes last"
    assert _names(unit, order=["partner"])[:3] == ["Bàn họp", "50 ghế gỗ", "Tủ sách"], "by what people call it"
    assert _names(unit, order=["-partner.city"])[-1] == "Kệ bếp", "last both ways"
    assert _names(unit, order=["seller", "-revenue"]) == ["Bàn họp", "50 ghế gỗ", "Kệ bếp", "Tủ sách"]
    assert _names(unit, order=["partner.leads_count", "id"])[-1] == "Kệ bếp"


def test_an_order_is_total_so_that_pages_do_not_overlap(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    usd = env[Currency].search(Currency.name == "USD")
    env[Lead].create_many([{"name": "same", "currency": usd[0], "revenue": Decimal(5)} for _each in range(25)])
    pages = [env[Lead].search(order=["revenue"], limit=10, offset=offset) for offset in range(0, 30, 10)]
    ids = [id for page in pages for id in page.ids]
    assert len(ids) == len(set(ids)) == 29
    assert [row["id"] for row in env[Lead].values(["id"], order=["revenue"])] == ids


def test_the_first_of_each_of_several_parts_come_in_two_statements(
    unit: UnitOfWork, count_statements: Callable[[], AbstractContextManager[Statements]]
) -> None:
    leads = unit.env(LAN)[Lead]
    parts = [(Lead.revenue > 0, 2), (Lead.revenue >= 0, 50), (Lead.name == "nobody's", 5)]
    seen = leads.values(["name"])
    with count_statements() as counted:
        found = leads.first_of_each(parts, ["name"])
    assert counted.total == 2
    assert [row["name"] for row in found[0]] == [row["name"] for row in leads.values(["name"], Lead.revenue > 0)][:2]
    assert [row["name"] for row in found[1]] == [row["name"] for row in seen], (
        "in the order of the model, and no others"
    )
    assert found[2] == []
    assert [row["name"] for row in leads.first_of_each(parts, ["name"], Lead.revenue > 0, order=["name"])[1]] == [
        row["name"] for row in leads.values(["name"], Lead.revenue > 0, order=["name"])
    ]
    assert leads.first_of_each([], ["name"]) == []


def test_texts_sort_as_people_read_them(make_models: Callable[..., Bench]) -> None:
    class Word(Model):
        _name = "test.word"
        plain = fields.Char()
        folded = fields.Char(search=True)

    words = ["Zebra", "ăn", "Ân", "apple", "Đà", "da", "ê", "ét", "Eo", "z", "đ"]
    with undone(make_models(Word)) as unit:
        env = unit.system_env()
        env[Word].create_many([{"plain": word, "folded": word} for word in words])
        for name in ("plain", "folded"):
            found = [row[name] for row in env[Word].values([name], order=[name, "id"])]
            assert found == ["ăn", "Ân", "apple", "đ", "Đà", "da", "ê", "Eo", "ét", "z", "Zebra"]


def test_a_page_may_be_empty(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    assert env[Lead].search(offset=100).ids == ()
    assert env[Lead].search(limit=0).ids == ()
    assert env[Lead].values(["name", "headline", "tags"], limit=0) == []


@pytest.mark.parametrize("wrong", [{"limit": -1}, {"offset": -1}])
def test_a_page_below_zero_is_refused(unit: UnitOfWork, wrong: dict[str, int]) -> None:
    for ask in (unit.env(HOA)[Lead].search, lambda **page: unit.env(HOA)[Lead].values(["name"], **page)):
        with pytest.raises(Invalid, match="cannot be negative"):
            ask(**wrong)


# -- values ---------------------------------------------------------------------------------------------------


def test_values_are_those_of_the_records(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    names = ["id", "row_version", "name", "display_name", "partner", "partner.name", "partner.city",
             "partner.display_name", "currency.decimal_places", "weighted", "headline", "tags", "revenue", "active",
             "partner.leads_count", "cost", "closes_on"]  # fmt: skip
    for row, lead in zip(env[Lead].values(names), env[Lead].search(), strict=True):
        partner = lead.partner
        assert row == {
            "id": lead.id, "row_version": lead.row_version, "name": lead.name, "display_name": lead.display_name,
            "partner": partner.id if partner else None,
            "partner.name": partner.name if partner else None,
            "partner.city": partner.city if partner else None,
            "partner.display_name": partner.display_name if partner else None,
            "currency.decimal_places": lead.currency.decimal_places,
            "weighted": lead.weighted, "headline": lead.headline, "tags": lead.tags.ids, "revenue": lead.revenue,
            "active": lead.active, "partner.leads_count": partner.leads_count if partner else None,
            "cost": lead.cost, "closes_on": None,
        }  # fmt: skip
        assert list(row) == names, "in the order that was asked for"


def test_values_are_filtered_and_paged(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    rows = env[Lead].values(["name"], Lead.revenue > 100, Lead.seller == 7, order=["revenue"], limit=1, offset=1)
    assert rows == [{"name": "Bàn họp"}]


def test_a_title_that_is_absent_is_the_model_and_its_number(unit: UnitOfWork) -> None:
    partner = unit.system_env()[Partner].create(name="x")
    assert partner.display_name == "x"


# -- sums and groups --------------------------------------------------------------------------------------------


def test_sums_are_exact_and_zero_of_nothing(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    assert env[Lead].sums(["revenue", "weighted", "seller"], Lead.seller == 7) == {
        "revenue": Decimal("2100.50"), "weighted": Decimal("210.05"), "seller": Decimal(14)
    }  # fmt: skip
    assert env[Lead].sums(["revenue"], Lead.name == "none") == {"revenue": Decimal(0)}
    assert env[Lead].sums(["currency.decimal_places"], Lead.seller == 7) == {"currency.decimal_places": Decimal(4)}


def test_groups_count_and_add_up(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    assert env[Lead].groups(["seller"], ["revenue"], Lead.currency.name == "USD") == [
        {"seller": 7, "__count": 2, "revenue": Decimal("2100.50")},
        {"seller": 8, "__count": 1, "revenue": Decimal(300)},
    ]
    cities = env[Lead].groups(["partner.city", "active"], order=["partner.city"])
    assert [(row["partner.city"], row["__count"]) for row in cities] == [
        ("Đà Nẵng", 1), ("Hà Nội", 1), ("Huế", 1), (None, 1)
    ]  # fmt: skip
    assert env[Lead].groups([]) == [{"__count": 4}]
    assert env[Lead].groups([], ["revenue"], Lead.name == "none") == [{"__count": 0, "revenue": Decimal(0)}]
    assert env[Lead].groups(["seller"], [], Lead.name == "none") == []


def test_groups_come_in_the_order_that_is_asked_for(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    rows = env[Lead].groups(["seller"], ["revenue"], order=["-seller"])
    assert [row["seller"] for row in rows] == [8, 7]
    rows = env[Lead].groups(["partner"], order=["partner"])
    names = {partner.id: partner.name for partner in env[Partner].search()}
    assert [names.get(row["partner"]) for row in rows] == ["Bí Mật", "Gỗ Việt", "Nội Thất Đà Nẵng", None]


# -- what cannot be asked -----------------------------------------------------------------------------------------


ASKED: list[tuple[Callable[[Any], Any], str]] = [
    (lambda leads: leads.values(["nmae"]), "There is no field 'nmae' on crm.lead; nearest: 'name'"),
    (lambda leads: leads.values(["partner.citi"]), "There is no field 'citi' on res.partner; nearest: 'city'"),
    (lambda leads: leads.values(["name.city"]), "Opportunity leads to no other record"),
    (lambda leads: leads.values(["tags.name"]), "Tags leads to no other record"),
    (lambda leads: leads.values(["partner.letterhead"]), "Letterhead of Partner is not kept in the database"),
    (lambda leads: leads.search(order=["nmae"]), "There is no field 'nmae' on crm.lead; nearest: 'name'"),
    (lambda leads: leads.search(order=["headline"]), "Headline of Lead is not kept in the database"),
    (lambda leads: leads.search(order=["tags"]), "Tags of Lead is not kept in the database"),
    (lambda leads: leads.sums(["name"]), "Opportunity is no number that can be added up"),
    (lambda leads: leads.sums(["active"]), "Active is no number that can be added up"),
    (lambda leads: leads.sums(["partner"]), "Customer is no number that can be added up"),
    (lambda leads: leads.sums(["id"]), "id is no number that can be added up"),
    (lambda leads: leads.sums(["headline"]), "Headline of Lead is not kept in the database"),
    (lambda leads: leads.groups(["headline"]), "Headline of Lead is not kept in the database"),
    (lambda leads: leads.groups(["tags"]), "Tags of Lead is not kept in the database"),
    (lambda leads: leads.groups(["seller"], ["name"]), "Opportunity is no number that can be added up"),
]


@pytest.mark.parametrize(("ask", "said"), ASKED)
def test_what_cannot_be_asked_is_refused_and_says_why(unit: UnitOfWork, ask: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(Invalid) as error:
        ask(unit.env(HOA)[Lead])
    assert said in str(error.value)


def test_a_structure_is_neither_sorted_nor_grouped(make_models: Callable[..., Bench]) -> None:
    class Payload(Model):
        _name = "test.payload"
        data = fields.Json()

    with undone(make_models(Payload)) as unit:
        env = unit.system_env()
        env[Payload].create(data={"a": 1})
        for ask in (lambda: env[Payload].search(order=["data"]), lambda: env[Payload].groups(["data"])):
            with pytest.raises(Invalid, match="Data"):
                ask()
        assert env[Payload].values(["data"]) == [{"data": {"a": 1}}]


def test_a_model_that_is_not_enabled_is_named_with_the_nearest(unit: UnitOfWork) -> None:
    with pytest.raises(DeclarationError, match=r"model 'crm\.leed' is not enabled; nearest: 'crm\.lead'"):
        unit.env(HOA)["crm.leed"]


def test_the_name_of_a_model_gives_the_same_records(unit: UnitOfWork) -> None:
    assert unit.env(HOA)["crm.lead"].search() == unit.env(HOA)[Lead].search()


# -- one record -----------------------------------------------------------------------------------------------------


def test_one_record_by_its_id(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    assert env[Lead].get(lead.id) == lead
    for id in (0, -1, 10**12):
        with pytest.raises(Missing, match="There is no such Lead, or you may not see it"):
            env[Lead].get(id)


def test_records_in_memory_can_be_filtered(unit: UnitOfWork) -> None:
    leads = unit.env(HOA)[Lead].search()
    assert leads.filtered(Lead.revenue > 300) == leads[:2]
    assert leads.filtered(lambda lead: lead.name.startswith("T")) == leads[2:3]
    tagged = leads.filtered(Lead.tags.any(Tag.name == "gấp"))
    assert [lead.name for lead in tagged] == ["Tủ sách", "50 ghế gỗ"]


def test_a_model_may_order_itself_over_a_relation(make_models: Callable[..., Bench]) -> None:
    class Floor(Model):
        _name = "test.floor"
        _order = ("-level",)
        level = fields.Integer()

    class Room(Model):
        _name = "test.room"
        _order = ("floor.level", "size", "-id")
        floor = fields.Many2one(Floor)
        width = fields.Integer()

        @computed(width, store=True)
        def size(self) -> int:
            return self.width * 2

    with undone(make_models(Floor, Room)) as unit:
        env = unit.system_env()
        low, high = env[Floor].create_many([{"level": 1}, {"level": 9}])
        rooms = env[Room].create_many(
            [{"floor": high, "width": 1}, {"floor": low, "width": 3}, {"floor": low, "width": 2}, {}, {}]
        )
        ids = rooms.ids
        assert env[Room].search().ids == (ids[2], ids[1], ids[0], ids[4], ids[3])
        assert env[Floor].search() == env[Floor].browse(high.id, low.id)


def test_an_order_of_the_model_that_is_hidden_does_not_order_the_reader_s_list(
    make_models: Callable[..., Bench],
) -> None:
    class Offer(Model):
        _name = "test.offer"
        _order = ("-margin", "name")
        name = fields.Char()
        margin = fields.Integer(roles=("test.boss",))

    boss, staff = Role("test.boss", "Boss"), Role("test.staff", "Staff")
    access = [boss, staff, Grant(boss, Offer, "read"), Grant(staff, Offer, "read")]
    with undone(make_models(Offer, access=access)) as unit:
        unit.system_env()[Offer].create_many(
            [{"name": "b", "margin": 1}, {"name": "a", "margin": 2}, {"name": "c", "margin": 3}]
        )
        names = {
            role: [offer.name for offer in unit.env(identity(1, role))[Offer].search()]
            for role in ("test.boss", "test.staff")
        }
        assert names == {"test.boss": ["c", "a", "b"], "test.staff": ["a", "b", "c"]}
        with pytest.raises(AccessDenied):
            unit.env(identity(1, "test.staff"))[Offer].search(order=["-margin"])


def test_letters_that_stand_for_two_are_found(make_models: Callable[..., Bench]) -> None:
    class Street(Model):
        _name = "test.street"
        name = fields.Char()
        known_as = fields.Char(search=True)

    with undone(make_models(Street)) as unit:
        env = unit.system_env()
        env[Street].create(name="Hauptstraße", known_as="Hauptstraße")
        for path in (Street.name, Street.known_as):
            assert env[Street].count(path.ilike("strasse")) == env[Street].count(path.ilike("STRAßE")) == 1
