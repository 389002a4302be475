"""Users: their log-in names, roles and secrets."""

from __future__ import annotations

from itertools import product

import pytest

from addons.base.models import Company, Group, User
from addons.base.operations.roles import give_roles, sync_roles
from core import AccessDenied, Invalid

SECRETS = ["password_hash", "session_stamp", "role_keys", "company_numbers"]


def test_second_user_with_a_login_is_refused_by_name(system, make_user):
    make_user("lan", "base.user")
    with pytest.raises(Invalid, match="A user with this log-in exists already"):
        make_user("lan", "base.user")


def test_login_is_in_small_letters_and_without_spaces(system, make_user):
    for login in ("Lan", "lan pham", " lan"):
        with pytest.raises(Invalid, match="small letters"):
            make_user(login, "base.user")


def test_new_user_starts_in_the_home_company_with_its_time_zone(system):
    with system.unit(write=True) as unit:
        user = unit.system_env()[User].create(login="lan", name="Lan Phạm")
        assert user.company == unit.system_env()[Company].search()[0]
        assert user.time_zone == "Asia/Ho_Chi_Minh"


def test_roles_beside_the_user_follow_the_roles_given(system, make_user):
    lan = make_user("lan", "crm.manager", "base.user")
    assert lan.roles == {"base.user", "crm.manager"}
    with system.unit(write=True) as unit:
        env = unit.system_env()
        user = env[User].get(lan.user_id)
        user.groups = env[Group].search(Group.key == "base.user")
        give_roles(user, ["product.manager"])
        env.flush()
        assert env[User].values(["role_keys"], User.is_(user))[0]["role_keys"] == ["base.user", "product.manager"]


def test_companies_beside_the_user_follow_the_companies_given(system, make_user):
    lan = make_user("lan", "base.user")
    with system.unit(write=True) as unit:
        env = unit.system_env()
        home = env[Company].search()[0]
        other = env[Company].create(name="Banyan Export", currency=home.currency)
        user = env[User].get(lan.user_id)
        user.companies = [other]
        env.flush()
        assert env[User].values(["company_numbers"], User.is_(user))[0]["company_numbers"] == sorted(
            [home.id, other.id]
        )


def test_unknown_role_is_refused_with_the_nearest_one(system, make_user):
    lan = make_user("lan", "base.user")
    text = "There is no role 'crm.salesman'; nearest: 'crm.salesperson'"
    with pytest.raises(Invalid, match=text), system.unit(write=True) as unit:
        give_roles(unit.system_env()[User].get(lan.user_id), ["crm.salesman"])


def test_every_declared_role_is_a_record_once(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        sync_roles(env)
        keys = [group.key for group in env[Group].search()]
        assert keys == sorted(env.models.access.roles)


def test_words_of_a_role_follow_its_declaration(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        group = env[Group].search(Group.key == "crm.manager")[0]
        group.name = "Something else"
        sync_roles(env)
        assert group.name == "Sales manager"


def test_password_too_short_or_too_long_is_refused(system, make_user):
    lan = make_user("lan", "base.user")
    for password in ("", "short", "x" * 1001):
        with pytest.raises(Invalid, match="must have 8 to 1000 characters"), system.unit(write=True) as unit:
            unit.system_env()[User].get(lan.user_id).set_password(password)


def test_new_password_ends_open_sessions(system, make_user):
    lan = make_user("lan", "base.user", password="twelve chairs")
    with system.unit(write=True) as unit:
        unit.system_env()[User].get(lan.user_id).set_password("thirteen chairs")
    with system.unit() as unit:
        env = unit.system_env()
        assert env.hooks.identity_of(env=env, user_id=lan.user_id).session_stamp != lan.session_stamp


def test_secrets_are_hidden_even_from_administrators(system, make_user):
    lan = make_user("lan", "base.user", password="twelve chairs")
    admin = make_user("boss", "base.administrator")
    for who, field in product((lan, admin), SECRETS):
        with system.unit() as unit:
            env = unit.env(who)
            assert not env[User].readable(field)
            assert not env[User].writable(field)
            with pytest.raises(AccessDenied):
                getattr(env[User].get(lan.user_id), field)
            with pytest.raises(AccessDenied):
                env[User].values([field])
            with pytest.raises(AccessDenied):
                env[User].search(getattr(User, field).is_set())
            with pytest.raises(AccessDenied):
                env[User].search(order=(field,))
            with pytest.raises(AccessDenied):
                env[User].groups([field])


def test_history_keeps_no_copy_of_a_password_hash(system, make_user):
    lan = make_user("lan", "base.user", password="twelve chairs")
    with system.unit(write=True) as unit:
        user = unit.system_env()[User].get(lan.user_id)
        user.set_password("thirteen chairs")
        unit.flush()
        told = [change.changes["password_hash"] for change in user.history() if "password_hash" in change.changes]
    assert told
    assert all(values == (None, None) for values in told)


def test_colleague_sees_names_and_not_what_is_the_administrators(system, make_user):
    lan, minh = make_user("lan", "base.user"), make_user("minh", "base.user", email="minh@banyan.example")
    with system.unit() as unit:
        env = unit.env(lan)
        assert env[User].get(minh.user_id).email == "minh@banyan.example"
        for field in ("login", "groups", "company"):
            with pytest.raises(AccessDenied):
                getattr(env[User].get(minh.user_id), field)


def test_user_cannot_give_themselves_a_role(system, make_user):
    lan = make_user("lan", "base.user")
    with system.unit() as unit:
        all_roles = unit.system_env()[Group].search().ids
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[User].get(lan.user_id).write(groups=all_roles)


def test_administrator_gives_roles_and_cannot_make_any(system, make_user):
    boss, lan = make_user("boss", "base.administrator"), make_user("lan", "base.user")
    with system.unit(write=True) as unit:
        env = unit.env(boss)
        give_roles(env[User].get(lan.user_id), ["base.contacts"])
    with system.unit() as unit:
        env = unit.system_env()
        assert env.hooks.identity_of(env=env, user_id=lan.user_id).roles == {"base.user", "base.contacts"}
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(boss)[Group].create(key="crm.emperor", name="Emperor")
