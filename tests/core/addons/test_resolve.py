"""Resolution: the order in which addons load, and what keeps a set from loading at all."""

from __future__ import annotations

import pytest

from core.addons.discover import discover
from core.addons.resolve import resolve
from core.errors import DeclarationError
from core.settings import Settings

from .conftest import WriteAddon


def names(settings: Settings, *wanted: str) -> list[str]:
    return [manifest.name for manifest in resolve(discover(settings), wanted)]


def test_dependencies_come_first_and_names_decide_among_equals(settings: Settings, write_addon: WriteAddon) -> None:
    write_addon("zebra")
    write_addon("ant", depends=["zebra"])
    write_addon("bee", depends=["zebra"])
    write_addon("cat", depends=["bee", "ant"])
    assert names(settings, "cat") == ["zebra", "ant", "bee", "cat"]
    assert names(settings, "bee", "cat", "ant") == ["zebra", "ant", "bee", "cat"]


def test_only_what_is_wanted_is_resolved(settings: Settings, write_addon: WriteAddon) -> None:
    write_addon("zebra")
    write_addon("ant")
    assert names(settings, "ant") == ["ant"]


def test_unknown_addon_is_told_with_the_nearest(settings: Settings) -> None:
    with pytest.raises(DeclarationError, match="there is no addon 'prodct'; nearest: 'product'"):
        names(settings, "prodct")


def test_missing_dependency_names_who_needs_it(settings: Settings, write_addon: WriteAddon) -> None:
    write_addon("sales", depends=["prodcut"])
    message = (
        r"addon 'sales': .*sales/manifest.toml:3: needs the addon 'prodcut', which is not installed; nearest: 'product'"
    )
    with pytest.raises(DeclarationError, match=message):
        names(settings, "sales")


def test_circle_is_told_whole(settings: Settings, write_addon: WriteAddon) -> None:
    write_addon("ant", depends=["bee"])
    write_addon("bee", depends=["cat"])
    write_addon("cat", depends=["ant"])
    with pytest.raises(DeclarationError, match="in a circle: ant → bee → cat → ant"):
        names(settings, "cat", "ant")


def test_version_that_is_too_old_is_told_with_its_place(settings: Settings, write_addon: WriteAddon) -> None:
    found = write_addon("stock", version="1.3")
    write_addon("sales", version="1.2", depends=["stock >=1.4"])
    with pytest.raises(DeclarationError) as caught:
        names(settings, "sales")
    assert str(caught.value) == (
        f"addon 'sales' 1.2 needs 'stock' >=1.4; found 1.3 at {found}. Upgrade stock, or use another version of sales."
    )


def test_version_that_is_too_new_is_told_so(settings: Settings, write_addon: WriteAddon) -> None:
    write_addon("stock", version="2.0")
    write_addon("sales", depends=["stock >=1.4,<2"])
    with pytest.raises(DeclarationError, match=r"needs 'stock' <2,>=1.4; found 2.0 .* Use an older stock"):
        names(settings, "sales")


def test_version_that_fits_is_taken(settings: Settings, write_addon: WriteAddon) -> None:
    write_addon("stock", version="1.4.2")
    write_addon("sales", depends=["stock ~=1.4"])
    assert names(settings, "sales") == ["stock", "sales"]


def test_other_version_of_banyan_is_told(settings: Settings, write_addon: WriteAddon) -> None:
    write_addon("sales", more='banyan = ">=99"')
    with pytest.raises(DeclarationError, match="addon 'sales' 1.0 needs Banyan >=99; this is "):
        names(settings, "sales")


def test_broken_dependency_is_told_by_its_own_error(settings: Settings, write_addon: WriteAddon) -> None:
    (write_addon("stock") / "manifest.toml").write_text("name = 3", "utf-8")
    write_addon("sales", depends=["stock"])
    with pytest.raises(DeclarationError, match="addon 'stock': .*name = 3: must be a text"):
        names(settings, "sales")
