"""Who may see and do what, whichever way they come: every door gives the same answer, deny by default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from core import AccessDenied, Env, Filter, Grant, Identity, Invalid, Missing, Model, Restricted, Role, Rule, fields
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, identity
from tests.core.orm.conftest import undone
from tests.core.orm.trade import CLERK, HOA, LAN, MINH, NOBODY, Currency, Lead, Partner, Tag

LANS = ["50 ghế gỗ", "Bàn họp"]
MINHS = ["Kệ bếp", "Tủ sách"]


def _lead(unit: UnitOfWork, name: str, who: Identity | None = None) -> Lead:
    """The lead of that name: as `who` has it, also where they may not see it."""
    found = unit.system_env()[Lead].search(Lead.name == name)[0].id
    return (unit.env(who) if who else unit.system_env())[Lead].browse(found)[0]


# -- every door answers alike -------------------------------------------------------------------


def _by_records(env: Env) -> list[str]:
    return sorted(lead.name for lead in env[Lead].search())


def _by_values(env: Env) -> list[str]:
    return sorted(row["name"] for row in env[Lead].values(["name"]))


def _by_groups(env: Env) -> list[str]:
    return sorted(row["name"] for row in env[Lead].groups(["name"]))


def _by_get(env: Env) -> list[str]:
    found = []
    for id in env.sudo()[Lead].search().ids:
        try:
            found.append(env[Lead].get(id).name)
        except Missing:
            continue
    return sorted(found)


def _by_browse(env: Env) -> list[str]:
    found = []
    for lead in env[Lead].browse(*env.sudo()[Lead].search().ids):
        try:
            found.append(lead.name)
        except Missing:
            continue
    return sorted(found)


def _by_lists_of_partners(env: Env) -> list[str]:
    partnerless = env[Lead].search(~Lead.partner.is_set())
    hidden = env[Lead].search(Lead.partner.is_set(), ~Lead.partner.name.is_set())
    return sorted(
        lead.name for leads in [*(partner.leads for partner in env[Partner].search()), partnerless, hidden]
        for lead in leads
    )  # fmt: skip


def _by_existence(env: Env) -> list[str]:
    every = env.sudo()[Lead].search()
    return sorted(env[Lead].get(lead.id).name for lead in every if env[Lead].browse(lead.id)[0].exists())


DOORS = [_by_records, _by_values, _by_groups, _by_get, _by_browse, _by_lists_of_partners, _by_existence]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("who", "names"), [(LAN, LANS), (MINH, MINHS), (HOA, sorted(LANS + MINHS))])
def test_every_door_shows_the_same_records(
    unit: UnitOfWork, door: Callable[[Env], list[str]], who: Identity, names: list[str]
) -> None:
    env = unit.env(who)
    assert door(env) == names
    assert env[Lead].count() == len(names)


@pytest.mark.parametrize("who", [LAN, MINH, HOA])
def test_figures_are_those_of_the_records(unit: UnitOfWork, who: Identity) -> None:
    env = unit.env(who)
    leads = env[Lead].search()
    total = sum((lead.revenue for lead in leads), Decimal(0))
    assert env[Lead].sums(["revenue"])["revenue"] == total
    groups = env[Lead].groups(["seller"], ["revenue", "weighted"])
    assert sum(row["__count"] for row in groups) == len(leads)
    assert sum(row["revenue"] for row in groups) == total
    assert sum(row["weighted"] for row in groups) == sum(lead.weighted for lead in leads)


# -- deny by default ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [NOBODY, identity(5, "crm.unheard_of")])
def test_without_a_grant_nothing_is_allowed(unit: UnitOfWork, who: Identity) -> None:
    env = unit.env(who)
    lead = _lead(unit, "Tủ sách", who)
    attempts: list[Callable[[], Any]] = [
        lambda: env[Lead].search(),
        lambda: env[Lead].count(),
        lambda: env[Lead].values(["id"]),
        lambda: env[Lead].sums(["revenue"]),
        lambda: env[Lead].groups([]),
        lambda: env[Lead].get(lead.id),
        lambda: lead.name,
        lambda: lead.row_version,
        lambda: lead.history(),
        lambda: lead.tags,
        lambda: lead.write(name="x"),
        lambda: lead.delete(),
        lambda: env[Lead].browse(lead.id).write(name="x"),
        lambda: env[Lead].browse(lead.id).delete(),
        lambda: env[Lead].create(name="x", currency=1),
    ]
    for attempt in attempts:
        with pytest.raises(AccessDenied):
            attempt()
    assert not any(env[Lead].can(action) for action in ("read", "write", "create", "delete"))
    assert not lead.exists()


def test_a_grant_covers_the_actions_it_names(unit: UnitOfWork) -> None:
    env = unit.env(CLERK)
    leads = env[Lead].search()
    assert len(leads) == 4
    assert [action for action in ("read", "write", "create", "delete") if env[Lead].can(action)] == ["read"]
    with pytest.raises(AccessDenied, match="You may not change Leads"):
        leads[0].name = "x"
    with pytest.raises(AccessDenied, match="You may not delete Leads"):
        leads[0].delete()
    with pytest.raises(AccessDenied, match="You may not create Leads"):
        env[Lead].create(name="x", currency=1)


def test_an_implied_role_counts(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    assert env.has_role("crm.salesperson")
    assert not unit.env(LAN).has_role("crm.manager")
    assert env[Currency].count() == 2, "granted to salespeople"


# -- changing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["attribute", "write", "records", "delete"])
def test_a_hidden_record_cannot_be_changed(unit: UnitOfWork, by: str) -> None:
    env = unit.env(LAN)
    lead = _lead(unit, "Tủ sách", LAN)
    with pytest.raises(Missing):
        if by == "attribute":
            lead.name = "mine"
        elif by == "write":
            lead.write(seller=7)
        elif by == "records":
            env[Lead].browse(*env.sudo()[Lead].search().ids).write(seller=7)
        else:
            lead.delete()
    unit.flush()
    assert _lead(unit, "Tủ sách").seller == 8


def test_a_record_that_is_seen_and_not_granted_cannot_be_changed(unit: UnitOfWork) -> None:
    lead = _lead(unit, "Tủ sách", identity(7, "crm.salesperson", "crm.clerk"))
    assert lead.name == "Tủ sách", "the clerk's grant shows it"
    with pytest.raises(AccessDenied, match="You may not change this Lead"), unit.savepoint():
        lead.name = "x"
    with pytest.raises(AccessDenied, match="You may not delete this Lead"), unit.savepoint():
        lead.delete()
    with pytest.raises(AccessDenied, match="You may not change this Lead"), unit.savepoint():
        lead.write(tags=[])


def test_a_record_cannot_be_given_away_past_the_rule(unit: UnitOfWork) -> None:
    with pytest.raises(AccessDenied, match="you could no longer change the Lead"), unit.savepoint():
        _lead(unit, "Bàn họp", LAN).seller = 8
    assert _lead(unit, "Bàn họp").seller == 7


def test_a_record_cannot_be_made_past_the_rule(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    with pytest.raises(AccessDenied, match="You may not create a Lead like this"), unit.savepoint():
        env[Lead].create(name="x", currency=1, seller=8)
    with pytest.raises(AccessDenied, match="You may not create a Lead like this"), unit.savepoint():
        env[Lead].create_many([{"name": "x", "currency": 1, "seller": seller} for seller in (7, 8)])


def test_a_refused_change_is_not_committed_by_whoever_swallows_the_error(own_trade: Bench) -> None:
    with pytest.raises(AccessDenied), own_trade.unit() as unit:
        _lead(unit, "Bàn họp", LAN).seller = 8
        with pytest.raises(AccessDenied):
            unit.flush()
    with own_trade.unit() as unit:
        assert _lead(unit, "Bàn họp").seller == 7


def test_elevated_code_does_not_carry_a_forbidden_change(unit: UnitOfWork) -> None:
    lead = _lead(unit, "Tủ sách", identity(7, "crm.salesperson", "crm.clerk"))
    with pytest.raises(AccessDenied), unit.savepoint():
        lead.name = "mine"
        unit.env(LAN).sudo("a reason")[Lead].get(lead.id).probability = Decimal(50)
    assert (lead.name, lead.probability) == ("Tủ sách", 10)


def test_elevated_code_does_not_lend_its_rights_to_the_same_field(unit: UnitOfWork) -> None:
    lead = _lead(unit, "Bàn họp", LAN)
    with pytest.raises(AccessDenied), unit.savepoint():
        lead.seller = 8
        lead.env.sudo("reassign")[Lead].get(lead.id).seller = 9
    assert lead.seller == 7


def test_elevated_code_may_give_away(unit: UnitOfWork) -> None:
    lead = _lead(unit, "Bàn họp", LAN)
    assert lead.name
    lead.env.sudo("reassign")[Lead].get(lead.id).seller = 8
    unit.flush()
    with pytest.raises(Missing):
        lead.env[Lead].get(lead.id)
    with pytest.raises(Missing):
        lead.name  # noqa: B018


# -- what others loaded ---------------------------------------------------------------------------------


def test_what_elevated_code_loaded_stays_hidden(unit: UnitOfWork) -> None:
    for lead in unit.system_env()[Lead].search():
        assert lead.name
        assert lead.tags is not None
        assert lead.headline
    lans = unit.env(LAN)
    hidden = _lead(unit, "Tủ sách", LAN)
    for read in ("name", "headline", "weighted", "row_version", "display_name", "tags", "partner"):
        with pytest.raises(Missing):
            getattr(hidden, read)
    with pytest.raises(Missing):
        hidden.history()
    assert sorted(lead.name for lead in lans[Lead].search()) == LANS


def test_a_list_is_each_readers_own(unit: UnitOfWork) -> None:
    lead = _lead(unit, "50 ghế gỗ")
    assert [tag.name for tag in lead.tags] == ["gấp", "nội bộ"]
    assert [tag.name for tag in _lead(unit, "50 ghế gỗ", LAN).tags] == ["gấp"]
    assert [tag.name for tag in _lead(unit, "50 ghế gỗ", HOA).tags] == ["gấp", "nội bộ"]
    urgent = unit.system_env()[Tag].search(Tag.name == "gấp")[0]
    assert [lead.name for lead in urgent.leads] == ["Tủ sách", "50 ghế gỗ"]
    assert [lead.name for lead in unit.env(LAN)[Tag].get(urgent.id).leads] == ["50 ghế gỗ"]


def test_figures_over_a_list_are_the_same_for_all(unit: UnitOfWork) -> None:
    urgent = unit.env(LAN)[Tag].search(Tag.name == "gấp")[0]
    assert urgent.revenue == Decimal("400.50"), "with the lead that Lan cannot see"
    assert unit.env(HOA)[Tag].get(urgent.id).revenue == Decimal("400.50")


def test_a_reader_of_another_company_or_role_is_another_reader(unit: UnitOfWork) -> None:
    assert unit.env(HOA)[Lead].count() == 4
    assert unit.env(HOA)[Lead].search()[0].name
    demoted = identity(HOA.user_id, "crm.salesperson")
    with pytest.raises(Missing):
        _lead(unit, "Tủ sách", demoted).name  # noqa: B018


# -- relations ------------------------------------------------------------------------------------------


def test_a_hidden_relation_is_restricted_and_not_none(unit: UnitOfWork) -> None:
    lead = _lead(unit, "Bàn họp", LAN)
    with pytest.raises(Restricted, match="Customer is restricted: you may not see that Partner"):
        lead.partner  # noqa: B018
    row = unit.env(LAN)[Lead].values(["partner", "partner.display_name", "partner.city"], Lead.is_(lead.id))[0]
    assert row["partner"] is not None
    assert row["partner.display_name"] is row["partner.city"] is None
    assert _lead(unit, "Bàn họp", HOA).partner.name == "Bí Mật"


def test_a_relation_to_a_model_without_a_grant_is_restricted_too(unit: UnitOfWork) -> None:
    with pytest.raises(Restricted):
        _lead(unit, "Tủ sách", CLERK).partner  # noqa: B018
    rows = unit.env(CLERK)[Lead].values(["partner.display_name", "currency.name"])
    assert {tuple(row.values()) for row in rows} == {(None, None)}


def test_saving_a_record_with_a_hidden_relation_keeps_it(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    row = env[Lead].values(["name", "partner"], Lead.name == "Bàn họp")[0]
    _lead(unit, "Bàn họp", LAN).write(name="Bàn họp lớn", partner=row["partner"])
    unit.flush()
    assert _lead(unit, "Bàn họp lớn").partner.name == "Bí Mật"


@pytest.mark.parametrize("how", ["write", "create", "one2many", "default"])
def test_nothing_can_be_pointed_at_a_hidden_record(unit: UnitOfWork, how: str) -> None:
    env = unit.env(LAN)
    secret = unit.system_env()[Partner].search(Partner.name == "Bí Mật")[0]
    nowhere = 10**9
    lead = _lead(unit, "50 ghế gỗ", LAN)
    for target in (secret.id, nowhere):
        with pytest.raises(Invalid, match="points at no Partner that you may see"), unit.savepoint():
            if how == "write":
                lead.partner = target
                unit.flush()
            elif how == "create":
                env[Lead].create(name="x", currency=1, seller=7, partner=target)
                unit.flush()
            elif how == "one2many":
                env[Partner].create(name="x", leads=[{"name": "x", "currency": 1, "seller": 7}], parent=target)
                unit.flush()
            else:
                env[Lead].browse(lead.id).write(partner=target)
                unit.flush()


def test_nothing_can_be_linked_to_a_hidden_record(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    internal = unit.system_env()[Tag].search(Tag.name == "nội bộ")[0]
    lead = _lead(unit, "Bàn họp", LAN)
    for target in (internal.id, 10**9):
        with pytest.raises(Invalid, match="points at no Tag that you may see"), unit.savepoint():
            lead.write(tags=[target])
        with pytest.raises(Invalid, match="points at no Tag that you may see"), unit.savepoint():
            env[Lead].create(name="x", currency=1, seller=7, tags=[target])
    with pytest.raises(Missing, match="There is no such Lead"), unit.savepoint():
        env[Partner].search()[0].write(leads=[_lead(unit, "Tủ sách").id])


# -- filters, order and groups are no oracle ----------------------------------------------------------------


GUESSES: list[tuple[str, Filter]] = [
    ("its city", Lead.partner.city == "Hà Nội"),
    ("not its city", Lead.partner.city != "Huế"),
    ("a part of its name", Lead.partner.name.ilike("bi mat")),
    ("a secret of it", Lead.partner.is_private == True),
    ("that it is not secret", Lead.partner.is_private != False),
    ("a set of names", Lead.partner.name.in_(["Bí Mật"])),
    ("none of a set", Lead.partner.name.not_in(["Gỗ Việt"])),
    ("its name is set", Lead.partner.name != ""),
    ("opposite", ~(Lead.partner.city != "Hà Nội")),
    ("its number of leads", Lead.partner.leads_count > 0),
    ("its leads", Lead.partner.leads.any(Lead.revenue == 2000)),
]


@pytest.mark.parametrize("guess", [guess for _, guess in GUESSES], ids=[name for name, _ in GUESSES])
def test_a_filter_through_a_hidden_relation_learns_nothing(unit: UnitOfWork, guess: Filter) -> None:
    """Whether a filter on the hidden partner is met must not depend on what that partner is."""
    env = unit.env(LAN)
    lead = _lead(unit, "Bàn họp", LAN)
    mine = Lead.is_(lead.id)
    answers = []
    secret = _lead(unit, "Bàn họp").partner
    for values in ({}, {"name": "Khác", "city": "Cần Thơ"}):
        secret.write(**values)
        unit.flush()
        answers.append((env[Lead].count(mine, guess), env[Lead].count(mine, ~guess)))
    assert answers[0] == answers[1]
    assert sorted(answers[0]) == [0, 1], "a filter or its opposite is met"


@pytest.mark.parametrize("guess", [guess for _, guess in GUESSES], ids=[name for name, _ in GUESSES])
def test_a_filter_answers_alike_in_the_database_and_in_memory(unit: UnitOfWork, guess: Filter) -> None:
    env = unit.env(LAN)
    leads = env[Lead].search()
    assert leads.filtered(guess) == env[Lead].search(guess)
    assert leads.filtered(~guess) == env[Lead].search(~guess)


def test_members_that_are_hidden_do_not_count_in_a_filter(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    assert env[Lead].count(Lead.tags.any(Tag.name == "nội bộ")) == 0
    assert env[Lead].count(Lead.tags.any(Tag.name == "gấp")) == 1
    assert env[Partner].count(Partner.leads.any(Lead.name == "Tủ sách")) == 0
    assert env[Partner].count(Partner.leads.any()) == 1
    assert unit.env(HOA)[Lead].count(Lead.tags.any(Tag.name == "nội bộ")) == 1


def test_the_order_by_a_hidden_relation_learns_nothing(unit: UnitOfWork) -> None:
    env, system = unit.env(LAN), unit.system_env()
    secret = system[Partner].search(Partner.name == "Bí Mật")[0]
    for order in (["partner.name"], ["partner"], ["-partner.city"]):
        orders = []
        for name in ("A", "Z"):
            secret.write(name=name, city=name)
            orders.append(env[Lead].search(order=order).ids)
        assert orders[0] == orders[1]


def test_a_group_by_a_hidden_relation_learns_nothing(unit: UnitOfWork) -> None:
    rows = unit.env(LAN)[Lead].groups(["partner.name", "partner.city"], ["revenue"])
    assert {row["partner.name"] for row in rows} == {"Gỗ Việt", None}
    assert {row["partner.city"] for row in rows} == {"Huế", None}


# -- fields -------------------------------------------------------------------------------------------------


HIDDEN = ("cost", "margin", "watchers")


def _ways_to(env: Env, name: str) -> list[Callable[[], Any]]:
    lead = env[Lead].search()[0]
    ways: list[Callable[[], Any]] = [
        lambda: getattr(lead, name),
        lambda: lead.write(**{name: 0 if name != "watchers" else []}),
        lambda: env[Lead].create(**{"name": "x", "currency": 1, "seller": 7, name: 0 if name != "watchers" else []}),
        lambda: env[Lead].values([name]),
        lambda: env[Lead].values(["partner.credit_limit"]),
        lambda: env[Lead].search(order=["partner.credit_limit"]),
        lambda: env[Lead].search(Lead.partner.credit_limit > 5),
    ]
    if name == "watchers":
        ways += [
            lambda: env[Lead].count(Lead.watchers.any()),
            lambda: env[Lead].count(~Lead.watchers.any(Partner.name == "x")),
            lambda: env[Lead].count(Lead.watchers.name == "x"),
            lambda: env[Lead].count(Lead.watchers == 5),
        ]
    else:
        path: Any = getattr(Lead, name)
        ways += [
            lambda: env[Lead].search(path > 5),
            lambda: env[Lead].count(~(path > 5)),
            lambda: env[Lead].values(["name"], path == 0),
            lambda: env[Lead].search(order=[name]),
            lambda: env[Lead].values(["name"], order=[f"-{name}"]),
            lambda: env[Lead].sums([name]),
            lambda: env[Lead].sums(["revenue"], path > 0),
            lambda: env[Lead].groups([name]),
            lambda: env[Lead].groups(["seller"], [name]),
            lambda: env[Lead].groups(["seller"], ["revenue"], path > 0),
            lambda: env[Lead].groups(["seller"], ["revenue"], order=[name]),
        ]
    return ways


@pytest.mark.parametrize("name", HIDDEN)
def test_a_field_for_other_roles_is_closed_on_every_way(unit: UnitOfWork, name: str) -> None:
    for way in _ways_to(unit.env(LAN), name):
        with pytest.raises(AccessDenied, match="You may not see"):
            way()
    assert not unit.env(LAN)[Lead].readable(name)
    assert not unit.env(LAN)[Lead].writable(name)
    assert name not in unit.env(LAN)[Lead].defaults()


def test_a_field_for_roles_is_open_to_those_who_have_one(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    lead = env[Lead].search(Lead.cost > 5, order=["-margin"])[0]
    assert (lead.cost, lead.margin) == (Decimal(60), Decimal("40.50"))
    lead.write(cost=Decimal(50), watchers=env[Partner].search())
    unit.flush()
    assert lead.margin == Decimal("50.50")
    assert env[Lead].groups([], ["margin"])[0]["margin"] == env[Lead].sums(["margin"])["margin"]
    assert env[Lead].count(Lead.watchers.any(Partner.name == "Bí Mật")) == 1


def test_a_computed_value_has_the_roles_of_what_it_is_made_of(unit: UnitOfWork) -> None:
    assert not unit.env(LAN)[Lead].readable("margin")
    assert unit.env(LAN)[Lead].readable("weighted")


def test_a_field_for_nobody_is_for_elevated_code_alone(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    secret = env[Partner].search(Partner.name == "Bí Mật")[0]
    ways: list[Callable[[], Any]] = [
        lambda: secret.password_hash,
        lambda: secret.write(password_hash="x"),
        lambda: env[Partner].create(name="x", password_hash="x"),
        lambda: env[Partner].values(["password_hash"]),
        lambda: env[Partner].count(Partner.password_hash.ilike("argon")),
        lambda: env[Partner].search(order=["password_hash"]),
        lambda: env[Partner].groups(["password_hash"]),
        lambda: env[Lead].values(["partner.password_hash"]),
        lambda: env[Lead].count(Lead.partner.password_hash == "argon2"),
    ]
    for way in ways:
        with pytest.raises(AccessDenied, match="You may not see Password of Partner"):
            way()
    assert secret.env.sudo()[Partner].get(secret.id).password_hash == "argon2"
    with pytest.raises(AccessDenied):
        secret.password_hash  # noqa: B018


def test_defaults_show_no_hidden_field(unit: UnitOfWork) -> None:
    assert "credit_limit" in unit.env(HOA)[Partner].defaults()
    assert not {"credit_limit", "password_hash"} & unit.env(LAN)[Partner].defaults().keys()
    made = unit.env(LAN)[Partner].create(name="Mới")
    assert unit.system_env()[Partner].get(made.id).credit_limit == 1000, "and hold all the same"


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
