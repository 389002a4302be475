"""The company that is measured: CRM enabled, partners, and salespeople who see their own deals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from addons.base.models import Currency
from addons.base.operations.keys import create_key
from core import Identity
from core.addons.lifecycle import initialise
from core.addons.system import System
from core.settings import Settings
from core.testing.systems import UserMaker

ROWS = 10_000
PARTNERS = 2_000


@contextmanager
def company(address: str, folder: Path) -> Iterator[System]:
    """A system with CRM enabled in the empty database at `address`, and partners in it."""
    settings = Settings(data_dir=folder, database_url=address)
    initialise(settings, ("crm",))
    system = System.open(settings)
    try:
        with system.unit(write=True) as unit:
            partners = [
                {"name": f"Công ty {place}", "city": "Hà Nội" if place % 3 else "Huế"} for place in range(PARTNERS)
            ]
            env = unit.system_env()
            dong = env[Currency].search(Currency.name == "VND")[0]
            env["res.company"].create(name="Nội thất Banyan", currency=dong)
            env["res.partner"].create_many(partners)
        yield system
    finally:
        system.close()


def salesperson(system: System, login: str = "seller") -> Identity:
    """A user who sees and changes their own deals only."""
    return UserMaker(system).make(login, "crm.salesperson")


def key_of(system: System, identity: Identity) -> str:
    """A key by which a program acts as this user."""
    with system.unit(write=True) as unit:
        return create_key(unit.system_env()["res.users"].get(identity.user_id), "benchmark")


def lead_rows(first_partner: int, count: int = ROWS) -> list[dict[str, Any]]:
    """Deals as somebody would create them; the salesperson is who creates them."""
    return [
        {
            "name": f"Bàn ghế sảnh {place}",
            "partner": first_partner + place % PARTNERS,
            "expected_revenue": Decimal(1_000_000 + place * 1000),
            "description": "Khách cần giao trước Tết.",
        }
        for place in range(count)
    ]
