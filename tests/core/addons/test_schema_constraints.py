"""A database follows the constraints, references and indexes that are declared, and its rows stay."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from core.addons.ledger import read_entries
from core.addons.schema import Schema, bring_up
from core.errors import SetupError
from core.orm.tables import BIG

from .conftest import Migrate
from .schemas import apply, described, stage_of, tables


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
        pytest.raises(SetupError, match=r"require column crm_lead.closes_on: 1 row has no value"),
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
