"""The figures of an imported pipeline: board, list, pivot, chart and forecast agree with SQL, for three readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

from core import Identity
from core.addons.system import System
from core.data import read_mapping, run_import
from core.testing.web import SignIn

ROOT = Path(__file__).parents[2]
READERS = {
    "darcel.schlecht": ("", "lead.salesperson_id = person.id"),
    "melvin.marxen": (
        "JOIN crm_team team ON team.id = lead.team_id",
        "(team.leader_id = person.id OR lead.salesperson_id = person.id)",
    ),
    "director": ("", "1 = 1"),
}
"""Log-in → what SQL joins, and which deals it leaves for that person."""


def _sql(system: System, login: str, what: str, rest: str = "") -> list[tuple[Any, ...]]:
    """Rows of plain SQL over the deals that this person should see."""
    joins, whose = READERS[login]
    joins = joins.replace("JOIN", "LEFT JOIN")
    with system._database.looking() as connection:
        text = (
            f"SELECT {what} FROM crm_lead lead JOIN crm_stage stage ON stage.id = lead.stage_id"
            f" JOIN res_users person ON person.login = '{login}' {joins} WHERE {whose} {rest}"
        )
        scale = 1 if connection.dialect.name == "postgresql" else 10**4
        return [
            tuple(Decimal(value or 0) / scale if place == 1 else value for place, value in enumerate(row))
            for row in connection.exec_driver_sql(text)
        ]


def _number(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.-]", "", text))


def _cells(row: str) -> list[str]:
    cells = re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in cells]


def test_every_view_agrees_with_sql(
    system: System, maven: Path, client: SignIn, make_user: Callable[..., Identity]
) -> None:
    assert not run_import(system, read_mapping(ROOT / "docs" / "examples" / "maven_crm.toml"), maven).refused
    make_user("director", "crm.administrator", language="en")
    with system.unit() as unit:
        env = unit.system_env()
        ids = {row["login"]: row["id"] for row in env["res.users"].values(["id", "login"])}
        people = {login: env.hooks.identity_of(env=env, user_id=ids[login]) for login in READERS}
    for login, person in people.items():
        _check(system, client(person), login)


def _check(system: System, browser: Any, login: str) -> None:
    base = "/records/crm.lead?menu=crm.pipeline&figures=all"
    by_stage = {
        name: (count, total)
        for name, total, count in _sql(
            system, login, "stage.name, SUM(lead.expected_revenue), COUNT(*)", "GROUP BY stage.name"
        )
    }
    assert by_stage, login
    count = sum(one for one, _total in by_stage.values())
    total = sum((one for _count, one in by_stage.values()), Decimal(0))

    board = browser.get(f"{base}&view=board").text
    for name, (number, amount) in by_stage.items():
        lane = next(part for part in board.split("<section")[1:] if f"<h2>{name}</h2>" in part)
        assert _number(re.findall(r"data-count>([^<]+)<", lane)[0]) == number
        if "fold" not in lane.split(">")[0]:
            assert _number(re.findall(r'<span class="num small"><span>([^<]+)<', lane)[0]) == amount
    listed = browser.get(base).text
    foot = _cells(listed[listed.index("<tfoot>") : listed.index("</tfoot>")])
    assert (_number(foot[0]), _number(foot[1])) == (count, total)

    pivot = browser.get(f"{base}&view=pivot&view.rows=stage&view.across=-&view.measure=__count"
                        "&view.measure=expected_revenue").text  # fmt: skip
    rows = {cells[0]: cells[1:] for cells in map(_cells, re.findall(r"<tr.*?</tr>", pivot, re.S))}
    assert {name: tuple(map(_number, rows[name])) for name in by_stage} == by_stage
    assert tuple(map(_number, rows["Total"])) == (count, total)

    for measure, place in (("__count", 0), ("expected_revenue", 1)):
        chart = browser.get(f"{base}&view=chart&view.by=stage&view.measure={measure}").text
        rows = {cells[0]: cells[1:] for cells in map(_cells, re.findall(r"<tr.*?</tr>", chart, re.S))}
        assert {name: _number(rows[name][0]) for name in by_stage} == {
            name: figures[place] for name, figures in by_stage.items()
        }
        for name, figures in by_stage.items():
            if figures[place]:
                assert _number(re.findall(rf'aria-label="{name}: ([^"]+)"', chart)[0]) == figures[place]

    forecast = browser.get(f"{base.replace('pipeline', 'forecast')}&facet=open&view=forecast").text
    ((_none, weighted, number),) = _sql(
        system, login, "0, SUM(lead.weighted_revenue), COUNT(*)", "AND lead.outcome = 'open'"
    )
    assert sum(map(_number, re.findall(r"data-count>([^<]+)<", forecast))) == number
    amounts = re.findall(r'<span class="num small"><span>([^<]+)<', forecast)
    assert sum(map(_number, amounts), Decimal(0)) == weighted
