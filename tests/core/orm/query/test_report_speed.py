"""Reports written in core.query give what the same SQL by hand gives, in about the same time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.testing.databases import Databases
from tests.benchmarks.reports import ageing, ageing_by_hand, balances, balances_by_hand, ledger, measure_reports
from tests.core.orm.ledger import LAN


def test_reports_give_what_the_same_sql_gives(engine: str, databases_of: Callable[[str], Databases]) -> None:
    databases = databases_of(engine)
    address = databases.empty()
    bench = ledger(address, 3_000)
    with bench.unit(write=False) as unit, bench.database.looking() as connection:
        env = unit.env(LAN)
        assert balances(env) == balances_by_hand(connection)
        assert len(balances(env)) == 1_500
        assert ageing(env) == ageing_by_hand(connection)
        assert len(ageing(unit.system_env())) > len(ageing(env)) > 100
    bench.close()
    databases.drop(address)


@pytest.mark.proof
def test_reports_take_at_most_a_fifth_more(engine: str, databases_of: Callable[[str], Databases]) -> None:
    databases = databases_of(engine)
    address = databases.empty()
    rows = list(measure_reports(address, engine))
    databases.drop(address)
    assert all(row.holds for row in rows), "\n".join(map(str, rows))
