"""Addons written by a test, and connections that may change a schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from textwrap import dedent

import pytest
import sqlalchemy as sa

from core.orm.database import Database
from core.settings import Settings

WriteAddon = Callable[..., Path]
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "addons"
"""Tiny addons, as a partner would have them in a folder of theirs."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of addons, still empty."""
    folder = tmp_path / "partners"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Settings:
    """Settings that look for addons in `folder` too."""
    return Settings(data_dir=tmp_path / "data", addons_path=(folder,))


@pytest.fixture
def write_addon(folder: Path) -> WriteAddon:
    """`write_addon("sales", depends=["crm"], **{"models/lead.py": "…"})` → the addon's folder."""

    def write(
        name: str, version: str = "1.0", depends: tuple[str, ...] | list[str] = (), more: str = "", **files: str
    ) -> Path:
        addon = folder / name
        addon.mkdir()
        quoted = ", ".join(f'"{need}"' for need in depends)
        text = f'name = "{name}"\nversion = "{version}"\ndepends = [{quoted}]\n{more}\n'
        (addon / "manifest.toml").write_text(text, "utf-8")
        for path, source in files.items():
            file = addon / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(source), "utf-8")
        return addon

    return write


Migrate = Callable[..., AbstractContextManager[sa.Connection]]


@pytest.fixture
def migrate(engine_url: str) -> Iterator[Migrate]:
    """`with migrate() as connection:` a transaction of a migration in an empty database of either engine."""
    database = Database(engine_url)

    @contextmanager
    def connect(rebuilding: bool = False) -> Iterator[sa.Connection]:
        with database.migrating(rebuilding=rebuilding) as migration:
            yield migration.connection

    yield connect
    database.dispose()
