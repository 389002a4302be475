"""Gathering what the `views` package of an addon declares."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from core.errors import DeclarationError
from core.views.extend import Extend
from core.views.kinds import Menu, View


def collect_views(addon: str, package: ModuleType) -> list[tuple[str, object]]:
    """(addon, node) of every view, menu and extension in the modules of `package`, each once.

    A module-level List, Form, Search, Menu or Extend counts, and every member of a list named `views`.
    What a module imports from another addon is among them: `compose_views` gives it to the addon that
    comes first in load order.
    """
    found: dict[int, object] = {}
    for module in _modules(package):
        for name, value in vars(module).items():
            if name == "views" and isinstance(value, list | tuple):
                for item in value:
                    if not isinstance(item, View | Menu | Extend):
                        raise DeclarationError(
                            f"{item!r} in the views of {module.__name__} is no view",
                            addon=addon,
                            where=module.__file__ or "",
                            hint="list Extend, List, Form, Search or Menu",
                        )
                    found.setdefault(id(item), item)
            elif isinstance(value, View | Menu | Extend):
                found.setdefault(id(value), value)
    return [(addon, item) for item in found.values()]


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for module in sorted(
        pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}."), key=lambda m: m.name
    ):
        yield importlib.import_module(module.name)
