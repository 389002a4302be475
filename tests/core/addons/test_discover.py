"""Discovery and manifests: what is there, and what is wrong with it, without importing any of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import core
from core.addons.discover import discover
from core.errors import DeclarationError, SetupError
from core.settings import Settings

from .conftest import WriteAddon


def test_addons_beside_core_are_found(settings: Settings) -> None:
    found = discover(settings)
    assert found["base"].checked().package == "addons.base"
    assert found["crm"].checked().label == "CRM"


def test_addons_of_the_path_are_found_without_being_imported(settings: Settings, write_addon: WriteAddon) -> None:
    folder = write_addon("loud", **{"__init__.py": "raise RuntimeError('imported')", "models.py": "1 / 0"})
    found = discover(settings)["loud"]
    assert found.folder == folder
    assert str(found.checked().version) == "1.0"
    assert "addons.loud" not in sys.modules


def test_broken_manifest_is_listed_and_spoils_no_other(settings: Settings, write_addon: WriteAddon) -> None:
    broken = write_addon("broken")
    (broken / "manifest.toml").write_text("name = ", "utf-8")
    found = discover(settings)
    assert found["broken"].manifest is None
    assert "is no TOML" in str(found["broken"].error)
    with pytest.raises(DeclarationError, match="addon 'broken': .*broken/manifest.toml"):
        found["broken"].checked()
    assert found["crm"].checked()


def test_one_name_in_two_places_names_both(settings: Settings, tmp_path: Path, write_addon: WriteAddon) -> None:
    first = write_addon("loyalty")
    second = tmp_path / "more" / "loyalty"
    second.mkdir(parents=True)
    (second / "manifest.toml").write_text((first / "manifest.toml").read_text("utf-8"), "utf-8")
    both = Settings(data_dir=tmp_path, addons_path=(*settings.addons_path, second.parent))
    with pytest.raises(DeclarationError, match=f"two addons have this name: {first} and {second}; rename one"):
        discover(both)["loyalty"].checked()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'name = "sales"\nversion = "1.0"\ndepend = ["crm"]',
            r"manifest.toml:3: 'depend' means nothing .*nearest: 'depends'",
        ),
        ('version = "1.0"', "'name' is missing; add name ="),
        ('name = "sales"', "'version' is missing"),
        ('name = "sales"\nversion = "first"', r"manifest.toml:2: version = 'first'"),
        ('name = "Sales"\nversion = "1"', "'Sales' is no name for an addon"),
        ('name = "sale"\nversion = "1"', "the addon is called 'sale' and its folder 'sales'"),
        ('name = "sales"\nversion = "1"\ndepends = "crm"', "depends = 'crm': must be a list of texts"),
        ('name = "sales"\nversion = "1"\ndepends = ["crm >>1"]', r"manifest.toml:3: depends"),
        ('name = "sales"\nversion = "1"\ndepends = ["sales"]', "an addon cannot depend on itself"),
        ('name = "sales"\nversion = "1"\nbanyan = "soon"', r"manifest.toml:3: banyan = 'soon'"),
    ],
)
def test_mistake_in_a_manifest_is_told_with_its_line(
    settings: Settings, write_addon: WriteAddon, text: str, message: str
) -> None:
    (write_addon("sales") / "manifest.toml").write_text(text, "utf-8")
    with pytest.raises(DeclarationError, match=message):
        discover(settings)["sales"].checked()


def _install(folder: Path, name: str, record: str, **files: str) -> None:
    """A distribution as an installer leaves it: metadata, a file list, and files."""
    metadata = folder / f"{name}-2.1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.1\n", "utf-8")
    (metadata / "RECORD").write_text(record, "utf-8")
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def test_addon_of_an_installed_distribution_is_found_by_its_file_list(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    _install(
        site,
        "acme-fleet",
        "addons/fleet/manifest.toml,,\nacme_fleet-2.1.dist-info/entry_points.txt,,\n",
        **{
            "acme-fleet-2.1.dist-info/entry_points.txt": "[banyan.addons]\nfleet = addons.fleet\n",
            "addons/fleet/manifest.toml": 'name = "fleet"\nversion = "2.1"\n',
            "addons/fleet/__init__.py": "raise RuntimeError('imported')",
        },
    )
    monkeypatch.syspath_prepend(site)
    found = discover(settings)["fleet"]
    assert found.source == "acme-fleet 2.1"
    assert found.checked().folder == site / "addons" / "fleet"


def test_distribution_that_forgets_its_manifest_is_told_what_to_add(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    points = {"acme-boats-2.1.dist-info/entry_points.txt": "[banyan.addons]\nboats = addons.boats\n"}
    _install(site, "acme-boats", "", **points)
    monkeypatch.syspath_prepend(site)
    with pytest.raises(DeclarationError, match=r"acme-boats 2.1 names addons.boats .* add addons/boats/manifest.toml"):
        discover(settings)["boats"].checked()


def test_another_core_in_the_way_is_told(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "__path__", [*core.__path__, str(tmp_path / "core")])
    with pytest.raises(SetupError, match=f"Another package is called 'core' .* {tmp_path}/core"):
        discover(settings)
