"""Small imports: a mapping and files written down in the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.data import Report, parse_mapping, run_import

Importer = Callable[..., Report]


@pytest.fixture
def do_import(system: Any, tmp_path: Path) -> Importer:
    """`do_import(mapping, dry_run=False, **{"file.csv": text})` → the report; files of before stay."""

    def run(mapping: str, files: dict[str, str] | None = None, *, dry_run: bool = False) -> Report:
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return run_import(system, parse_mapping(f'prefix = "old"\n{mapping}', "old.toml"), tmp_path, dry_run=dry_run)

    return run


@pytest.fixture
def look(system: Any) -> Callable[..., list[dict[str, Any]]]:
    """`look("res.partner", "name", "parent.name")` → those values of all its records, by id."""

    def values(model: str, *names: str) -> list[dict[str, Any]]:
        with system.unit() as unit:
            return unit.system_env()[model].values(list(names), order=["id"])

    return values
