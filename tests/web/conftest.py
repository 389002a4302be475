"""Deals that the tests of forms work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import Identity
from core.addons.system import System
from core.orm.filter import Condition, Filter

Made = dict[str, int]


def equals(model: str, field: str, value: object) -> Filter:
    return Condition(model, (field,), "=", value)


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    return make_user("lan", "crm.administrator", name="Lan Phạm", language="vi")


@pytest.fixture
def deals(system: System, lan: Identity) -> Made:
    with system.unit(write=True) as unit:
        sudo = unit.system_env()
        currency = sudo["res.currency"].search(equals("res.currency", "name", "VND"))[0]
        partners = {name: sudo["res.partner"].create(name=name).id for name in ("Khách sạn Hoa Đào", "Hoa Đào Spa")}
        chairs = unit.env(lan)["crm.lead"].create(
            name="Ghế ăn", expected_revenue=71_200_000, currency=currency, partner=partners["Khách sạn Hoa Đào"]
        )
        desk = unit.env(lan)["crm.lead"].create(name="Quầy lễ tân", expected_revenue=1_000, currency=currency)
        return {
            "chairs": chairs.id,
            "desk": desk.id,
            "hotel": partners["Khách sạn Hoa Đào"],
            "spa": partners["Hoa Đào Spa"],
        }


@pytest.fixture
def stored(system: System) -> Callable[..., dict[str, Any]]:
    def read(identity: int, *fields: str) -> dict[str, Any]:
        with system.unit() as unit:
            return unit.system_env()["crm.lead"].values(fields, equals("crm.lead", "id", identity))[0]

    return read
