"""What holds for every file of the repository: its size, and that it names no machine."""

from __future__ import annotations

import re
from pathlib import Path

from tests.contract.conftest import ROOT, listed_files

LONGEST = 400
OF_A_MACHINE = re.compile(r"/(?:work|root|home)/\w")
REGISTRIES = re.compile(
    "|".join(
        re.escape(name + end)
        for name, end in [
            ("registry.npmjs", ".org"),
            ("registry.yarnpkg", ".com"),
            ("files.pythonhosted", ".org"),
            ("pypi", ".org/simple"),
        ]
    )
)
TEXT = {".py", ".md", ".toml", ".cfg", ".json", ".csv", ".html", ".css", ".js", ".sh", ".txt", ".in", ""}


def _files() -> list[Path]:
    return [ROOT / name for name in listed_files() if Path(name).suffix in TEXT]


def _lines(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in _files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_python_file_is_long_enough_to_hide_a_second_subject() -> None:
    sizes = {path: len(path.read_text().splitlines()) for path in _files() if path.suffix == ".py"}
    long = [f"{path.relative_to(ROOT)}: {size} lines" for path, size in sizes.items() if size > LONGEST]
    assert not long, "\n".join(long)


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert _lines(OF_A_MACHINE) == []


def test_no_file_names_a_package_registry() -> None:
    assert _lines(REGISTRIES) == []


def test_icons_are_sorted_and_listed_once() -> None:
    lines = (ROOT / "core/web/static/icons.txt").read_text().splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    assert names == sorted(set(names))


def test_pages_use_only_icons_that_are_listed() -> None:
    listed = set((ROOT / "core/web/static/icons.txt").read_text().split())
    templates = (ROOT / "core/web/templates").rglob("*.html")
    used = {name for file in templates for name in re.findall(r"""icon\(['"]([a-z0-9-]+)['"]""", file.read_text())}
    manifests = [*(ROOT / "addons").rglob("*.py")]
    used |= {name for file in manifests for name in re.findall(r"""\bicon=['"]([a-z0-9-]+)['"]""", file.read_text())}
    assert used <= listed, f"add to core/web/static/icons.txt: {', '.join(sorted(used - listed))}"
