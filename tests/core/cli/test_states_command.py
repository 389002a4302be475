"""States from the command line: the table of moves, why somebody may, and imports that bring any state."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from core.data import parse_mapping, run_import
from tests.ordering import FIXTURES, ORDER, Office, office

__all__ = ["office"]
MAPPING = """
prefix = "old"
[[step]]
name = "orders"
file = "orders.csv"
model = "ordering.order"
id = "order_{number}"
[step.fields]
name = "number"
state = "state"
"""


@pytest.fixture
def at_office(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    settings = office.system.settings
    monkeypatch.setenv("BANYAN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("BANYAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("BANYAN_ADDONS_PATH", os.fspath(FIXTURES))
    monkeypatch.chdir(tmp_path)
    return office


@pytest.mark.engine("sqlite")
def test_moves_are_printed_and_explained(at_office: Office, banyan: Any) -> None:
    order = at_office.order("SO1", discount=20)
    shown = banyan("addons", "states", ORDER).output.splitlines()
    assert [line.split()[1] for line in shown[1:]] == ["(made)", "confirm", "deliver", "cancel", "reopen"]
    assert "1 of ordering.manager if is_discounted; then 2 of ordering.owner if is_large" in shown[2]
    assert banyan("addons", "states", "res.partner").output == "res.partner declares no moves.\n"
    assert "nearest: 'ordering.order'" in banyan("addons", "states", "ordering.ordr").output
    told = banyan("user", "explain", "lan", ORDER, str(order), "confirm").output
    assert told.startswith(f"lan may ask for approval to confirm {ORDER} {order}.")
    told = banyan("user", "explain", "minh", ORDER, str(order), "cancel").output
    assert told.startswith(f"minh may not cancel {ORDER} {order}.")
    assert "[no]  one of the roles ordering.manager" in told
    assert banyan("user", "explain", "minh", ORDER, str(order), "confirn").exit_code == 2


def test_an_import_brings_any_state_and_says_so(office: Office, tmp_path: Path) -> None:
    def brought(text: str) -> None:
        (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
        run_import(office.system, parse_mapping(MAPPING, "old.toml"), tmp_path)

    brought("number,state\nSO1,done\nSO2,draft\n")
    brought("number,state\nSO1,cancelled\nSO2,confirmed\n")
    with office.at() as env:
        assert [order.state for order in env[ORDER].search()] == ["cancelled", "confirmed"]
        assert env[ORDER].search()[0].history()[0].reason == "import old.toml"
