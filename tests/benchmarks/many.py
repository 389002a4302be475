"""Very many deals, made by the database itself: with tags that one in two has, one in a hundred, one in a thousand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from core import Identity
from core.addons.lifecycle import initialise
from core.addons.system import System
from core.settings import Settings
from core.testing.systems import UserMaker

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "addons"
TAGS = {"half": 2, "hundredth": 100, "rare": 1000}
"""Tag → one in so many deals has it."""
PARTNERS = 1_000
SELLERS = 50


@contextmanager
def tagged_system(address: str, folder: Path, count: int) -> Iterator[System]:
    """A system with CRM, roles that see deals by their tags, and so many deals."""
    settings = Settings(data_dir=folder, database_url=address, addons_path=(FIXTURES,))
    initialise(settings, ("crm", "tagged"))
    system = System.open(settings)
    try:
        fill(system, count)
        yield system
    finally:
        system.close()


def readers(system: System) -> dict[str, Identity]:
    """Who sees all deals, one in two, one in a hundred, one in a thousand; and who sees their own, one in two."""
    make = UserMaker(system).make
    found = {key: make(f"sees_{key}", f"tagged.{key}") for key in ("all", *TAGS)}
    return {**found, "own": UserMaker(system).identity(_seller(system))}


def _seller(system: System) -> int:
    with system.unit() as unit:
        users: Any = unit.system_env()["res.users"]
        seller: int = next(user.id for user in users.search() if user.login == "seller_0")
        return seller


def fill(system: System, count: int) -> None:
    """Make so many deals with their tags. Every other one belongs to the first salesperson."""
    with system.unit(write=True, reason="many deals") as unit:
        env = unit.system_env()
        currency = next(item for item in env["res.currency"].search() if item.name == "VND")
        company = env["res.company"].create(name="Nội thất Banyan", currency=currency)
        names = [{"name": f"Công ty {place}"} for place in range(PARTNERS)]
        partners = env["res.partner"].create_many(names).ids
        tags = {name: env["crm.tag"].create(name=name).id for name in TAGS}
        stages = env["crm.stage"].search().ids
    make = UserMaker(system).make
    sellers = [make(f"seller_{place}", "crm.salesperson").user_id for place in range(SELLERS)]
    models = system.registry.models
    leads, links = models["crm.lead"].table, models["crm.lead"].link_tables["tags"]
    with system._database.migrating() as migration:
        connection = migration.connection
        numbers = _numbers(count)
        place = numbers.c.place
        given: Mapping[str, Any] = {
            "id": place,
            "name": sa.literal("Bàn ghế sảnh ") + sa.cast(place, sa.String),
            "name__fold": sa.literal("ban ghe sanh ") + sa.cast(place, sa.String),
            "partner": sa.literal(partners[0], sa.BigInteger) + (place * 7) % PARTNERS,
            "salesperson": sa.case(
                (place % 2 == 0, sellers[0]), else_=sa.literal(sellers[1], sa.BigInteger) + (place * 13) % (SELLERS - 1)
            ),
            "stage": sa.literal(stages[0], sa.BigInteger) + place % len(stages),
            "priority": sa.case((place % 97 == 0, "3"), (place % 11 == 0, "1"), else_="0"),
            "expected_revenue": sa.cast(place * 1000, leads.c.expected_revenue.type),
            "probability": sa.cast(sa.literal(Decimal(10), leads.c.probability.type), leads.c.probability.type),
            "currency": sa.literal(currency.id),
            "company": sa.literal(company.id),
            "kind": sa.literal("opportunity"),
            "outcome": sa.case((place % 5 == 0, "won"), (place % 7 == 0, "lost"), else_="open"),
            "active": place % 41 != 0,
            "is_lost": sa.false(),
        }
        connection.execute(sa.insert(leads).from_select(list(given), sa.select(*given.values()).select_from(numbers)))
        for name, each in TAGS.items():
            # Spread over the numbers, so that no order of the list has them together.
            has_tag = sa.select(place, sa.literal(tags[name])).where((place * 7919) % each == 0)
            connection.execute(sa.insert(links).from_select(["left_id", "right_id"], has_tag))
    if system._database.dialect == "postgresql":
        _analyse(system)


def _analyse(system: System) -> None:
    """What the server does by itself, if a little later; SQLite does nothing of the kind."""
    with closing(psycopg.connect(_plain(system), autocommit=True)) as connection:
        connection.execute("VACUUM ANALYZE")


def _plain(system: System) -> str:
    url = system._database._engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def _numbers(count: int) -> Any:
    start = sa.select(sa.literal(1, sa.BigInteger).label("place")).cte("numbers", recursive=True)
    return start.union_all(sa.select(start.c.place + 1).where(start.c.place < count))
