"""How many statements reading and writing takes: never one for each record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest

from core import Identity
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts
from core.testing.databases import Databases
from core.testing.statements import Statements
from tests.core.orm.conftest import undone
from tests.core.orm.trade import ACCESS, HOA, LAN, TRADE, Currency, Lead, Partner, Tag

Counter = Callable[[], AbstractContextManager[Statements]]
COUNT = 100


@pytest.fixture(scope="module")
def many(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    """A hundred leads, each of a partner of its own."""
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts(TRADE), ACCESS)
    with bench.env() as env:
        usd = env[Currency].create(name="USD")
        tags = env[Tag].create_many([{"name": "a"}, {"name": "b"}])
        partners = env[Partner].create_many([{"name": f"P{number}", "city": "Huế"} for number in range(COUNT)])
        env[Lead].create_many(
            [
                {"name": f"L{number}", "partner": partner, "currency": usd, "seller": 7, "revenue": Decimal(number),
                 "tags": tags, "note": "x"}
                for number, partner in enumerate(partners)
            ]
        )  # fmt: skip
    yield bench
    bench.close()
    databases.drop(address)


@pytest.fixture
def unit(many: Bench) -> Iterator[UnitOfWork]:
    with undone(many) as opened:
        yield opened


@pytest.mark.parametrize("who", [LAN, HOA])
def test_reading_across_a_relation_takes_one_statement_for_all(
    unit: UnitOfWork, count_statements: Counter, who: Identity
) -> None:
    with count_statements() as counted:
        leads = unit.env(who)[Lead].search()
        assert {lead.partner.city for lead in leads if lead.partner} == {"Huế"}
        assert len({lead.partner.name for lead in leads if lead.partner}) == COUNT
        assert {lead.currency.name for lead in leads} == {"USD"}
    assert counted.total == 3, counted


def test_each_way_of_reading_takes_its_number_of_statements(unit: UnitOfWork, count_statements: Counter) -> None:
    env = unit.env(LAN)
    ways: list[tuple[str, Callable[[], object], int]] = [
        ("search", lambda: env[Lead].search(), 1),
        ("search with a filter across a relation", lambda: env[Lead].search(Lead.partner.city.ilike("hue")), 1),
        ("count", lambda: env[Lead].count(Lead.partner.name == "P1"), 1),
        ("values", lambda: env[Lead].values(["name", "partner.name", "partner.city", "currency.name", "weighted"]), 1),
        ("a page", lambda: env[Lead].values(["name"], order=["partner.name"], limit=80, offset=10), 1),
        ("sums", lambda: env[Lead].sums(["revenue", "weighted"]), 1),
        ("groups", lambda: env[Lead].groups(["partner.city"], ["revenue"]), 1),
        ("values with a list", lambda: env[Lead].values(["name", "tags"]), 3),
        ("browse", lambda: env[Lead].browse(*range(1000)), 0),
    ]
    for name, way, most in ways:
        with count_statements() as counted:
            way()
        assert counted.total <= most, (name, counted)


def test_each_field_of_many_records_takes_at_most_one_statement(unit: UnitOfWork, count_statements: Counter) -> None:
    leads = unit.env(LAN)[Lead].search()
    reads: list[tuple[str, Callable[[Lead], object], int]] = [
        ("short fields came with the search", lambda lead: (lead.name, lead.revenue, lead.weighted), 0),
        ("a long text", lambda lead: lead.note, 1),
        ("a list and its records", lambda lead: [tag.name for tag in lead.tags], 2),
        ("a computed value across a relation", lambda lead: lead.headline, 1),
        ("the partner it read on its way", lambda lead: lead.partner and lead.partner.name, 1),
        ("a figure of the partner", lambda lead: lead.partner and lead.partner.leads_count, 1),
        ("a stored value of the partner", lambda lead: lead.partner and lead.partner.total, 0),
        ("a list of the partner", lambda lead: lead.partner and lead.partner.leads.ids, 1),
        ("the lead of the lead's partner", lambda lead: lead.partner and lead.partner.leads[0].name, 0),
    ]
    for name, read, most in reads:
        with count_statements() as counted:
            for lead in leads:
                read(lead)
        assert counted.total <= most, (name, counted)


def test_writing_takes_as_many_statements_for_a_hundred_as_for_one(unit: UnitOfWork, count_statements: Counter) -> None:
    env = unit.env(HOA)
    leads = env[Lead].search()
    changes: list[tuple[str, Callable[[Lead], None]]] = [
        ("the same value", lambda lead: setattr(lead, "probability", Decimal(50))),
        ("a value of its own", lambda lead: setattr(lead, "score", float(lead.id))),
        ("a value that others follow", lambda lead: setattr(lead, "revenue", Decimal(lead.id))),
        ("a relation", lambda lead: setattr(lead, "partner", None)),
    ]
    for name, change in changes:
        totals = []
        for records in (leads[:1], leads[1:]):
            with count_statements() as counted:
                for lead in records:
                    change(lead)
                unit.flush()
            totals.append(counted.total)
        assert totals[1] <= totals[0] + 2, (name, totals)


def test_creating_takes_as_many_statements_for_a_hundred_as_for_one(
    unit: UnitOfWork, count_statements: Counter
) -> None:
    env = unit.env(HOA)
    partners = env[Partner].search()
    currency = env[Currency].search()[0]
    totals = []
    for some in (partners[:1], partners[1:]):
        with count_statements() as counted:
            rows = [{"name": "x", "currency": currency, "partner": partner} for partner in some]
            env[Lead].create_many(rows)
            unit.flush()
        totals.append(counted.total)
    assert totals[1] <= totals[0] + 2, totals
    assert totals[0] <= 10


def test_deleting_takes_as_many_statements_for_a_hundred_as_for_one(
    unit: UnitOfWork, count_statements: Counter
) -> None:
    env = unit.env(HOA)
    totals = []
    for leads in (env[Lead].search(limit=1), env[Lead].search(offset=1)):
        with count_statements() as counted:
            leads.delete()
            unit.flush()
        totals.append(counted.total)
    assert totals[1] <= totals[0] + 2, totals
    assert env[Lead].count() == 0


def test_a_check_of_constraints_reads_all_its_records_at_once(unit: UnitOfWork, count_statements: Counter) -> None:
    env = unit.env(HOA)
    leads = env[Lead].search()
    totals = []
    for some in (leads[:1], leads[1:]):
        some.write(revenue=Decimal(3))
        with count_statements() as counted:
            unit.flush()
        totals.append(counted.total)
    assert totals[1] <= totals[0], totals


def test_what_was_read_is_not_read_again(unit: UnitOfWork, count_statements: Counter) -> None:
    env = unit.env(LAN)
    leads = env[Lead].search()
    names = [(lead.name, lead.headline, lead.tags.ids) for lead in leads]
    with count_statements() as counted:
        assert [(lead.name, lead.headline, lead.tags.ids) for lead in leads] == names
        assert [(lead.name, lead.headline) for lead in env[Lead].browse(*leads.ids)] == [name[:2] for name in names]
        assert unit.env(LAN)[Lead].get(leads[0].id).name == names[0][0]
    assert counted.total == 0, counted
