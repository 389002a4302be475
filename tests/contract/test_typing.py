"""What an editor and a type checker know: mypy --strict on a sample addon against the installed wheel."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.contract.conftest import ROOT

SAMPLE = ROOT / "tests" / "fixtures" / "typed"
MARK = "# E: "


def mypy_errors(python: Path, file: Path, stubs: Path | None = None) -> list[str]:
    """Lines `file:line: error: …` about the sample addon, which is an addon on a path of its own. What is known of the
    libraries is kept beside the Python for the next time."""
    path = "." if stubs is None else f"{stubs}:."
    command = [sys.executable, "-m", "mypy", "--strict", "--no-pretty", "--hide-error-context", "--no-color-output"]
    command += ["--config-file", "", "--namespace-packages", "--explicit-package-bases"]
    command += [
        "--python-executable",
        str(python),
        "--cache-dir",
        str(python.parents[1] / "known"),
        str(file.relative_to(SAMPLE)),
    ]
    done = subprocess.run(command, cwd=SAMPLE, capture_output=True, text=True, check=False, env={"MYPYPATH": path})
    assert done.returncode in (0, 1), done.stderr
    about = str(file.relative_to(SAMPLE))
    return [line for line in done.stdout.splitlines() if ": error: " in line and line.startswith(about)]


def test_fields_paths_and_records_have_their_types(installed: Path) -> None:
    assert mypy_errors(installed, SAMPLE / "addons/orders/right.py") == []


def test_mistakes_are_errors_where_they_are_made(installed: Path) -> None:
    file = SAMPLE / "addons/orders/wrong.py"
    expected = {
        number: line.partition(MARK)[2] for number, line in enumerate(file.read_text().splitlines(), 1) if MARK in line
    }
    found = {int(re.findall(r":(\d+):", line)[0]): line for line in mypy_errors(installed, file)}
    assert found.keys() == expected.keys(), found
    assert all(text in found[number] for number, text in expected.items()), found
