"""An added field of each kind does all that a field of an addon does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core import Identity, Invalid
from core.addons.system import System
from core.data import parse_mapping, run_import
from core.orm.filter import Condition
from core.testing.forms import read_form
from core.testing.web import SignIn

from .conftest import Customise

NOON = datetime(2026, 3, 31, 5, tzinfo=UTC)
CASES: dict[str, tuple[dict[str, Any], Any, Any, Any, str]] = {
    "char": ({"searched": True}, "Đại Phát", "Đại Phát", "dai phat", "Đại Phát"),
    "text": ({}, "Hai dòng\nchữ", "Hai dòng\nchữ", None, "Hai dòng"),
    "integer": ({"total": True}, 7, 7, 7, "7"),
    "decimal": ({"digits": 3}, Decimal("1.125"), "1.125", "1.125", "1,125"),
    "monetary": ({"total": True}, Decimal(90000), "90000", "90000", "90.000"),
    "boolean": ({}, True, True, True, ""),
    "date": ({}, date(2026, 3, 31), "2026-03-31", "2026-03-31", "31/03/2026"),
    "datetime": ({}, NOON, "2026-03-31T05:00:00Z", None, "31/03/2026"),
    "duration": ({"total": True}, 5400, 5400, 5400, "1:30"),
    "selection": ({"options": "Hot | Nóng\nCold | Lạnh"}, "hot", "hot", "hot", "Nóng"),
    "many2one": ({"target": "res.partner"}, None, None, None, "Gỗ Việt"),
}
"""Kind → what else it is given, a value, the same on the wire, in a filter, and as a page shows it in Vietnamese."""
each_kind = pytest.mark.parametrize("kind", CASES)


@pytest.fixture
def valued(add: Customise, system: System, deal: int) -> Callable[[str], tuple[str, Any]]:
    """`valued(kind)` adds a field, gives the deal a value in it, and says its wire name and the value there."""

    def make(kind: str) -> tuple[str, Any]:
        more, value, wire, _filter, _text = CASES[kind]
        add("crm.lead", label="Own thing", kind=kind, on_list=True, after_form="Expected revenue", **more)
        with system.unit(write=True) as unit:
            env = unit.system_env()
            if kind == "many2one":
                value = env["res.partner"].create(name="Gỗ Việt")
                wire = value.id
            env["crm.lead"].get(deal).write(x_own_thing=value)
        return ("x_own_thing_id" if kind == "many2one" else "x_own_thing"), wire

    return make


@each_kind
def test_value_is_filtered_sorted_grouped_and_summed(
    kind: str, valued: Callable[[str], tuple[str, Any]], system: System, deal: int
) -> None:
    valued(kind)
    with system.unit() as unit:
        leads = unit.system_env()["crm.lead"]
        value = leads.values(["x_own_thing"], Condition("crm.lead", ("id",), "=", deal))[0]["x_own_thing"]
        assert leads.search(Condition("crm.lead", ("x_own_thing",), "=", value)).ids == (deal,)
        if kind != "text":
            assert leads.search(order=["-x_own_thing"]).ids[0] == deal
            assert any(row["x_own_thing"] == value for row in leads.groups(["x_own_thing"]))
        if CASES[kind][0].get("total") or kind == "decimal":
            assert leads.sums(["x_own_thing"]) == {"x_own_thing": value}


@each_kind
def test_api_reads_writes_and_filters_it(
    kind: str, valued: Callable[[str], tuple[str, Any]], client: SignIn, minh: Identity, deal: int
) -> None:
    name, wire = valued(kind)
    browser = client(minh)
    page = browser.get("/api/v1/crm.lead", query_string={"fields": f"name,{name}"}).json
    assert page is not None
    assert [row[name]["id"] if kind == "many2one" else row[name] for row in page["records"]] == [wire]
    answer = browser.patch(f"/api/v1/crm.lead/{deal}", json={name: wire})
    assert answer.status_code == 200, answer.text


@each_kind
def test_pages_show_it_save_it_and_tell_its_story(
    kind: str, valued: Callable[[str], tuple[str, Any]], client: SignIn, minh: Identity, deal: int, system: System
) -> None:
    valued(kind)
    browser, address = client(minh), f"/records/crm.lead/{deal}"
    page = browser.get(address).text
    form = read_form(page)
    assert "x_own_thing" in form.fields
    assert CASES[kind][4] in page
    assert CASES[kind][4] in browser.get("/records/crm.lead").text
    emptied = form.fill(x_own_thing=False) if kind == "boolean" else form.fill(x_own_thing="")
    assert emptied.submit(browser).status_code == 303
    with system.unit() as unit:
        record = unit.system_env()["crm.lead"].get(deal)
        assert record.x_own_thing in ("", 0, False, None)
        assert "x_own_thing" in record.history()[0].changes
        moment = record.history()[1].at
        assert record.as_of(moment).x_own_thing not in ("", 0, False, None)


TYPED = {
    "char": "Đại Phát", "text": "Hai dòng", "integer": "7", "decimal": "1.125", "monetary": "90000", "boolean": "yes",
    "date": "2026-03-31", "datetime": "2026-03-31 05:00:00", "duration": "1:30", "selection": "hot",
    "many2one": "Gỗ Việt",
}  # fmt: skip


@each_kind
def test_import_fills_it(kind: str, valued: Callable[[str], tuple[str, Any]], system: System, tmp_path: Path) -> None:
    name, _wire = valued(kind)
    by = '{ column = "own", by = "name" }' if kind == "many2one" else '"own"'
    mapping = f"""
        prefix = "old"
        [[step]]
        name = "deals"
        file = "deals.csv"
        model = "crm.lead"
        id = "deal_{{name}}"
        [step.fields]
        name = "name"
        {name} = {by}
    """
    (tmp_path / "deals.csv").write_text(f'name,own\nBàn,"{TYPED[kind]}"\n', "utf-8")
    report = run_import(system, parse_mapping(mapping, "old.toml"), tmp_path)
    assert not report.findings, report.findings
    with system.unit() as unit:
        leads = unit.system_env()["crm.lead"]
        before, imported = [row["x_own_thing"] for row in leads.values(["x_own_thing"], order=["id"])]
        assert imported == before or (kind == "text" and imported == "Hai dòng")


@pytest.mark.parametrize(
    ("kind", "more", "default", "held"),
    [
        ("char", {"searched": True}, "như nhau", "như nhau"),
        ("integer", {}, "3", 3),
        ("decimal", {"digits": 3}, "0,125", Decimal("0.125")),
        ("monetary", {}, "1500", Decimal(1500)),
        ("boolean", {}, "yes", True),
        ("date", {}, "31/03/2026", date(2026, 3, 31)),
        ("duration", {}, "0:45", 2700),
        ("selection", {"options": "A\nB"}, "b", "b"),
    ],
)
def test_records_that_are_there_get_what_new_ones_start_with(
    kind: str, more: dict[str, Any], default: str, held: Any, add: Customise, system: System, deal: int
) -> None:
    add("crm.lead", label="Own thing", kind=kind, default=default, required=True, **more)
    with system.unit(write=True) as unit:
        leads = unit.system_env()["crm.lead"]
        made = leads.create(name="Mới")
        assert [leads.get(identity).x_own_thing for identity in (deal, made.id)] == [held, held]
        if kind == "char":
            found = leads.search(Condition("crm.lead", ("x_own_thing",), "ilike", "nhu nhau"))
            assert set(found.ids) == {deal, made.id}


@pytest.mark.parametrize(("kind", "default"), [("date", "today"), ("datetime", "now")])
def test_records_that_are_there_get_the_moment_in_which_a_field_is_added(
    kind: str, default: str, add: Customise, system: System, deal: int
) -> None:
    before = datetime.now(UTC)
    with system.unit(write=True) as unit:
        other = unit.system_env()["crm.lead"].create(name="Mới").id
    add("crm.lead", label="Checked", kind=kind, default=default, required=True)
    after = datetime.now(UTC)
    with system.unit(write=True) as unit:
        env = unit.system_env()
        leads = env["crm.lead"]
        held = leads.get(deal).x_checked
        assert leads.get(other).x_checked == held
        if kind == "date":
            zone = ZoneInfo(env["res.company"].search(order=["id"])[0].time_zone)
            assert held in {moment.astimezone(zone).date() for moment in (before, after)}
        else:
            assert before <= held <= after
        leads.get(deal).mark_won()


def test_archived_field_comes_back_required_where_all_records_have_a_value(
    add: Customise, edit: Callable[..., None], system: System
) -> None:
    entry = add("crm.lead", label="Rival", required=True)
    edit("ir.model.fields", entry, active=False)
    with system.unit(write=True) as unit:
        unit.system_env()["crm.lead"].create(name="Bàn")
    with pytest.raises(Invalid) as refused:
        edit("ir.model.fields", entry, active=True)
    assert refused.value.fields == {"required": ["cannot be: one record has no value; fill it first"]}
    edit("ir.model.fields", entry, active=True, required=False)


def test_required_is_asked_of_people_and_needs_a_default_where_records_are(
    add: Customise, deal: int, client: SignIn, minh: Identity
) -> None:
    with pytest.raises(Invalid) as refused:
        add("crm.lead", label="Rival", kind="char", required=True)
    assert refused.value.fields == {
        "default": ["is needed: the records that are there have no value for what is required"]
    }
    add("crm.lead", label="Rival", kind="char", required=True, default="none")
    browser = client(minh)
    answer = read_form(browser.get(f"/records/crm.lead/{deal}").text).fill(x_rival="").submit(browser)
    assert answer.status_code == 422
    assert "is required" in answer.text or "bắt buộc" in answer.text
