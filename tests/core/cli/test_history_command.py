"""`banyan history` and `banyan user explain`, as somebody types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.addons.system import System
from core.cli import main


@pytest.fixture
def banyan(system: System, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.setenv("BANYAN_DATABASE_URL", system.settings.database_url)
    monkeypatch.setenv("BANYAN_DATA_DIR", str(system.settings.data_dir))
    monkeypatch.chdir(tmp_path)
    return lambda *words, **more: CliRunner().invoke(main, words, **more)


def _make(system: System, name: str = "Gỗ Việt") -> int:
    with system.unit(write=True, reason="by hand") as unit:
        id: int = unit.system_env()["res.partner"].create(name=name).id
        return id


def test_a_change_is_listed_and_taken_back(system: System, banyan: Callable[..., Result]) -> None:
    _make(system)
    listed = banyan("history", "list", "--limit", "1")
    assert "by hand" in listed.output
    assert "res.partner: 1 new" in listed.output
    number = listed.output.splitlines()[1].split()[0]
    dry = banyan("history", "undo", number, "--dry-run")
    assert "delete 1:\n    res.partner Gỗ Việt" in dry.output
    assert "Dry run: nothing was changed." in dry.output
    assert banyan("history", "undo", number, input="n\n").exit_code == 1
    done = banyan("history", "undo", number, "--yes")
    assert done.output.endswith(f"Change {number} is taken back.\n")
    with system.unit() as unit:
        assert unit.system_env()["res.partner"].values(["name"]) == []
    assert "There is nothing to take back." in banyan("history", "undo", number).output


def test_changes_are_counted_by_record_and_told_as_people_read_them(
    system: System, banyan: Callable[..., Result]
) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        lead = env["crm.lead"].create(name="Beds", partner=env["res.partner"].create(name="Gỗ Việt"))
        made = lead.id
    with system.unit(write=True, reason="by hand") as unit:
        lead = unit.system_env()["crm.lead"].get(made)
        lead.probability = 20
        unit.flush()
        lead.partner = None
    listed = banyan("history", "list", "--limit", "1").output
    assert "crm.lead: 1 changed" in listed
    number = listed.splitlines()[1].split()[0]
    dry = banyan("history", "undo", number, "--dry-run").output
    assert "Probability 20 → 10" in dry
    assert "Customer nothing → Gỗ Việt" in dry


def test_an_unknown_change_is_named(banyan: Callable[..., Result]) -> None:
    refused = banyan("history", "undo", "nosuch")
    assert refused.exit_code == 1
    assert "There is no change 'nosuch'" in refused.output


def test_the_history_is_sealed_and_verified(system: System, banyan: Callable[..., Result]) -> None:
    _make(system)
    seal = banyan("history", "seal").output.splitlines()[-1]
    assert len(seal) == 64
    assert banyan("history", "seal").output == f"Everything is sealed already.\n{seal}\n"
    verified = banyan("history", "verify", "--seal", seal)
    assert "are what was written. Seals: 1." in verified.output
    other = banyan("history", "verify", "--seal", "0" * 64)
    assert other.exit_code == 1
    assert "the seal that you wrote down is not in it" in other.output


def test_what_a_user_may_do_is_explained(
    system: System, banyan: Callable[..., Result], make_user: Callable[..., object]
) -> None:
    make_user("lan", "crm.salesperson")
    partner = _make(system)
    assert banyan("user", "explain", "lan", "res.partner", str(partner), "write").output.startswith(
        f"lan may write res.partner {partner}."
    )
    assert "lan may not write res.company." in banyan("user", "explain", "lan", "res.company", "write").output
    assert banyan("user", "explain", "lan", "res.company", "fly").exit_code == 2
    assert "There is no model 'nope'." in banyan("user", "explain", "lan", "nope").output
    assert "nearest: 'res.partner'" in banyan("user", "explain", "lan", "res.partne").output
