"""The CSV files that addons ship."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.data.external import External
from core.data.records import load_addon_data
from core.errors import DeclarationError

Loader = Callable[..., dict[str, int]]


@pytest.fixture
def load(system: Any, tmp_path: Path) -> Loader:
    """`load({"crm.tag.csv": text}, demo=False)` → what loading them as records of an addon "shop" created."""

    def run(files: dict[str, str], *, demo: bool = False) -> dict[str, int]:
        folder = tmp_path / "shop" / ("demo" if demo else "data")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        manifest = replace(system.registry.manifest("crm"), name="shop", label="Shop", folder=folder.parent)
        with system.unit(write=True, reason="enable shop") as unit:
            return load_addon_data(unit, manifest, demo=demo)

    return run


TEAMS = "id,name,user_id,member_ids\nnorth,North,lan,lan;binh\n"
USERS = "id,name,login,groups_id\nlan,Lan,lan,\nbinh,Bình,binh,\n"


def test_records_are_created_after_those_that_they_point_at(system: Any, load: Loader) -> None:
    assert load({"crm.team.csv": TEAMS, "res.users.csv": USERS}) == {"res.users": 2, "crm.team": 1}
    with system.unit() as unit:
        (team,) = unit.system_env()["crm.team"].search()
        assert (team.name, team.leader.login) == ("North", "lan")
        assert {user.login for user in team.members} == {"lan", "binh"}
        assert team.row_version == 1, "written once, with all that it points at"
        names = External(unit).resolve(["shop.north", "shop.lan", "shop.nobody"])
        assert names["shop.north"] == ("crm.team", team.id)
        assert set(names) == {"shop.north", "shop.lan"}
        assert set(External(unit).names("res.users", origin="data")) == {"shop.lan", "shop.binh"}


def test_what_is_there_stays_as_people_changed_it(system: Any, load: Loader) -> None:
    load({"10_crm.tag.csv": "id,name\nhotel,Hotel\n"})
    with system.unit(write=True) as unit:
        unit.system_env()["crm.tag"].search()[0].name = "Hotels and inns"
    assert load({"10_crm.tag.csv": "id,name\nhotel,Hotel\nschool,School\n"}) == {"crm.tag": 1}
    with system.unit() as unit:
        assert {tag.name for tag in unit.system_env()["crm.tag"].search()} == {"Hotels and inns", "School"}


def test_demo_records_may_count_dates_from_today_and_name_records_of_other_addons(system: Any, load: Loader) -> None:
    rows = "id,name,stage_id,date_deadline,priority\nbeds,40 beds,crm.stage_engaging,today+12,\n"
    load({"crm.lead.csv": rows}, demo=True)
    with system.unit() as unit:
        env = unit.system_env()
        (lead,) = env["crm.lead"].search()
        assert lead.closes_on == env.today() + timedelta(days=12)
        assert (lead.stage.name, lead.priority) == ("Engaging", "0"), "an empty cell leaves the default"


def test_translations_are_added_to_records_that_nobody_changed(system: Any, load: Loader) -> None:
    load({"crm.lost.reason.csv": "id,name\nlate,Too late\nsmall,Too small\nbig,Too big\n"})
    with system.unit(write=True) as unit:
        late, small, _big = unit.system_env()["crm.lost.reason"].search(order=["-id"], limit=3)[::-1]
        late.write(**{"name@vi": "Trễ hẹn"})
        small.name = "Far too small"
    texts = "id,name,name@vi\nlate,Too late,Quá muộn\nsmall,Too small,Quá nhỏ\nbig,Too big,Quá lớn\n"
    assert load({"crm.lost.reason.csv": texts}) == {"crm.lost.reason": 0}
    with system.unit() as unit:
        rows = unit.system_env()["crm.lost.reason"].values(["name", "name@vi"], order=["-id"], limit=3)
    assert [tuple(row.values()) for row in rows[::-1]] == [
        ("Too late", "Trễ hẹn"), ("Far too small", None), ("Too big", "Quá lớn"),
    ]  # fmt: skip


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("crm.tagg.csv", "id,name\n", "crm.tagg.csv:1: model 'crm.tagg' is not enabled; nearest: 'crm.tag'"),
        ("crm.tag.csv", "id,nam\nx,X\n", "crm.tag.csv:1: field 'nam' is not on crm.tag; nearest: 'name'"),
        ("crm.tag.csv", "name,id\nX,x\n", "crm.tag.csv:1: the first column must be 'id', the external id"),
        ("crm.tag.csv", "id,name\nx,\n", "crm.tag.csv:2: column 'name', '': is required"),
        ("crm.stage.csv", "id,name,is_won\nx,X,maybe\n", "crm.stage.csv:2: column 'is_won', 'maybe': "),
        ("crm.stage.csv", "id,name,team_id\nx,X,teem\n", "crm.stage.csv:2: column 'team_id', 'teem': 'teem' is not"),
        ("crm.tag.csv", "id,name\nx,X\ny,X\n", "crm.tag.csv:3: column 'name', 'X': A tag with this name exists"),
    ],
)  # fmt: skip
def test_mistake_names_addon_file_line_and_column(
    system: Any, load: Loader, file: str, text: str, message: str
) -> None:
    with pytest.raises(DeclarationError) as raised:
        load({file: text})
    assert str(raised.value).startswith("addon 'shop': ")
    assert message in str(raised.value)
    with system.unit() as unit:
        assert unit.system_env()["crm.tag"].count() == 0


def test_addon_without_records_has_nothing_to_load(load: Loader) -> None:
    assert load({}) == {}
