"""The wheel holds everything that an installation needs, and nothing else."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from core.reports.layout import FONTS, STYLES
from tests.contract.conftest import ROOT, listed_files


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_core_and_addons_is_in_the_wheel(wheel: Path) -> None:
    ours = {name for name in listed_files() if name.startswith(("core/", "addons/"))}
    assert ours - _names(wheel) == set()


def test_fonts_with_vietnamese_letters_and_icons_are_in_the_wheel(wheel: Path) -> None:
    vendor = {name.rpartition("/")[2] for name in _names(wheel) if name.startswith("core/web/static/vendor/")}
    subsets = {f"inter-{subset}-wght-normal.woff2" for subset in ("latin", "latin-ext", "vietnamese")}
    assert {"inter.css", "icons.svg", *subsets} <= vendor


def test_fonts_of_documents_are_in_the_wheel(wheel: Path) -> None:
    fonts = {name.rpartition("/")[2] for name in _names(wheel) if name.startswith("core/reports/static/vendor/")}
    assert {f"{prefix}-{style}.ttf" for prefix in FONTS.values() for style in STYLES} <= fonts


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    rooms = {name.split("/")[0] for name in _names(wheel)}
    assert rooms == {"core", "addons", "banyan_erp-0.1.0.dist-info"}


def test_lock_file_names_versions_and_hashes_but_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    bought = {name: entry for name, entry in packages.items() if name}
    assert bought
    assert all(entry["version"] and entry["integrity"] for entry in bought.values())
    assert not any("resolved" in entry for entry in bought.values())
