"""Columns get more and fewer decimals, and tables are built anew, without a value being lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.addons.ledger import Entry, write_entries
from core.addons.schema import Schema, bring_up
from core.errors import SetupError
from core.orm.tables import BIG
from core.orm.types import ScaledDecimal

from .conftest import Migrate
from .test_schema import apply, stage_of, tables


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
        text = rf"from NUMERIC\(18, 2\) to NUMERIC\(18, {digits}\): 1 rows have a value that {digits} digits"
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
