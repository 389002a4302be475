"""Composition: what a set of addons becomes, and what keeps it from becoming anything."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path

import pytest

from core.addons.discover import discover
from core.addons.registry import Registry, compose, fingerprint
from core.errors import DeclarationError, SetupError
from core.settings import Settings
from core.views import GroupAt, WidgetAt

from .conftest import FIXTURES, WriteAddon


def composed(settings: Settings, *names: str) -> Registry:
    return compose(discover(settings), names)


@pytest.fixture
def tiny(tmp_path: Path, folder: Path) -> Settings:
    """Settings with the tiny addons, and those that the test writes."""
    return Settings(data_dir=tmp_path / "data", addons_path=(FIXTURES, folder))


def test_only_the_enabled_addons_are_imported_and_composed(tiny: Settings) -> None:
    registry = composed(tiny, "shelf")
    assert [manifest.name for manifest in registry.manifests] == ["shelf"]
    assert list(registry.models) == ["shelf.book"]
    assert "pages_read" not in registry.models["shelf.book"].fields
    assert "addons.courier" not in sys.modules or "delivery_cost" not in registry.models["shelf.book"].fields


def test_bridge_joins_where_both_sides_are_enabled(tiny: Settings) -> None:
    registry = composed(tiny, "reading")
    book = registry.models["shelf.book"]
    assert book.field_addons["pages_left"] == "shelf"
    assert "pages_left" not in composed(tiny, "shelf").models["shelf.book"].fields


def test_view_of_another_addon_is_extended_once(tiny: Settings) -> None:
    form = composed(tiny, "reading").views.form("shelf.book")
    facts = next(item for item in form.body if isinstance(item, GroupAt))
    assert [item.at.path for item in facts.items if isinstance(item, WidgetAt)] == ["pages", "pages_read"]


def test_same_set_gives_the_same_registry_as_long_as_it_is_held(tiny: Settings) -> None:
    first = composed(tiny, "reading")
    assert composed(tiny, "shelf", "reading") is first
    assert composed(tiny, "shelf") is not first
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None


def test_key_changes_with_the_files(folder: Path, write_addon: WriteAddon) -> None:
    addon = write_addon("kettle", **{"models.py": ""})
    before = fingerprint(addon)
    assert fingerprint(addon) == before
    (addon / "models.py").write_text("# boiled\n", "utf-8")
    assert fingerprint(addon) != before


def test_hooks_are_called_in_load_order(tiny: Settings) -> None:
    manager = composed(tiny, "reading").hooks
    order = [implementation.plugin_name for implementation in reversed(manager.hook.book_finished.get_hookimpls())]
    assert order == ["addons.shelf.hooks", "addons.reading.hooks"]


def test_addon_loaded_from_elsewhere_needs_another_process(
    tiny: Settings, tmp_path: Path, write_addon: WriteAddon
) -> None:
    composed(tiny, "shelf")
    write_addon("shelf")
    with pytest.raises(
        SetupError, match="addon 'shelf' was loaded from .*fixtures/addons/shelf; the one in .* needs a process"
    ):
        composed(Settings(data_dir=tmp_path, addons_path=(tmp_path / "partners",)), "shelf")


# -- what composition refuses; each addon has a name of its own, since a process loads a name once --------


@pytest.mark.parametrize(
    ("name", "path", "source", "message"),
    [
        ("b_sql", "models.py", "import sqlalchemy as sa", r"b_sql/models.py:1: imports sqlalchemy; read and write"),
        ("b_orm", "models.py", "def late():\n    from sqlalchemy import orm", r"b_orm/models.py:2: imports sqlalchemy"),
        ("b_flask", "operations/page.py", "from flask import request", r"page.py:1: imports flask outside of web/"),
        ("b_login", "operations/page.py", "import flask_login", r"page.py:1: imports flask_login outside of web/"),
        ("b_crm", "models.py", "from addons.crm.models import Lead", r"'crm', on which it does not depend; add"),
        ("b_names", "models.py", "from addons import crm", r"imports the addon 'crm', on which it does not depend"),
        ("b_gone", "models.py", "import addons.shelv.models", r"'shelv', which is not installed; nearest: 'shelf'"),
        ("b_syntax", "models.py", "class :\n", r"b_syntax/models.py:1: is no Python: "),
    ],
)  # fmt: skip
def test_import_that_is_not_allowed_is_told_before_anything_runs(
    tiny: Settings, write_addon: WriteAddon, name: str, path: str, source: str, message: str
) -> None:
    write_addon(name, depends=["shelf"], **{path: source})
    with pytest.raises(DeclarationError, match=message) as caught:
        composed(tiny, name)
    assert caught.value.addon == name
    assert f"addons.{name}" not in sys.modules


def test_pages_may_use_flask_and_tests_may_use_anything(tiny: Settings, write_addon: WriteAddon) -> None:
    files = {"web/pages.py": "import flask", "tests/test_it.py": "import sqlalchemy", "models.py": "from . import web"}
    write_addon("pages", **files)
    assert composed(tiny, "pages")


@pytest.mark.parametrize(
    ("name", "files", "message"),
    [
        ("c_raise", {"models.py": "\nPRICE = 1 / 0"}, r"c_raise/models.py:2: ZeroDivisionError: division by zero"),
        ("c_absent", {"models.py": "import not_installed_here"}, "models.py:1: ModuleNotFoundError: No module named"),
        (
            "c_hook",
            {"hooks.py": "from core import hookimpl\n@hookimpl\ndef book_finishd(env, book): ...\n"},
            r"c_hook/hooks.py:2: nobody offers the hook 'book_finishd'; nearest: 'book_finished'",
        ),
        (
            "c_argument",
            {"hooks.py": "from core import hookimpl\n@hookimpl\ndef book_finished(env, bok): ...\n"},
            r"c_argument/hooks.py:2: hook 'book_finished' has no argument 'bok'; nearest: 'book'",
        ),
        (
            "c_spec",
            {"hookspecs.py": "from core import hookspec\n@hookspec\ndef shelf_moved(shelf): ...\n"},
            r"c_spec/hookspecs.py:2: hook 'shelf_moved' takes \(shelf\); 'env' comes first",
        ),
        (
            "c_twice",
            {"hookspecs.py": "from core import hookspec\n@hookspec\ndef book_finished(env): ...\n"},
            r"hook 'book_finished' is offered at shelf/hookspecs.py:\d+ already",
        ),
        (
            "c_access",
            {"access.py": "access = ['everybody']\n"},
            r"c_access/access.py:1: `access` holds 'everybody'; only Role, Grant and Rule belong there",
        ),
        (
            "c_compute",
            {
                "models.py": """
                from addons.shelf.models import Book as ShelfBook
                from core import computed

                class Book(ShelfBook):
                    @computed("pags")
                    def thick(self) -> bool:
                        return self.pages > 500
                """
            },
            r"addon 'c_compute': .*models.py:\d+: .*field 'pags' is not on shelf.book; nearest: 'pages'",
        ),
        (
            "c_super",
            {
                "models.py": """
                from addons.shelf.models import Book as ShelfBook

                class Book(ShelfBook):
                    def finish(self) -> None:
                        self.pages = 0
                """
            },
            r"models.py:5: Book.finish overrides what addon 'shelf' does .* never calls super\(\)",
        ),
        (
            "c_view",
            {
                "views.py": """
                from addons.shelf.models import Book
                from addons.shelf.views import book_form
                from core.views import Extend, inside

                views = [Extend(book_form, inside("fact", Book.name))]
                """
            },
            r"addon 'c_view': .*views.py:6: .*'fact'.*nearest: 'facts'",
        ),
    ],
)  # fmt: skip
def test_declaration_that_cannot_be_composed_is_told_with_addon_and_line(
    tiny: Settings, write_addon: WriteAddon, name: str, files: dict[str, str], message: str
) -> None:
    write_addon(name, depends=["shelf"], **files)
    with pytest.raises(DeclarationError, match=message) as caught:
        composed(tiny, name)
    assert caught.value.addon == name


def test_missing_folder_of_a_bridge_is_told(tiny: Settings, write_addon: WriteAddon) -> None:
    write_addon("b_bridge", more='bridges = ["shelf"]')
    with pytest.raises(DeclarationError, match="addon 'b_bridge': .*there is no folder bridges/shelf"):
        composed(tiny, "b_bridge")


def test_addon_of_an_installed_distribution_is_composed(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    model = "from core import Model, fields\n\nclass Van(Model):\n    _name = 'vans.van'\n    name = fields.Char()\n"
    files = {
        "acme_vans-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-vans\nVersion: 1.0\n",
        "acme_vans-1.0.dist-info/RECORD": "acme_vans/vans/manifest.toml,,\n",
        "acme_vans-1.0.dist-info/entry_points.txt": "[banyan.addons]\nvans = acme_vans.vans\n",
        "acme_vans/__init__.py": "",
        "acme_vans/vans/manifest.toml": 'name = "vans"\nversion = "1.0"\n',
        "acme_vans/vans/__init__.py": "",
        "acme_vans/vans/models.py": model,
    }
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(site)
    assert list(composed(tiny, "vans").models) == ["vans.van"]
