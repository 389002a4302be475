"""`banyan stubs`, and what mypy --strict and pyright see with them and without them, against the installed wheel."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT
from tests.contract.test_typing import MARK, SAMPLE, mypy_errors

ADVICE = SAMPLE / "addons" / "advice"
MADE = "from core.cli import main; main()"


def _stubs(python: Path, folder: Path, addons: str = "orders,advice") -> str:
    done = subprocess.run(
        [python, "-c", MADE, "stubs", str(folder), "--addons", addons],
        capture_output=True, text=True, check=False, env={"BANYAN_ADDONS_PATH": str(SAMPLE / "addons")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def stubs(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the stubs of the sample addons."""
    folder = tmp_path_factory.mktemp("stubs")
    _stubs(installed, folder)
    return folder


def _expected(file: Path) -> dict[int, str]:
    lines = enumerate(file.read_text("utf-8").splitlines(), 1)
    return {number: line.partition(MARK)[2] for number, line in lines if MARK in line}


def _agree(found: list[str], expected: dict[int, str]) -> bool:
    by_line: dict[int, str] = {}
    for line in found:
        number = int(re.findall(r":(\d+):", line)[0])
        by_line[number] = f"{by_line.get(number, '')}\n{line}"
    assert by_line.keys() == expected.keys(), by_line
    return all(text in by_line[number] for number, text in expected.items())


def test_with_stubs_a_checker_sees_what_other_addons_add(installed: Path, stubs: Path) -> None:
    assert mypy_errors(installed, ADVICE / "right.py", stubs) == []


def test_with_stubs_mistakes_are_errors_where_they_are_made(installed: Path, stubs: Path) -> None:
    found = mypy_errors(installed, ADVICE / "wrong.py", stubs)
    assert _agree(found, _expected(ADVICE / "wrong.py")), found


def test_without_stubs_a_checker_sees_what_the_addon_itself_declares(installed: Path) -> None:
    found = mypy_errors(installed, ADVICE / "right.py")
    assert _agree(found, _expected(ADVICE / "right.py")), found


def test_addons_that_add_and_those_that_are_added_to_check_with_stubs_as_before(installed: Path, stubs: Path) -> None:
    assert mypy_errors(installed, SAMPLE / "addons/orders/right.py", stubs) == []
    for folder in ("orders/models", "advice/models"):
        assert mypy_errors(installed, SAMPLE / "addons" / folder, stubs) == []


@pytest.mark.skipif(shutil.which("pyright") is None, reason="pyright is not installed")
def test_pyright_sees_it_too(installed: Path, stubs: Path, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "addons", tmp_path / "addons")
    shutil.copytree(stubs, tmp_path / "typings")
    config = {"include": ["addons/advice/right.py", "addons/advice/wrong.py"], "typeCheckingMode": "standard"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config))
    done = subprocess.run(
        ["pyright", "--outputjson", "--pythonpath", str(installed)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    errors = [item for item in json.loads(done.stdout)["generalDiagnostics"] if item["severity"] == "error"]
    lines = {(Path(item["file"]).name, item["range"]["start"]["line"] + 1): item["message"] for item in errors}
    assert {place[1] for place in lines if place[0] == "right.py"} == set(), lines
    assert {place[1] for place in lines if place[0] == "wrong.py"} >= _expected(ADVICE / "wrong.py").keys(), lines


def test_stubs_are_laid_out_as_ruff_does_it(stubs: Path) -> None:
    ruff = [sys.executable, "-m", "ruff"]
    config = ["--config", str(ROOT / "pyproject.toml")]
    formatted = subprocess.run([*ruff, "format", "--diff", *config, str(stubs)], capture_output=True, text=True)
    assert formatted.returncode == 0, formatted.stdout
    checked = subprocess.run([*ruff, "check", *config, str(stubs)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_running_it_again_changes_nothing_and_what_is_over_goes(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "typings"
    assert "16 written, 0 as before, 0 removed" in _stubs(installed, folder)
    mine = folder / "addons" / "crm" / "mine.pyi"
    mine.write_text("x: int\n")
    before = {file: (file.read_bytes(), os.stat(file).st_mtime_ns) for file in folder.rglob("*.pyi")}
    assert "0 written, 16 as before, 0 removed" in _stubs(installed, folder)
    assert {file: (file.read_bytes(), os.stat(file).st_mtime_ns) for file in folder.rglob("*.pyi")} == before

    assert "removed" in _stubs(installed, folder, addons="orders")
    assert not (folder / "addons" / "advice").exists()
    assert "advice" not in (folder / "addons/crm/models/lead.pyi").read_text()
    assert mine.read_text() == "x: int\n"
