"""Who changed which field from what to what, when and why; and that nobody changes the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core import Model, computed, fields
from core.orm.compose import Part, compose_models
from core.orm.database import Database
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, identity
from tests.core.orm.trade import HOA, LAN, Currency, Lead, Partner, Tag

NINE = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def test_a_change_says_who_what_when_and_why(own_trade: Bench) -> None:
    with own_trade.unit(reason="import of March") as unit:
        before = unit.now()
        lead = unit.env(LAN)[Lead].search(Lead.name == "50 ghế gỗ")[0]
        lead.write(name="60 ghế gỗ", revenue=Decimal("120.60"), closes_on=dt.date(2026, 3, 31))
        id = lead.id
    with own_trade.unit() as unit:
        latest, made = unit.env(LAN)[Lead].get(id).history()
    assert (latest.action, latest.user_id, latest.reason) == ("write", 7, "import of March")
    assert before <= latest.at <= dt.datetime.now(dt.UTC)
    assert latest.changes == {
        "name": ("50 ghế gỗ", "60 ghế gỗ"),
        "revenue": (Decimal("100.50"), Decimal("120.60")),
        "closes_on": (None, dt.date(2026, 3, 31)),
        "weighted": (Decimal("10.05"), Decimal("12.06")),
    }
    assert latest.derived == {"weighted"}, "what Lan may not see is not even named"
    assert (made.action, made.user_id) == ("create", None)
    assert made.changes["name"] == ("", "50 ghế gỗ")
    assert "note" not in made.changes, "what was absent stays out"
    assert "weighted" in made.derived


def test_what_follows_in_other_records_is_in_their_history(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        unit.env(LAN)[Lead].search(Lead.name == "50 ghế gỗ")[0].revenue = Decimal(500)
    with own_trade.unit() as unit:
        partner = unit.env(HOA)[Partner].search(Partner.name == "Gỗ Việt")[0]
        change = partner.history()[0]
    assert change.changes == {"total": (Decimal("100.50"), Decimal(500))}
    assert change.derived == {"total"}
    assert change.user_id == 7


def test_what_follows_from_a_new_record_is_its_authors_doing(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        partner = unit.env(LAN)[Partner].search(Partner.name == "Gỗ Việt")[0]
        unit.env(LAN)[Lead].create(name="x", currency=1, seller=7, partner=partner, revenue=Decimal(1))
        unit.flush()
        change = partner.history()[0]
    assert (change.user_id, dict(change.changes)) == (7, {"total": (Decimal("100.50"), Decimal("101.50"))})


def test_elevated_work_names_its_user_and_its_reason(own_trade: Bench) -> None:
    with own_trade.unit(reason="web") as unit:
        lead = unit.env(LAN)[Lead].search(Lead.name == "50 ghế gỗ")[0]
        lead.env.sudo("assigned by round robin")[Lead].get(lead.id).seller = 8
        unit.env(HOA).sudo()[Lead].get(lead.id).score = 1.0
        unit.system_env()[Lead].get(lead.id).score = 2.0
        id = lead.id
    with own_trade.unit() as unit:
        found = unit.system_env()[Lead].get(id).history()[:-1]
    assert [(change.user_id, change.reason, dict(change.changes)) for change in reversed(found)] == [
        (7, "assigned by round robin", {"seller": (7, 8)}),
        (9, "web", {"score": (0.0, 1.0)}),
        (None, "web", {"score": (1.0, 2.0)}),
    ]


def test_lists_are_in_the_history_of_their_owner(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        tags = {tag.name: tag.id for tag in unit.system_env()[Tag].search()}
        lead = unit.env(HOA)[Lead].search(Lead.name == "50 ghế gỗ")[0]
        lead.write(tags=[tags["xuất khẩu"], tags["nội bộ"]])
        id = lead.id
    with own_trade.unit() as unit:
        latest, made = unit.env(HOA)[Lead].get(id).history()
    assert latest.changes == {
        "tags": ((tags["gấp"], tags["nội bộ"]), (tags["nội bộ"], tags["xuất khẩu"])),
    }
    assert made.changes["tags"] == ((), (tags["gấp"], tags["nội bộ"]))


def test_a_list_shows_each_reader_only_what_they_may_see(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        tags = {tag.name: tag.id for tag in unit.system_env()[Tag].search()}
        lead = unit.env(HOA)[Lead].search(Lead.name == "50 ghế gỗ")[0]
        lead.write(cost=Decimal(70), name="61 ghế")
        id = lead.id
    with own_trade.unit() as unit:
        mine = unit.env(LAN)[Lead].get(id).history()[0]
        hers = unit.env(HOA)[Lead].get(id).history()[0]
    assert mine.changes == {"name": ("50 ghế gỗ", "61 ghế")}
    assert mine.derived == frozenset()
    assert set(hers.changes) == {"name", "cost", "margin"}
    assert hers.derived == {"margin"}
    assert tags


def test_a_field_for_nobody_leaves_no_copy_of_itself(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        secret = unit.system_env()[Partner].search(Partner.name == "Bí Mật")[0]
        secret.password_hash = "argon2:new"
        id = secret.id
    with own_trade.unit() as unit:
        assert all("password_hash" not in change.changes for change in unit.env(HOA)[Partner].get(id).history())
    with own_trade.connection() as connection:
        stored = connection.execute(sa.text("SELECT changes FROM banyan_history")).scalars().all()
    assert len(stored) > 5
    assert "argon2" not in str(stored)


def test_a_deletion_keeps_what_was_lost_and_whose_it_was(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        lead = unit.env(LAN)[Lead].search(Lead.name == "50 ghế gỗ")[0]
        id = lead.id
        lead.delete()
    with own_trade.connection() as connection:
        row = connection.execute(
            sa.text("SELECT * FROM banyan_history WHERE model = 'crm.lead' AND record_id = :id ORDER BY id DESC"),
            {"id": id},
        ).mappings().first()  # fmt: skip
    assert row is not None
    assert (row["action"], row["user_id"]) == ("delete", 7)
    assert "50 ghế gỗ" in str(row["changes"])
    assert "cost" in str(row["changes"])


def test_what_a_deletion_does_to_others_is_the_users_doing(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        partner = unit.system_env()[Partner].search(Partner.name == "Gỗ Việt")[0]
        lead = partner.leads[0]
        partner.env.sudo().as_user(HOA).sudo("cleaning up")[Partner].get(partner.id).delete()
        id = lead.id
    with own_trade.unit() as unit:
        change = unit.system_env()[Lead].get(id).history()[0]
    assert change.changes["partner"][1] is None
    assert (change.user_id, change.reason) == (9, "cleaning up")


def test_the_latest_change_comes_first_and_limits_hold(unit: UnitOfWork) -> None:
    lead = unit.env(LAN)[Lead].search()[0]
    for name in ("a", "b", "c"):
        lead.name = name
        unit.flush()
    assert [change.changes["name"][1] for change in lead.history(limit=2)] == ["c", "b"]
    lead.name = "d"
    assert lead.history(limit=1)[0].changes["name"] == ("c", "d"), "what is pending is written first"


def test_a_change_and_its_history_are_one_transaction(own_trade: Bench) -> None:
    with pytest.raises(RuntimeError), own_trade.unit() as unit:
        unit.env(LAN)[Lead].search()[0].name = "x"
        unit.flush()
        raise RuntimeError
    with own_trade.unit() as unit:
        assert all(len(lead.history()) == 1 for lead in unit.system_env()[Lead].search())


@pytest.mark.parametrize("statement", ["UPDATE banyan_history SET reason = 'x'", "DELETE FROM banyan_history"])
def test_the_database_refuses_to_change_the_past(own_trade: Bench, statement: str) -> None:
    refused = pytest.raises(sa.exc.DBAPIError, match="The history of a record cannot be changed")
    with refused, own_trade.connection() as connection:
        connection.execute(sa.text(statement))
    with own_trade.connection() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM banyan_history WHERE reason <> 'x'")) >= 10


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize("table", ["banyan_history", "banyan_unit", "banyan_seal"])
def test_the_database_refuses_to_empty_the_past(own_trade: Bench, table: str) -> None:
    refused = pytest.raises(sa.exc.DBAPIError, match="The history of a record cannot be changed")
    with refused, own_trade.connection() as connection:
        connection.execute(sa.text(f"TRUNCATE {table}"))


class Visit(Model):
    _name = "test.visit"
    _history = False
    name = fields.Char()


def test_a_model_may_keep_no_history(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Visit)
    with bench.env() as env:
        visit = env[Visit].create(name="a")
        visit.name = "b"
        env.flush()
        assert visit.history() == []
        visit.delete()


class Shift(Model):
    _name = "test.shift"
    starts_at = fields.DateTime()
    ends_on = fields.Date()
    hours = fields.Decimal(digits=1)
    share = fields.Float()
    is_night = fields.Boolean()
    plan = fields.Json()
    kind = fields.Selection((("a", "A"), ("b", "B")))

    @computed(hours, store=True, editable=True)
    def pay(self) -> Decimal:
        return self.hours * 20


def test_every_kind_of_value_comes_back_as_it_was(engine_url: str) -> None:
    models = compose_models([Part("test", Shift)])
    database = Database(engine_url, clock=lambda: NINE)
    with database.migrating() as migration:
        models.metadata.create_all(migration.connection)
    values = {
        "starts_at": NINE, "ends_on": NINE.date(), "hours": Decimal("7.5"), "share": 0.25, "is_night": True,
        "plan": {"a": [1, None]}, "kind": "b",
    }  # fmt: skip
    with database.unit(models, write=True) as unit:
        shift = unit.env(identity(3)).sudo()[Shift].create()
        shift.write(**values)
        unit.flush()
        change = shift.history()[0]
        shift.pay = Decimal(200)
        unit.flush()
        by_hand = shift.history()[0]
    database.dispose()
    assert {name: new for name, (_old, new) in change.changes.items()} == {**values, "pay": Decimal(150)}
    assert (change.at, change.user_id, change.derived) == (NINE, 3, {"pay"})
    assert (by_hand.changes, by_hand.derived) == ({"pay": (Decimal(150), Decimal(200))}, frozenset())


def test_the_history_of_a_hidden_record_is_hidden(unit: UnitOfWork) -> None:
    hidden = unit.system_env()[Lead].search(Lead.seller == 8)[0]
    assert hidden.history()
    with pytest.raises(Exception, match="There is no such Lead"):
        unit.env(LAN)[Lead].browse(hidden.id)[0].history()
    assert unit.env(LAN)[Currency].search()[0].history()


def test_the_history_of_a_list_tells_nobody_of_hidden_members(unit: UnitOfWork) -> None:
    lead = unit.env(HOA)[Lead].search(Lead.name == "50 ghế gỗ")[0]
    urgent, internal = lead.tags
    lead.tags = [internal]
    unit.flush()
    assert [change.changes["tags"] for change in lead.history()] == [
        ((urgent.id, internal.id), (internal.id,)), ((), (urgent.id, internal.id))
    ]  # fmt: skip
    seen = [change.changes["tags"] for change in unit.env(LAN)[Lead].get(lead.id).history() if "tags" in change.changes]
    assert seen == [((urgent.id,), ()), ((), (urgent.id,))]
