"""A small sales department: two teams with a leader each, and somebody who sees everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from addons.crm.models import Lead, Team
from core import Identity
from core.addons.system import System


@dataclass
class Sales:
    """The people, by first name, and the ids of their teams. Hà leads the south with Lan and Minh; Đức the north."""

    system: System
    ha: Identity
    lan: Identity
    minh: Identity
    duc: Identity
    director: Identity
    south: int
    north: int

    def deal(self, name: str, who: Identity | None, team: int | None = None, **values: object) -> int:
        """The id of a new deal, made by the installation itself."""
        with self.system.unit(write=True) as unit:
            lead = unit.system_env()[Lead].create(
                name=name, salesperson=who.user_id if who else None, team=team, expected_revenue=Decimal(1000), **values
            )
            return lead.id

    def seen_by(self, who: Identity) -> list[str]:
        """Names of the deals that somebody sees, in order."""
        with self.system.unit() as unit:
            return sorted(lead.name for lead in unit.env(who)[Lead].search())


@pytest.fixture
def sales(system: System, make_user: Callable[..., Identity]) -> Sales:
    ha, duc = make_user("ha", "crm.manager"), make_user("duc", "crm.manager")
    lan, minh = make_user("lan", "crm.salesperson"), make_user("minh", "crm.salesperson")
    director = make_user("director", "crm.administrator")
    with system.unit(write=True) as unit:
        teams = unit.system_env()[Team]
        south = teams.create(name="Miền Nam", leader=ha.user_id, members=[ha.user_id, lan.user_id, minh.user_id])
        north = teams.create(name="Miền Bắc", leader=duc.user_id, members=[duc.user_id])
        return Sales(system, ha, lan, minh, duc, director, south.id, north.id)
