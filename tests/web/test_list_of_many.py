"""A list of very many: what is counted, how many statements it takes, and by which index the engine goes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from core import Identity
from core.addons.system import System
from core.testing.databases import Databases
from core.testing.statements import count_statements
from core.testing.systems import UserMaker
from core.testing.web import SignIn
from tests.benchmarks.many import readers, tagged_system

ROWS = 12_000
HTML, API = "/records/crm.lead?menu=crm.pipeline", "/api/v1/crm.lead"
ORDER = "ix_crm_lead__priority_id"
Asked = list[tuple[str, Any]]


@pytest.fixture(scope="module")
def many(
    engine: str, databases_of: Callable[[str], Databases], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    databases = databases_of(engine)
    address = databases.empty()
    with tagged_system(address, tmp_path_factory.mktemp("many"), ROWS) as system:
        yield system
    databases.drop(address)


@pytest.fixture(scope="module")
def people(many: System) -> dict[str, Identity]:
    found = readers(many)
    roles = ("tagged.half", "tagged.hundredth", "tagged.rare", "crm.manager")
    return {**found, "four rules": UserMaker(many).make("four", *roles)}


@contextmanager
def recorded(system: System) -> Iterator[Asked]:
    """What the database is asked, with its parameters."""
    asked: Asked = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, several: bool) -> None:
        asked.append((statement, parameters))

    sa.event.listen(system._database._engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(system._database._engine, "before_cursor_execute", note)


def plans(system: System, who: Identity, path: str) -> dict[str, str]:
    """The plans of the statements of a page on deals, as one text each: "rows" and "figures"."""
    client = SignIn(system)(who)
    client.get(path)  # what the conditions pass is counted first
    with recorded(system) as asked:
        assert client.get(path).status_code == 200
    asked = [(statement, given) for statement, given in asked if "FROM crm_lead" in statement]
    assert len(asked) == 2
    rows, figures = sorted(asked, key=lambda one: "count(" in one[0])
    return {"rows": _plan(system, *rows), "figures": _plan(system, *figures)}


def _plan(system: System, statement: str, parameters: Any) -> str:
    words = "EXPLAIN QUERY PLAN" if system._database.dialect == "sqlite" else "EXPLAIN (COSTS OFF)"
    with system._database.looking() as connection:
        found = connection.exec_driver_sql(f"{words} {statement}", parameters).all()
    return "\n".join(str(row[-1]) for row in found)


def scans_all(plan: str) -> bool:
    """Whether every deal is looked at, by no index."""
    return bool(re.search(r"SCAN crm_lead\w*$|Seq Scan on crm_lead\b", plan, re.MULTILINE))


@pytest.mark.parametrize("path", [HTML, API])
@pytest.mark.parametrize("who", ["all", "own", "half"])
def test_page_that_many_pass_is_read_in_its_order(
    many: System, people: dict[str, Identity], who: str, path: str
) -> None:
    plan = plans(many, people[who], path)["rows"]
    assert ORDER in plan
    assert not scans_all(plan)
    assert "Sort" not in plan
    assert "ORDER BY" not in plan


@pytest.mark.parametrize("path", [HTML, f"{API}?limit=5"])
def test_page_that_few_pass_begins_with_these(many: System, people: dict[str, Identity], path: str) -> None:
    found = plans(many, people["rare"], path)
    for plan in found.values():
        assert ORDER not in plan
        assert not scans_all(plan)
        assert "ix_crm_lead__tags__right" in plan
        assert "INTEGER PRIMARY KEY" in plan or "crm_lead_pkey" in plan


@pytest.mark.parametrize("path", [HTML, API, f"{API}?fields=name,stage_id,partner_id.city", f"{API}?limit=10"])
def test_statements_do_not_grow_with_rows_columns_or_rules(
    many: System, people: dict[str, Identity], path: str
) -> None:
    sign_in = SignIn(many)
    numbers = {}
    for who in ("all", "half", "hundredth", "four rules"):
        client = sign_in(people[who])
        client.get(path)
        with count_statements() as counted:
            assert client.get(path).status_code == 200
        numbers[who] = counted.total
    wanted = 5 if path == HTML else 3
    assert set(numbers.values()) == {wanted}, "who asks, rows, their number and sums; on a page, favourites and columns"


def test_what_the_rules_pass_is_counted_by_one_statement(many: System, people: dict[str, Identity]) -> None:
    many._database.shares.forget()
    client = SignIn(many)(people["four rules"])
    with count_statements() as first:
        client.get(HTML)
    with count_statements() as second:
        client.get(HTML)
    # Those of the deals by one, and those of the favourites beside them by another.
    assert first.total == second.total + 2


def test_more_than_ten_thousand_are_counted_and_added_up_on_request(many: System, people: dict[str, Identity]) -> None:
    client = SignIn(many)(people["all"])
    page = client.get("/records/crm.lead?page=2").text
    assert "81–160 of more than 10,000" in page
    assert "10,000+ opportunities" in page
    assert "Count and add up all" in page
    assert "Weighted <b>" not in page
    link = re.search(r'href="([^"]*figures=all[^"]*)"', page)
    assert link is not None
    whole = client.get(link[1].replace("&amp;", "&")).text
    with many.unit() as unit:
        deals = unit.system_env()["crm.lead"]
        count, total = deals.count(), deals.sums(["expected_revenue"])["expected_revenue"]
    assert f"81–160 of {count:,}" in whole
    assert "more than" not in whole
    assert f"{int(total):,}" in whole


def test_last_page_beyond_what_is_counted_has_no_next_one(many: System, people: dict[str, Identity]) -> None:
    with many.unit() as unit:
        count = unit.system_env()["crm.lead"].count()
    client = SignIn(many)(people["all"])
    last = -(-count // 80)
    assert 'rel="next"' in client.get(f"/records/crm.lead?page={last - 1}").text
    assert 'rel="next"' not in client.get(f"/records/crm.lead?page={last}").text


def test_fewer_are_counted_and_added_up_at_once(many: System, people: dict[str, Identity]) -> None:
    page = SignIn(many)(people["half"]).get("/records/crm.lead").text
    assert "more than" not in page
    assert "figures=all" not in page
    assert re.search(r"1–80 of 5,\d\d\d", page)


def test_program_asks_for_an_exact_count(many: System, people: dict[str, Identity]) -> None:
    client = SignIn(many)(people["all"])

    def asked(query: str) -> tuple[int, bool]:
        found = json.loads(client.get(f"{API}?limit=1&{query}").text)
        return found["count"], found["count_is_exact"]

    with many.unit() as unit:
        count = unit.system_env()["crm.lead"].count()
    assert asked("") == (10_000, False)
    assert asked("count=exact") == (count, True)
    assert client.get(f"{API}?count=all").status_code == 400
