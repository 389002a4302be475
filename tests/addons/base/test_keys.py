"""Bearer keys: shown once, kept as a hash, ended by date or with their user."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addons.base.models import Key, User
from addons.base.operations.keys import create_key
from core import AccessDenied, Identity
from core.addons.system import System


def whose(system: System, key: str) -> Identity | None:
    with system.unit() as unit:
        env = unit.system_env()
        before = unit.statements
        identity: Identity | None = env.hooks.identity_of_key(env=env, key=key)
        assert unit.statements - before <= 1
        return identity


def key_of(system: System, identity: Identity, days: int | None = None) -> str:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        last = None if days is None else env.now().date() + timedelta(days=days)
        return create_key(env[User].get(identity.user_id), "nightly export", last)


def test_key_opens_what_its_user_may_do(system, make_user):
    lan = make_user("lan", "crm.salesperson")
    assert whose(system, key_of(system, lan)) == lan


def test_user_makes_a_key_by_a_word(system, make_user):
    lan = make_user("lan", "crm.salesperson")
    with system.unit(write=True) as unit:
        key = unit.system_env()[User].get(lan.user_id).new_key("script")
    assert whose(system, key) == lan


def test_key_with_another_secret_opens_nothing(system, make_user):
    key = key_of(system, make_user("lan", "base.user"))
    assert whose(system, key[:-1] + ("A" if key[-1] != "A" else "B")) is None
    assert whose(system, key + "A") is None


def test_text_that_is_no_key_opens_nothing(system):
    for text in ("", "banyan_", "banyan_0123456789ab_" + "A" * 43, "x" * 10_000, "bànyan_\x00"):
        assert whose(system, text) is None


def test_key_opens_nothing_after_its_last_day(system, make_user):
    lan = make_user("lan", "base.user")
    assert whose(system, key_of(system, lan, days=0)) == lan
    assert whose(system, key_of(system, lan, days=-1)) is None


def test_key_of_a_user_who_is_not_active_opens_nothing(system, make_user):
    lan = make_user("lan", "base.user")
    key = key_of(system, lan)
    with system.unit(write=True) as unit:
        unit.system_env()[User].get(lan.user_id).active = False
    assert whose(system, key) is None


def test_key_itself_is_nowhere_in_the_database(system, make_user):
    lan = make_user("lan", "base.user")
    key = key_of(system, lan)
    with system.unit() as unit:
        kept = unit.system_env()[Key].values(["name", "prefix", "hash"])[0]
    assert key.startswith(f"banyan_{kept['prefix']}_")
    assert key not in kept.values()
    assert key.rsplit("_", 1)[-1] not in str(kept)


def test_user_sees_and_ends_their_own_keys_only(system, make_user):
    lan, minh = make_user("lan", "base.user"), make_user("minh", "base.user")
    key_of(system, lan)
    theirs = key_of(system, minh)
    with system.unit(write=True) as unit:
        env = unit.env(lan)
        assert [key.user.name for key in env[Key].search()] == ["Lan"]
        env[Key].search().delete()
    assert whose(system, theirs) == minh


def test_user_cannot_make_a_key_without_the_door_for_it(system, make_user):
    lan = make_user("lan", "base.user")
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        create_key(unit.env(lan)[User].get(lan.user_id), "mine")
