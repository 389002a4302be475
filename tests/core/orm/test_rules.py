"""Rules and companies: filters that bind everybody, and follow what changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from core import AccessDenied, Env, Filter, Grant, Identity, Missing, Model, Restricted, Role, Rule, fields
from core.testing.bench import Bench, identity
from tests.core.orm.conftest import undone

# -- rules ------------------------------------------------------------------------------------------------------


class Team(Model):
    _name = "test.team"
    name = fields.Char()
    leader = fields.Integer()
    parent: fields.Many2one[Team | None, Team] = fields.Many2one("test.team")
    deals: fields.One2many[Deal] = fields.One2many("test.deal", inverse="team")


class Deal(Model):
    _name = "test.deal"
    name = fields.Char()
    team = fields.Many2one(Team)
    is_open = fields.Boolean()


seller, auditor = Role("test.seller", "Seller"), Role("test.auditor", "Auditor")


def _of_my_team(env: Env) -> Filter:
    return (Deal.team.leader == env.user_id) | (Deal.team.parent.leader == env.user_id)


TEAM_ACCESS = [
    seller, auditor,
    Grant(seller, Deal, "read", "write", "create", where=_of_my_team),
    Grant(auditor, Deal, "read", where=lambda env: Deal.is_open == True),
    Grant(seller, Team, "read", "write"),
    Rule(Deal, where=lambda env: Deal.name != "secret"),
]  # fmt: skip


@pytest.fixture
def teams(make_models: Callable[..., Bench]) -> Bench:
    bench = make_models(Team, Deal, access=TEAM_ACCESS)
    with bench.env() as env:
        north = env[Team].create(name="North", leader=1)
        hue = env[Team].create(name="Huế", leader=2, parent=north)
        south = env[Team].create(name="South", leader=3)
        rows: Sequence[tuple[str, Team, bool]] = [
            ("a", north, False), ("b", hue, False), ("c", south, True), ("secret", hue, True)
        ]  # fmt: skip
        env[Deal].create_many([{"name": name, "team": team, "is_open": is_open} for name, team, is_open in rows])
    return bench


def _names(env: Env) -> str:
    return "".join(deal.name for deal in env[Deal].search(order=["name"]))


def test_grants_add_up_and_a_rule_limits_them_all(teams: Bench) -> None:
    with undone(teams) as unit:
        assert _names(unit.env(identity(1, "test.seller"))) == "ab"
        assert _names(unit.env(identity(2, "test.seller"))) == "b"
        assert _names(unit.env(identity(2, "test.auditor"))) == "c"
        assert _names(unit.env(identity(1, "test.seller", "test.auditor"))) == "abc"
        assert _names(unit.system_env()) == "abcsecret"


def test_a_change_on_the_path_of_a_rule_counts_at_once(teams: Bench) -> None:
    with undone(teams) as unit:
        first, third = unit.env(identity(1, "test.seller")), unit.env(identity(3, "test.seller"))
        deal = first[Deal].search(Deal.name == "a")[0]
        assert deal.name == "a"
        assert _names(third) == "c"
        unit.system_env()[Team].search(Team.name == "North")[0].leader = 3
        assert _names(first) == ""
        assert _names(third) == "abc"
        with pytest.raises(Missing):
            deal.name  # noqa: B018


def test_a_change_of_the_record_itself_hides_it(teams: Bench) -> None:
    with undone(teams) as unit:
        env = unit.env(identity(1, "test.seller"))
        deal = env[Deal].search(Deal.name == "a")[0]
        unit.system_env()[Deal].get(deal.id).name = "secret"
        unit.flush()
        with pytest.raises(Missing):
            deal.is_open  # noqa: B018


def test_a_user_cannot_move_a_record_out_of_reach_through_a_relation(teams: Bench) -> None:
    with pytest.raises(AccessDenied), teams.unit() as unit:
        env = unit.env(identity(1, "test.seller"))
        deal = env[Deal].search(Deal.name == "a")[0]
        deal.team = env[Team].search(Team.name == "South")[0]
    with pytest.raises(AccessDenied), teams.unit() as unit:
        unit.env(identity(1, "test.seller"))[Deal].search(Deal.name == "a")[0].name = "secret"
    with pytest.raises(AccessDenied), teams.unit() as unit:
        env = unit.env(identity(1, "test.seller"))
        env[Deal].create(name="x", team=env[Team].search(Team.name == "South")[0])


def test_a_record_may_become_right_later_in_the_unit(teams: Bench) -> None:
    with undone(teams) as unit:
        env = unit.env(identity(1, "test.seller"))
        south = env[Team].search(Team.name == "South")[0]
        deal = env[Deal].create(name="x", team=south)
        assert env[Deal].count() == 2, "a search checks nothing"
        unit.system_env()[Team].get(south.id).leader = 1
        unit.flush()
        assert deal.name == "x"


def test_rules_hold_on_lists_and_joins_of_other_models(teams: Bench) -> None:
    with undone(teams) as unit:
        env = unit.env(identity(2, "test.seller"))
        hue = env[Team].search(Team.name == "Huế")[0]
        assert [deal.name for deal in hue.deals] == ["b"]
        assert env[Team].count(Team.deals.any(Deal.name == "secret")) == 0
        assert env[Team].count(Team.deals.any(Deal.is_open == False)) == 1


# -- companies --------------------------------------------------------------------------------------------------


class Company(Model):
    _name = "res.company"
    name = fields.Char()


class Account(Model):
    _name = "test.account"
    name = fields.Char()
    company = fields.Many2one(Company)


class Entry(Model):
    _name = "test.entry"
    name = fields.Char()
    account = fields.Many2one(Account)


accountant = Role("test.accountant", "Accountant")
COMPANY_ACCESS = [accountant] + [
    Grant(accountant, model, "read", "write", "create", "delete") for model in (Company, Account, Entry)
]


@pytest.fixture
def companies(make_models: Callable[..., Bench]) -> Bench:
    bench = make_models(Company, Account, Entry, access=COMPANY_ACCESS)
    with bench.env() as env:
        hue, hanoi = env[Company].create_many([{"name": "Huế"}, {"name": "Hà Nội"}])
        for name, company in (("cash", hue), ("bank", hanoi), ("shared", None)):
            account = env[Account].create(name=name, company=company)
            env[Entry].create(name=name, account=account)
    return bench


def _in_companies(*ids: int) -> Identity:
    return Identity(1, "lan", roles=frozenset({"test.accountant"}), company_id=ids[0], company_ids=ids)


def test_companies_are_separated(companies: Bench) -> None:
    with undone(companies) as unit:

        def accounts(*ids: int) -> list[str]:
            return sorted(account.name for account in unit.env(_in_companies(*ids))[Account].search())

        assert accounts(1) == ["cash", "shared"]
        assert accounts(2) == ["bank", "shared"]
        assert accounts(1, 2) == ["bank", "cash", "shared"]
        assert accounts(1) == ["cash", "shared"], "what the other reader was shown does not count"
        bank = unit.system_env()[Account].search(Account.name == "bank")[0]
        with pytest.raises(Missing):
            unit.env(_in_companies(1))[Account].get(bank.id)
        with pytest.raises(AccessDenied), unit.savepoint():
            unit.env(_in_companies(1))[Account].create(name="x", company=2)
        with pytest.raises(AccessDenied), unit.savepoint():
            unit.env(_in_companies(1))[Account].search(Account.name == "cash")[0].company = 2
        with pytest.raises(Restricted):
            unit.env(_in_companies(1))[Entry].search(Entry.name == "bank")[0].account  # noqa: B018


def test_nobody_without_companies_sees_those_of_one(companies: Bench) -> None:
    with undone(companies) as unit:
        env = unit.env(Identity(1, "lan", roles=frozenset({"test.accountant"})))
        assert [account.name for account in env[Account].search()] == ["shared"]


def test_the_same_companies_with_another_one_as_current_are_another_reader(make_models: Callable[..., Bench]) -> None:
    here = Rule(Account, where=lambda env: Account.company.is_(env.company_id))
    bench = make_models(Company, Account, Entry, access=[*COMPANY_ACCESS, here])
    with bench.unit() as unit:
        first, second = unit.system_env()[Company].create_many([{"name": "a"}, {"name": "b"}])
        cash = unit.system_env()[Account].create(name="cash", company=first)
        both = {"company_ids": (first.id, second.id), "roles": frozenset({"test.accountant"})}
        assert unit.env(Identity(1, "lan", company_id=first.id, **both))[Account].get(cash.id).name == "cash"
        with pytest.raises(Missing):
            unit.env(Identity(1, "lan", company_id=second.id, **both))[Account].get(cash.id)
