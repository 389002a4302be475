"""Commands run in this process, on a database of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.cli import main

Command = Callable[..., Result]


@pytest.fixture
def fresh(engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty database for the settings of this process, and its data folder."""
    folder = tmp_path / "data"
    monkeypatch.setenv("BANYAN_DATABASE_URL", engine_url)
    monkeypatch.setenv("BANYAN_DATA_DIR", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def banyan() -> Command:
    """`banyan("user", "add", "lan", input="…")` → the result, where an unexpected error is raised as it is."""

    def run(*arguments: str, input: str | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=input, catch_exceptions=False)

    return run
