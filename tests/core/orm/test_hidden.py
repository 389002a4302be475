"""Relations, filters, order, groups and fields tell nothing of what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core import AccessDenied, Env, Filter, Invalid, Missing, Restricted
from core.orm.unit import UnitOfWork
from tests.core.orm.trade import CLERK, HOA, LAN, Lead, Partner, Tag, lead_named

# -- relations ------------------------------------------------------------------------------------------


def test_a_hidden_relation_is_restricted_and_not_none(unit: UnitOfWork) -> None:
    lead = lead_named(unit, "Bàn họp", LAN)
    with pytest.raises(Restricted, match="Customer is restricted: you may not see that Partner"):
        lead.partner  # noqa: B018
    row = unit.env(LAN)[Lead].values(["partner", "partner.display_name", "partner.city"], Lead.is_(lead.id))[0]
    assert row["partner"] is not None
    assert row["partner.display_name"] is row["partner.city"] is None
    assert lead_named(unit, "Bàn họp", HOA).partner.name == "Bí Mật"


def test_a_relation_to_a_model_without_a_grant_is_restricted_too(unit: UnitOfWork) -> None:
    with pytest.raises(Restricted):
        lead_named(unit, "Tủ sách", CLERK).partner  # noqa: B018
    rows = unit.env(CLERK)[Lead].values(["partner.display_name", "currency.name"])
    assert {tuple(row.values()) for row in rows} == {(None, None)}


def test_saving_a_record_with_a_hidden_relation_keeps_it(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    row = env[Lead].values(["name", "partner"], Lead.name == "Bàn họp")[0]
    lead_named(unit, "Bàn họp", LAN).write(name="Bàn họp lớn", partner=row["partner"])
    unit.flush()
    assert lead_named(unit, "Bàn họp lớn").partner.name == "Bí Mật"


@pytest.mark.parametrize("how", ["write", "create", "one2many", "default"])
def test_nothing_can_be_pointed_at_a_hidden_record(unit: UnitOfWork, how: str) -> None:
    env = unit.env(LAN)
    secret = unit.system_env()[Partner].search(Partner.name == "Bí Mật")[0]
    nowhere = 10**9
    lead = lead_named(unit, "50 ghế gỗ", LAN)
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
    lead = lead_named(unit, "Bàn họp", LAN)
    for target in (internal.id, 10**9):
        with pytest.raises(Invalid, match="points at no Tag that you may see"), unit.savepoint():
            lead.write(tags=[target])
        with pytest.raises(Invalid, match="points at no Tag that you may see"), unit.savepoint():
            env[Lead].create(name="x", currency=1, seller=7, tags=[target])
    with pytest.raises(Missing, match="There is no such Lead"), unit.savepoint():
        env[Partner].search()[0].write(leads=[lead_named(unit, "Tủ sách").id])


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
    lead = lead_named(unit, "Bàn họp", LAN)
    mine = Lead.is_(lead.id)
    answers = []
    secret = lead_named(unit, "Bàn họp").partner
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


# -- what elevated code is about to write ---------------------------------------------------------------


def test_a_pending_elevated_change_that_hides_a_record_hides_it_at_once(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = lead_named(unit, "50 ghế gỗ", LAN)
    assert lead.name == "50 ghế gỗ"
    env.sudo("given to somebody else")[Lead].get(lead.id).write(seller=8, name="Not for Lan")
    with pytest.raises(Missing):
        lead.name  # noqa: B018
    with pytest.raises(Missing):
        env[Lead].get(lead.id)
    assert "Not for Lan" not in [other.name for other in env[Lead].search()]


def test_a_pending_elevated_change_that_hides_a_related_record_restricts_it_at_once(unit: UnitOfWork) -> None:
    lead = lead_named(unit, "50 ghế gỗ", LAN)
    assert lead.partner is not None
    unit.env(LAN).sudo("made private")[Partner].get(lead.partner.id).write(is_private=True, name="Not for Lan")
    with pytest.raises(Restricted):
        lead.partner  # noqa: B018


def test_who_gives_a_record_away_may_finish_writing_it_first(unit: UnitOfWork) -> None:
    lead = lead_named(unit, "50 ghế gỗ", HOA)
    lead.seller = 8
    lead.name = "50 ghế gỗ sồi"
    unit.flush()
    assert (lead.seller, lead.name) == (8, "50 ghế gỗ sồi")
