"""How many records a condition passes is kept for a while, and no longer."""

from __future__ import annotations

import time

import pytest

from core.orm.filter import ALL, Condition, Filter, Some
from core.orm.read.shares import FRESH_SECONDS, MOST, Shares
from core.orm.read.source import key_of


def test_measure_is_kept_until_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    shares = Shares()
    shares.keep({"rare": 7})
    assert shares.get("rare") == 7
    assert shares.get("half") is None
    now += FRESH_SECONDS + 1
    assert shares.get("rare") is None


def test_oldest_measures_give_way() -> None:
    shares = Shares()
    shares.keep({place: place for place in range(MOST)})
    shares.keep({"new": 1})
    assert shares.get(0) is None
    assert shares.get(1) == 1
    assert shares.get("new") == 1


def test_conditions_that_pass_the_same_share_a_measure() -> None:
    def mine(user: int, where: str) -> Filter:
        inner = Condition("crm.tag", ("owner",), "in", [user], where)
        return Some("crm.lead", ("tags",), inner, where) & ~Condition("crm.lead", ("name",), "=", "x", where) & ALL

    assert key_of(mine(7, "here")) == key_of(mine(7, "there"))
    assert key_of(mine(7, "here")) != key_of(mine(8, "here"))
    assert hash(key_of(mine(7, "here")))
