"""A dry run gives the answer that the import would give, to the row and the column, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.addons("crm", "product")


def mapping(model: str, fields: str) -> str:
    """A mapping of one step that reads rows.csv."""
    return f"""
    [[step]]
    name = "rows"
    file = "rows.csv"
    model = "{model}"
    id = "row_{{number}}"
    [step.fields]
    {fields}
    """


USERS = mapping("res.users", 'name = "name"\n    login = "login"')
SEQUENCES = mapping("ir.sequence", 'name = "name"\n    code = "name"\n    step = "step"')
CATEGORIES = mapping("product.category", 'name = "name"\n    parent_id = { column = "above", step = "rows" }')
LEADS = mapping(
    "crm.lead",
    'name = "name"\n    expected_revenue = "revenue"\n    currency_id = { column = "currency", by = "name" }',
)
REFUSED = {
    "unique": (USERS, "number,name,login\n1,An,an\n2,Bình,an\n", (3, "login")),
    "constraint": (USERS, "number,name,login\n1,An,an\n2,Chi,Chi Lê\n", (3, "login")),
    "check": (SEQUENCES, "number,name,step\n1,One,1\n2,Two,0\n", (3, "")),
    "circle": (CATEGORIES, "number,name,above\n1,House,2\n2,Room,1\n", (3, "above")),
    "decimals": (LEADS, "number,name,revenue,currency\n1,Beds,100,VND\n2,Desks,10.25,VND\n", (3, "revenue")),
}


def _found(report: Any) -> list[tuple[Any, ...]]:
    return [(one.file, one.line, one.column, one.value, one.level, str(one.reason)) for one in report.findings]


def _kept(system: Any) -> list[Any]:
    """All that an import might leave behind: every row of every table, and the files."""
    with system.unit() as unit:
        tables = unit.models.metadata.sorted_tables
        return [*(sorted(map(repr, unit._run(table.select()))) for table in tables), sorted(unit.files.hashes())]


@pytest.mark.parametrize("kind", REFUSED)
def test_dry_run_refuses_what_the_import_refuses(system: Any, do_import: Any, kind: str) -> None:
    text, rows, (line, column) = REFUSED[kind]
    before = _kept(system)
    dry = do_import(text, {"rows.csv": rows}, dry_run=True)
    assert _kept(system) == before
    real = do_import(text)
    assert _found(dry) == _found(real)
    assert [(found.line, found.column) for found in real.findings] == [(line, column)]
    assert dry.refused
    assert real.refused
    assert dry.counts == real.counts


@pytest.mark.parametrize("kind", REFUSED)
def test_dry_run_leaves_out_what_the_import_leaves_out(system: Any, do_import: Any, kind: str) -> None:
    text, rows, _place = REFUSED[kind]
    text = f"skip_bad_rows = true\n{text}"
    dry = do_import(text, {"rows.csv": rows}, dry_run=True)
    real = do_import(text)
    assert (_found(dry), dry.counts) == (_found(real), real.counts)
    assert not real.refused


def test_dry_run_leaves_nothing_behind(system: Any, do_import: Any) -> None:
    before = _kept(system)
    dry = do_import(CATEGORIES, {"rows.csv": "number,name,above\n1,House,\n2,Room,1\n"}, dry_run=True)
    assert (dry.refused, dry.counts[0].created) == (False, 2)
    assert _kept(system) == before
    assert do_import(CATEGORIES).counts[0].created == 2


def test_trial_keeps_no_file_and_draws_no_number_for_good(system: Any) -> None:
    with system.unit(write=True) as unit:
        unit.system_env()["ir.sequence"].create(name="Visits", code="visit", prefix="V/")
    before = _kept(system)
    with system.unit(write=True, trial=True) as unit:
        env = unit.system_env()
        user = env["res.users"].create(login="an", name="An")
        hash = unit.files.put(b"minutes of the meeting")
        assert unit.files.read(hash) == b"minutes of the meeting"
        env.number(env["res.users"].browse(user.id), "phone", "visit")
        assert user.phone.startswith("V/")
    assert _kept(system) == before
