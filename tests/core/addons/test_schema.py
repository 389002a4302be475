"""A database follows what is declared, on both engines, and says what it cannot follow: tables, columns, triggers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.addons.ledger import Entry, read_entries, write_entries
from core.addons.schema import Schema, bring_up, plan
from core.addons.tables import system_tables
from core.errors import SetupError
from core.orm.tables import BIG, HISTORY_TRIGGERS, TriggerSpec, history_table
from core.orm.types import ScaledDecimal, UtcDateTime

from .conftest import Migrate
from .schemas import apply, described, stage_of, tables


def test_fresh_database_gets_everything_once(migrate: Migrate) -> None:
    columns = [
        stage_of(),
        sa.Column("revenue", ScaledDecimal(4), nullable=False, server_default=sa.text("0")),
        sa.Column("score", sa.Double(), nullable=False, server_default=sa.text("0")),
        sa.Column("number", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("notes", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("folded", sa.String(), nullable=False, server_default=sa.text("''"), index=True),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("closes_on", sa.Date()),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("extra", sa.JSON(none_as_null=True)),
        sa.UniqueConstraint("name", "closes_on", name="uq_crm_lead__name_closes_on"),
        sa.CheckConstraint("score >= 0", name="ck_crm_lead__score"),
    ]
    assert apply(migrate, tables(*columns)).safe


def test_history_refuses_to_be_changed(migrate: Migrate) -> None:
    metadata = sa.MetaData()
    system_tables(metadata)
    history = history_table(metadata)
    schema = described(Schema(metadata, triggers=HISTORY_TRIGGERS, addons=frozenset({"core", "crm"})))
    assert apply(migrate, schema).safe
    row = {"model": "crm.lead", "record_id": 1, "action": "create", "at": sa.func.now(), "unit": "u", "changes": {}}
    if_any = pytest.raises(sa.exc.DBAPIError, match="history of a record cannot be changed")
    with migrate() as connection:
        connection.execute(sa.insert(history).values(row))
    with if_any, migrate() as connection:
        connection.execute(sa.delete(history))


def test_missing_trigger_is_made_again(migrate: Migrate) -> None:
    metadata = sa.MetaData()
    system_tables(metadata)
    history_table(metadata)
    schema = described(Schema(metadata, triggers=HISTORY_TRIGGERS, addons=frozenset({"core", "crm"})))
    apply(migrate, schema)
    name = HISTORY_TRIGGERS[0].name
    with migrate() as connection:
        on_table = "" if connection.dialect.name == "sqlite" else " ON banyan_history"
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on_table}")
    assert apply(migrate, schema).safe == [f"make trigger {name}"]


def test_changed_trigger_is_made_anew_and_a_retired_one_goes(migrate: Migrate) -> None:
    metadata = sa.MetaData()
    system_tables(metadata)
    history_table(metadata)
    kept, retired = HISTORY_TRIGGERS[:2]
    first = described(Schema(metadata, triggers=(kept, retired), addons=frozenset({"core", "crm"})))
    apply(migrate, first)
    changed = TriggerSpec(
        kept.name,
        kept.table,
        tuple(text.replace("cannot be changed", "stays as it is") for text in kept.sqlite),
        tuple(text.replace("cannot be changed", "stays as it is") for text in kept.postgresql),
    )
    second = described(replace(first, triggers=(changed,)))
    assert apply(migrate, second).safe == [f"make trigger {kept.name}", f"drop trigger {retired.name}"]


def test_another_addon_adds_columns_indexes_and_references(migrate: Migrate) -> None:
    apply(migrate, tables())
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('Văn phòng Đà Nẵng')")
    score = sa.Column("score", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    wider = tables(score, stage_of(), sa.Index("ix_crm_lead__stage_id", "stage"))
    done = apply(migrate, wider)
    assert "add column crm_lead.score" in done.safe
    assert "add index ix_crm_lead__stage_id" in done.safe
    with migrate() as connection:
        assert connection.exec_driver_sql("SELECT score FROM crm_lead").scalar() == 0
    with pytest.raises(sa.exc.IntegrityError), migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name, stage_id) VALUES ('x', 77)")


def test_required_column_without_default_is_refused_before_anything_is_done(migrate: Migrate) -> None:
    apply(migrate, tables())
    schema = tables(sa.Column("closes_on", sa.Date(), nullable=False), sa.Column("score", sa.BigInteger()))
    with (
        pytest.raises(SetupError, match=r"add column crm_lead.closes_on: .* give closes_on a default"),
        migrate() as connection,
    ):
        bring_up(connection, schema)
    with migrate() as connection:
        assert len(plan(connection, schema).steps) == 2


def test_required_column_with_a_constant_default_fills_the_rows(migrate: Migrate) -> None:
    apply(migrate, tables())
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('Nhà máy Bắc Ninh')")
    schema = tables(sa.Column("kind", sa.String(64), nullable=False))
    apply(migrate, replace(schema, fillings={"crm_lead.kind": "it's 100% a lead"}))
    with migrate() as connection:
        assert connection.exec_driver_sql("SELECT kind FROM crm_lead").scalar() == "it's 100% a lead"


def test_wider_type_is_followed_and_a_narrower_one_refused(migrate: Migrate) -> None:
    apply(migrate, tables(sa.Column("ref", sa.String(50))))
    assert apply(migrate, tables(sa.Column("ref", sa.String(90)))).safe == [
        "change column crm_lead.ref from VARCHAR(50) to VARCHAR(90)"
    ]
    with (
        pytest.raises(SetupError, match=r"from VARCHAR\(90\) to VARCHAR\(20\): not every value fits"),
        migrate() as connection,
    ):
        bring_up(connection, tables(sa.Column("ref", sa.String(20))))


def rates(digits: int) -> Schema:
    """The deal with a rate of so many digits after the point."""
    return tables(sa.Column("rate", ScaledDecimal(digits)))


def test_number_has_more_decimals_and_stays_what_it_is(migrate: Migrate) -> None:
    apply(migrate, rates(2))
    with migrate() as connection:
        connection.execute(sa.insert(rates(2).metadata.tables["crm_lead"]).values(name="Oak", rate=Decimal("12.50")))
    apply(migrate, rates(4))
    with migrate() as connection:
        rate = rates(4).metadata.tables["crm_lead"].c.rate
        assert connection.execute(sa.select(rate)).scalar() == Decimal("12.5000")
    apply(migrate, rates(1))
    with migrate() as connection:
        rate = rates(1).metadata.tables["crm_lead"].c.rate
        assert connection.execute(sa.select(rate)).scalar() == Decimal("12.5")


def test_number_keeps_the_decimals_that_its_values_need(migrate: Migrate) -> None:
    apply(migrate, rates(2))
    with migrate() as connection:
        lead = rates(2).metadata.tables["crm_lead"]
        connection.execute(sa.insert(lead), [{"rate": Decimal("12.55")}, {"rate": Decimal(10) ** 15}])
    for digits in (1, 4):
        text = rf"from NUMERIC\(18, 2\) to NUMERIC\(18, {digits}\): 1 row has a value that {digits} digits"
        with pytest.raises(SetupError, match=text), migrate() as connection:
            bring_up(connection, rates(digits))


@pytest.mark.engine("sqlite")
def test_rebuilt_table_keeps_the_columns_of_what_is_not_composed(migrate: Migrate) -> None:
    apply(migrate, tables(stage_of(), sa.Column("x_score", BIG, index=True)))
    with migrate() as connection:
        connection.execute(sa.text("INSERT INTO crm_lead (id, name, x_score) VALUES (1, 'Oak', 7)"))
    others = {("column", "crm_lead.x_score"): Entry("(overlay)", "BIGINT"), ("column", "crm_lead.stage_id"): Entry("x")}
    with migrate() as connection:
        write_entries(connection, others | {("index", "ix_crm_lead_x_score"): Entry("(overlay)")}, set())
    plan = apply(migrate, tables(sa.CheckConstraint("id > 0", name="ck_crm_lead__id")))
    assert any(text.startswith("build crm_lead anew") for text in plan.safe)
    with migrate() as connection:
        assert connection.execute(sa.text("SELECT x_score, stage_id FROM crm_lead")).one() == (7, None)
        assert [index["column_names"] for index in sa.inspect(connection).get_indexes("crm_lead")] == [["x_score"]]
        [key] = sa.inspect(connection).get_foreign_keys("crm_lead")
        assert (key["constrained_columns"], key["referred_table"]) == (["stage_id"], "crm_stage")


def test_column_that_is_no_longer_declared_goes_only_when_the_manifest_says_so(migrate: Migrate) -> None:
    apply(migrate, tables(sa.Column("nickname", sa.String(50)), sa.Index("ix_crm_lead__nickname", "nickname")))
    with (
        pytest.raises(SetupError, match=r"drop column crm_lead.nickname: .*'drops' in the manifest of crm"),
        migrate() as connection,
    ):
        bring_up(connection, tables())
    apply(migrate, replace(tables(), drops=frozenset({"crm_lead.nickname"})))
    with migrate() as connection:
        assert "nickname" not in {column["name"] for column in sa.inspect(connection).get_columns("crm_lead")}
        assert ("column", "crm_lead.nickname") not in read_entries(connection)


def test_table_that_is_no_longer_declared_goes_only_when_the_manifest_says_so(migrate: Migrate) -> None:
    apply(migrate, tables())
    schema = tables(stage=False)
    with pytest.raises(SetupError, match="drop table crm_stage: what it holds would be lost"), migrate() as connection:
        bring_up(connection, schema)
    apply(migrate, replace(schema, drops=frozenset({"crm_stage"})))
    with migrate() as connection:
        assert not sa.inspect(connection).has_table("crm_stage")


def test_what_belongs_to_an_addon_that_is_not_composed_is_left_alone(migrate: Migrate) -> None:
    apply(migrate, tables(sa.Column("nickname", sa.String(50))))
    only_core = replace(tables(stage=False), addons=frozenset({"core"}))
    assert apply(migrate, only_core).steps == ()


def test_foreign_tables_in_the_same_database_are_left_alone(migrate: Migrate) -> None:
    with migrate() as connection:
        connection.exec_driver_sql("CREATE TABLE queue (id INTEGER PRIMARY KEY, nickname VARCHAR(10))")
    apply(migrate, tables())
    with migrate() as connection:
        assert sa.inspect(connection).has_table("queue")
