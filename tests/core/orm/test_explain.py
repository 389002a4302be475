"""Who may know is told which role, grant and rule decide, and what each clause says of the record."""

from __future__ import annotations

import pytest

from core import AccessDenied, Env, Identity, Role
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench
from tests.core.orm.trade import CLERK, HOA, LAN, MINH, NOBODY, TRADE, Lead, Partner

auditor = Role("crm.auditor", "Auditor", may_explain=True)


def _lead(env: Env, name: str) -> Lead:
    return env.sudo()[Lead].search(Lead.name == name)[0]


def test_the_clause_that_decides_is_marked(unit: UnitOfWork) -> None:
    found = unit.system_env().explain(_lead(unit.system_env(), "Tủ sách"), "write", who=LAN)
    assert found.allowed is False
    text = str(found)
    assert text.startswith("user7 may not write crm.lead 3.\nRoles: crm.salesperson\n")
    assert "[no]  grant of crm.salesperson, " in text
    assert "trade.py:" in text
    assert "[no]  seller = 7" in text


def test_implied_roles_say_where_they_come_from(unit: UnitOfWork) -> None:
    found = unit.system_env().explain(_lead(unit.system_env(), "Tủ sách"), "delete", who=HOA)
    assert found.allowed is True
    assert "crm.salesperson (by crm.manager)" in str(found)
    assert "cost" not in found.hidden


def test_who_has_no_grant_hears_who_has_one(unit: UnitOfWork) -> None:
    found = unit.system_env().explain(Lead, "read", who=NOBODY)
    assert (found.allowed, found.others) == (False, ("crm.clerk", "crm.manager", "crm.salesperson"))
    assert "It is granted to: crm.clerk, crm.manager, crm.salesperson." in str(found)


def test_without_a_record_it_may_depend(unit: UnitOfWork) -> None:
    found = unit.system_env().explain("crm.lead", who=LAN)
    assert found.allowed is None
    assert "may, for some records, read crm.lead." in str(found)
    assert set(found.hidden) >= {"cost", "margin", "watchers"}
    assert unit.system_env().explain(Lead, who=HOA).allowed is True


def test_a_record_that_is_not_there_is_said_to_be_so(unit: UnitOfWork) -> None:
    found = unit.system_env().explain(unit.system_env()[Lead].browse(99)[0], who=HOA)
    assert (found.exists, found.allowed) == (False, False)


def test_sudo_explains_the_user_behind_it(unit: UnitOfWork) -> None:
    env = unit.env(MINH)
    assert env.sudo().explain(_lead(env, "Tủ sách")).allowed is True
    assert env.sudo().explain(_lead(env, "50 ghế gỗ")).allowed is False
    assert unit.system_env().explain(Lead).elevated


def test_only_who_may_know_is_told(unit: UnitOfWork) -> None:
    with pytest.raises(AccessDenied, match="You may not look at why"):
        unit.env(HOA).explain(Lead)


def test_a_role_may_let_somebody_know() -> None:
    assert auditor.may_explain
    assert not Role("crm.other", "Other").may_explain


@pytest.mark.parametrize("who", [LAN, MINH, HOA, CLERK, NOBODY])
def test_it_says_what_happens(trade: Bench, who: Identity) -> None:
    with trade.unit(write=False) as unit:
        system, env = unit.system_env(), unit.env(who)
        for model in TRADE:
            seen = set(env[model].search().ids) if env[model].can("read") else set()
            for record in system[model].search():
                assert system.explain(record, "read", who=who).allowed is (record.id in seen)


def test_rules_are_told_too(unit: UnitOfWork) -> None:
    secret = unit.system_env()[Partner].search(Partner.name == "Bí Mật")[0]
    found = unit.system_env().explain(secret, who=LAN)
    assert [rule.met for rule in found.rules] == [False]
    assert "[no]  is_private = no" in str(found)
    assert "[no]  rule, " in str(found)
