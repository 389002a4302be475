"""A database follows what is declared, on both engines, and says what it cannot follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from core.addons.ledger import KINDS, Entry, check_hash, read_entries, trigger_hash, type_text
from core.addons.rebuild import check_references
from core.addons.schema import Plan, RebuildNeeded, Schema, bring_up, plan
from core.addons.tables import system_tables
from core.errors import SetupError
from core.orm.tables import BIG, HISTORY_TRIGGERS, TriggerSpec, history_table
from core.orm.types import ScaledDecimal, UtcDateTime

from .conftest import Migrate


def tables(*lead: sa.Column[Any] | sa.schema.SchemaItem, stage: bool = True) -> Schema:
    """A deal and its stages, with further columns and constraints of the deal."""
    metadata = sa.MetaData()
    system_tables(metadata)
    if stage:
        sa.Table(
            "crm_stage",
            metadata,
            sa.Column("id", BIG, primary_key=True, autoincrement=True),
            sa.Column("name", sa.String(100), nullable=False, server_default=sa.text("''")),
            sqlite_autoincrement=True,
        )
    sa.Table(
        "crm_lead",
        metadata,
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(200), nullable=False, server_default=sa.text("''")),
        *lead,
        sqlite_autoincrement=True,
    )
    return described(Schema(metadata, addons=frozenset({"core", "crm"})))


def described(schema: Schema) -> Schema:
    """The schema with a ledger entry for each part, owned by crm."""
    entries = {}
    for table in schema.metadata.tables.values():
        entries["table", table.name] = Entry("crm")
        entries |= {("column", f"{table.name}.{c.name}"): Entry("crm", type_text(c.type)) for c in table.columns}
        for item in (*table.indexes, *table.constraints):
            if type(item) in KINDS and item.name:
                detail = check_hash(item) if isinstance(item, sa.CheckConstraint) else ""
                entries[KINDS[type(item)], str(item.name)] = Entry("crm", detail)
    entries |= {("trigger", item.name): Entry("crm", trigger_hash(item)) for item in schema.triggers}
    return replace(schema, entries=entries)


def stage_of(**options: Any) -> sa.Column[Any]:
    reference = sa.ForeignKey("crm_stage.id", name="fk_crm_lead__stage_id")
    return sa.Column("stage_id", BIG, reference, key="stage", **options)


def apply(migrate: Migrate, schema: Schema) -> Plan:
    """Bring the database up, as the life cycle does it, and see that nothing is left to do."""
    try:
        with migrate() as connection:
            done = bring_up(connection, schema)
    except RebuildNeeded:
        with migrate(rebuilding=True) as connection:
            done = bring_up(connection, schema)
            check_references(connection)
    with migrate() as connection:
        assert plan(connection, schema).steps == ()
    return done


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
    first = described(Schema(metadata, triggers=HISTORY_TRIGGERS, addons=frozenset({"core", "crm"})))
    apply(migrate, first)
    kept = HISTORY_TRIGGERS[0]
    changed = TriggerSpec(
        kept.name,
        kept.table,
        tuple(text.replace("cannot be changed", "stays as it is") for text in kept.sqlite),
        tuple(text.replace("cannot be changed", "stays as it is") for text in kept.postgresql),
    )
    second = described(replace(first, triggers=(changed,)))
    assert apply(migrate, second).safe == [f"make trigger {kept.name}", f"drop trigger {HISTORY_TRIGGERS[1].name}"]


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


def test_unique_is_added_where_the_rows_meet_it(migrate: Migrate) -> None:
    apply(migrate, tables())
    unique = tables(sa.UniqueConstraint("name", name="uq_crm_lead__name"))
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('Kho Long An'), ('Kho Long An')")
    with (
        pytest.raises(SetupError, match="add unique uq_crm_lead__name: several rows have name 'Kho Long An'"),
        migrate() as connection,
    ):
        bring_up(connection, unique)
    with migrate() as connection:
        connection.exec_driver_sql("UPDATE crm_lead SET name = 'Kho Cần Thơ' WHERE id = 2")
    assert apply(migrate, unique).safe == ["add unique uq_crm_lead__name"]
    with pytest.raises(sa.exc.IntegrityError), migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('Kho Cần Thơ')")


def test_unique_of_what_is_filled_in_leaves_empty_texts_alone(migrate: Migrate) -> None:
    apply(migrate, tables())
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES (''), (''), ('Kho Long An'), ('Kho Long An')")
    unique = tables()
    name = unique.metadata.tables["crm_lead"].c.name
    sa.Index("uq_crm_lead__name", name, unique=True, sqlite_where=name != "", postgresql_where=name != "")
    unique = described(unique)
    with pytest.raises(SetupError, match="several rows have name 'Kho Long An'"), migrate() as connection:
        bring_up(connection, unique)
    with migrate() as connection:
        connection.exec_driver_sql("UPDATE crm_lead SET name = 'Kho Cần Thơ' WHERE id = 4")
    assert apply(migrate, unique).safe == ["add unique uq_crm_lead__name"]
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('')")
    with pytest.raises(sa.exc.IntegrityError), migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('Kho Cần Thơ')")


def test_check_is_added_changed_and_taken_away_and_rows_stay(migrate: Migrate) -> None:
    def score() -> sa.Column[Any]:
        return sa.Column("score", sa.BigInteger(), nullable=False, server_default=sa.text("0"))

    def with_check(condition: str) -> Schema:
        return tables(score(), stage_of(), sa.CheckConstraint(condition, name="ck_crm_lead__score"))

    apply(migrate, tables(score(), stage_of()))
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_stage (name) VALUES ('Mới')")
        connection.exec_driver_sql(
            "INSERT INTO crm_lead (name, score, stage_id) VALUES ('Cà phê', 7, 1), ('Trà', 8, 1)"
        )
        connection.exec_driver_sql("DELETE FROM crm_lead WHERE name = 'Trà'")
    apply(migrate, with_check("score >= 0"))
    with pytest.raises(sa.exc.IntegrityError), migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name, score) VALUES ('Gạo', -1)")
    apply(migrate, with_check("score >= -5"))
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name, score) VALUES ('Gạo', -1)")
        rows = connection.exec_driver_sql("SELECT name, score, stage_id FROM crm_lead ORDER BY id").all()
        assert [tuple(row) for row in rows] == [("Cà phê", 7, 1), ("Gạo", -1, None)]
        assert connection.exec_driver_sql("SELECT max(id) FROM crm_lead").scalar() >= 3  # 2 was given once already
    apply(migrate, tables(score(), stage_of()))
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name, score) VALUES ('Tiêu', -100)")


def test_rows_that_break_a_new_check_are_told(migrate: Migrate) -> None:
    apply(migrate, tables())
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('')")
    schema = tables(sa.CheckConstraint("name <> ''", name="ck_crm_lead__named"))
    with pytest.raises(SetupError, match="ck_crm_lead__named"):
        apply(migrate, schema)


def test_column_may_become_optional_and_required(migrate: Migrate) -> None:
    apply(migrate, tables(sa.Column("closes_on", sa.Date(), nullable=True)))
    apply(migrate, tables(sa.Column("closes_on", sa.Date(), nullable=False)))
    with pytest.raises(sa.exc.IntegrityError), migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('Không ngày')")
    apply(migrate, tables(sa.Column("closes_on", sa.Date(), nullable=True)))
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('Không ngày')")
    with (
        pytest.raises(SetupError, match=r"require column crm_lead.closes_on: 1 rows have no value"),
        migrate() as connection,
    ):
        bring_up(connection, tables(sa.Column("closes_on", sa.Date(), nullable=False)))


def test_building_a_table_anew_keeps_the_rows_that_point_at_it(migrate: Migrate) -> None:
    apply(migrate, tables(stage_of()))
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_stage (name) VALUES ('Mới')")
        connection.exec_driver_sql("INSERT INTO crm_lead (name, stage_id) VALUES ('Cà phê', 1)")
    schema = tables(stage_of())
    schema.metadata.tables["crm_stage"].append_constraint(sa.CheckConstraint("name <> ''", name="ck_crm_stage__name"))
    apply(migrate, described(schema))
    with migrate() as connection:
        assert connection.exec_driver_sql("SELECT stage_id FROM crm_lead").scalar() == 1
    with pytest.raises(sa.exc.IntegrityError), migrate() as connection:
        connection.exec_driver_sql("DELETE FROM crm_stage")


def test_reference_may_point_at_another_table_where_the_rows_allow_it(migrate: Migrate) -> None:
    def pointing(target: str) -> Schema:
        schema = tables(sa.Column("place_id", BIG, sa.ForeignKey(f"{target}.id", name="fk_crm_lead__place_id")))
        sa.Table("crm_team", schema.metadata, sa.Column("id", BIG, primary_key=True, autoincrement=True))
        return described(schema)

    apply(migrate, pointing("crm_stage"))
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_stage (name) VALUES ('Mới')")
        connection.exec_driver_sql("INSERT INTO crm_lead (name, place_id) VALUES ('Cà phê', 1)")
    with pytest.raises(SetupError, match="crm_lead|fk_crm_lead__place_id"):
        apply(migrate, pointing("crm_team"))
    with migrate() as connection:
        assert connection.exec_driver_sql("SELECT place_id FROM crm_lead").scalar() == 1
        connection.exec_driver_sql("INSERT INTO crm_team (id) VALUES (1)")
    apply(migrate, pointing("crm_team"))
    with pytest.raises(sa.exc.IntegrityError), migrate() as connection:
        connection.exec_driver_sql("DELETE FROM crm_team")


def test_index_that_is_no_longer_declared_goes(migrate: Migrate) -> None:
    apply(migrate, tables(sa.Index("ix_crm_lead__name", "name")))
    assert apply(migrate, tables()).safe == ["drop index ix_crm_lead__name"]
    with migrate() as connection:
        assert ("index", "ix_crm_lead__name") not in read_entries(connection)


def test_unique_that_is_no_longer_declared_goes_however_it_came(migrate: Migrate) -> None:
    def unique() -> sa.UniqueConstraint:
        return sa.UniqueConstraint("name", name="uq_crm_lead__name")

    apply(migrate, tables(unique()))
    apply(migrate, tables())
    apply(migrate, tables(unique()))
    apply(migrate, tables())
    with migrate() as connection:
        connection.exec_driver_sql("INSERT INTO crm_lead (name) VALUES ('Kho Long An'), ('Kho Long An')")
