"""Log-in by password: who gets in, who has to wait, and what a failed attempt leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from addons.base.models import LoginAttempt, User
from addons.base.operations import log_in as operation
from addons.base.operations import passwords
from addons.base.operations.log_in import FAILURES_OF_A_LOGIN, FAILURES_OF_AN_ADDRESS
from core import Identity
from core.addons.system import System
from core.errors import TooManyAttempts

PASSWORD = "mười hai cái ghế"


def log_in(system: System, login: str, password: str, address: str = "203.0.113.7") -> Identity | None:
    with system.unit() as unit:
        env = unit.system_env("log in")
        verdict = env.hooks.authenticate(env=env, login=login, password=password, address=address)
    with system.unit(write=True) as unit:
        identity: Identity | None = verdict(unit.system_env("log in"))
        return identity


def test_right_password_gives_roles_company_and_language(system, make_user):
    lan = make_user("lan", "crm.salesperson", password=PASSWORD, language="vi")
    identity = log_in(system, "lan", PASSWORD)
    assert identity == lan
    assert identity.roles == {"crm.salesperson"}
    assert identity.company_ids == (identity.company_id,)
    assert (identity.language, identity.time_zone) == ("vi", "Asia/Ho_Chi_Minh")


def test_log_in_is_found_whatever_its_case_and_spaces_around_it(system, make_user):
    lan = make_user("lan", "base.user", password=PASSWORD)
    assert log_in(system, " LAN ", PASSWORD) == lan


def test_wrong_password_and_unknown_login_answer_alike(system, make_user):
    make_user("lan", "base.user", password=PASSWORD)
    for login in ("lan", "nobody", "", "x" * 500, "a\x00b\n"):
        assert log_in(system, login, "guess") is None


def test_user_without_a_password_cannot_log_in_by_one(system, make_user):
    make_user("lan", "base.user")
    assert log_in(system, "lan", "") is None


def test_user_who_is_not_active_cannot_log_in(system, make_user):
    lan = make_user("lan", "base.user", password=PASSWORD)
    with system.unit(write=True) as unit:
        unit.system_env()[User].get(lan.user_id).active = False
    assert log_in(system, "lan", PASSWORD) is None
    with system.unit() as unit:
        env = unit.system_env()
        assert env.hooks.identity_of(env=env, user_id=lan.user_id) is None


def test_after_five_failures_even_the_right_password_waits(system, make_user):
    make_user("lan", "base.user", password=PASSWORD)
    for number in range(FAILURES_OF_A_LOGIN):
        assert log_in(system, "lan", "guess", f"203.0.113.{number}") is None
    with pytest.raises(TooManyAttempts) as caught:
        log_in(system, "lan", PASSWORD, "198.51.100.1")
    assert 0 < caught.value.retry_after <= 15 * 60
    assert str(caught.value) == "Too many failed log-ins. Try again in 15 minutes."


def test_unknown_login_is_throttled_like_a_known_one(system):
    for _number in range(FAILURES_OF_A_LOGIN):
        assert log_in(system, "nobody", "guess") is None
    with pytest.raises(TooManyAttempts):
        log_in(system, "nobody", "guess")


def test_address_that_tries_many_logins_waits(system, make_user):
    make_user("lan", "base.user", password=PASSWORD)
    _fail(system, [f"user{number}" for number in range(FAILURES_OF_AN_ADDRESS)], minutes_ago=1)
    with pytest.raises(TooManyAttempts):
        log_in(system, "lan", PASSWORD)
    assert log_in(system, "lan", PASSWORD, "198.51.100.1") is not None


@pytest.mark.engine("sqlite")
def test_writers_do_not_wait_while_a_password_is_checked(system, make_user, monkeypatch):
    lan = make_user("lan", "base.user", password=PASSWORD)
    check = operation.is_password

    def check_while_another_writes(stored, password):
        with system.unit(write=True) as unit:
            unit.system_env()[User].get(lan.user_id).phone = "0909"
        return check(stored, password)

    monkeypatch.setattr(operation, "is_password", check_while_another_writes)
    assert log_in(system, "lan", PASSWORD) is not None
    with system.unit() as unit:
        assert unit.system_env()[User].get(lan.user_id).phone == "0909"


def test_of_many_guesses_at_once_only_as_many_are_answered(system, make_user):
    make_user("lan", "base.user", password=PASSWORD)
    with system.unit() as unit:
        env = unit.system_env()
        guesses = ["guess"] * FAILURES_OF_A_LOGIN + [PASSWORD]
        verdicts = [env.hooks.authenticate(env=env, login="lan", password=guess, address="") for guess in guesses]
    for verdict in verdicts[:-1]:
        with system.unit(write=True) as unit:
            assert verdict(unit.system_env("log in")) is None
    with pytest.raises(TooManyAttempts), system.unit(write=True) as unit:
        verdicts[-1](unit.system_env("log in"))


@pytest.mark.parametrize("change", [{"active": False}, {"password_hash": "another"}])
def test_what_changes_while_a_password_is_checked_counts(system, make_user, change):
    lan = make_user("lan", "base.user", password=PASSWORD)
    with system.unit() as unit:
        env = unit.system_env()
        verdict = env.hooks.authenticate(env=env, login="lan", password=PASSWORD, address="")
    with system.unit(write=True) as unit:
        unit.system_env()[User].get(lan.user_id).write(**change)
    with system.unit(write=True) as unit:
        assert verdict(unit.system_env("log in")) is None


def test_failures_of_a_quarter_of_an_hour_ago_no_longer_count(system, make_user):
    make_user("lan", "base.user", password=PASSWORD)
    _fail(system, ["lan"] * FAILURES_OF_A_LOGIN, minutes_ago=16)
    assert log_in(system, "lan", PASSWORD) is not None


def test_success_forgets_the_failures_before_it(system, make_user):
    make_user("lan", "base.user", password=PASSWORD)
    _fail(system, ["lan"] * (FAILURES_OF_A_LOGIN - 1), minutes_ago=1)
    assert log_in(system, "lan", PASSWORD) is not None
    with system.unit() as unit:
        assert unit.system_env()[LoginAttempt].count() == 0


def test_failures_that_no_longer_count_are_cleared_away(system):
    _fail(system, ["old"] * 3, minutes_ago=60)
    log_in(system, "nobody", "guess")
    with system.unit() as unit:
        assert [attempt.login for attempt in unit.system_env()[LoginAttempt].search()] == ["nobody"]


def test_hash_made_with_less_effort_is_renewed_at_log_in(system, make_user, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())  # as it is outside of tests
    lan = make_user("lan", "base.user", password=PASSWORD)
    with system.unit(write=True) as unit:
        weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
        unit.system_env()[User].get(lan.user_id).password_hash = weak
    assert log_in(system, "lan", PASSWORD) is not None
    with system.unit() as unit:
        renewed = unit.system_env()[User].get(lan.user_id).password_hash
    assert renewed != weak
    assert not PasswordHasher().check_needs_rehash(renewed)


def test_knowing_a_user_takes_one_statement(system, make_user):
    lan = make_user("lan", "crm.salesperson")
    with system.unit() as unit:
        env = unit.system_env()
        before = unit.statements
        assert env.hooks.identity_of(env=env, user_id=lan.user_id) == lan
        assert unit.statements - before == 1


def _fail(system: System, logins: list[str], minutes_ago: int) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        at = env.now() - timedelta(minutes=minutes_ago)
        env[LoginAttempt].create_many([{"login": login, "address": "203.0.113.7", "at": at} for login in logins])
