"""Gathering what the `views` package of an addon declares."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType

from core.errors import DeclarationError
from core.orm.where import spot
from core.views.extend import Extend, Operation
from core.views.kinds import Menu, View
from core.views.nodes import Node

DECLARED = (Node, Menu, Extend, Operation)
"""What a module of views is made of."""


def collect_views(addon: str, package: ModuleType) -> list[tuple[str, object]]:
    """(addon, node) of every view, menu and extension in the modules of `package`, each once.

    A module-level List, Form, Search, Menu or Extend counts, and every member of a list named `views`.
    What a module imports from another addon is among them: `compose_views` gives it to the addon that
    comes first in load order.
    """
    found: dict[int, object] = {}
    modules = list(_modules(package))
    for module in modules:
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
    for module in modules:
        _refuse_unlisted(addon, module, found)
    return [(addon, item) for item in found.values()]


def _refuse_unlisted(addon: str, module: ModuleType, found: Mapping[int, object]) -> None:
    """What a module declares and nothing shows would silently not be there. Raises DeclarationError."""
    shown = {id(item) for item in _with_parts(list(found.values()))}
    file = spot(str(module.__file__), 0).removesuffix("0")
    for name, value in vars(module).items():
        for item in value if isinstance(value, list | tuple) else (value,):
            if not isinstance(item, DECLARED) or id(item) in shown or not item.where.startswith(file):
                continue
            if isinstance(item, View | Menu | Extend):
                problem, hint = f"'{name}' is not in `views`", "call the list `views`, or add it to that"
            else:
                problem, hint = f"'{name}' is declared and in no view", "put it into one, or into an Extend"
            raise DeclarationError(problem, addon=addon, where=item.where, hint=hint)


def _with_parts(waiting: list[object]) -> Iterator[object]:
    """Views and extensions, and the nodes and operations that are in them."""
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, DECLARED) and id(item) not in seen:
            seen.add(id(item))
            yield item
            waiting.extend(vars(item).values())


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for module in sorted(
        pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}."), key=lambda m: m.name
    ):
        yield importlib.import_module(module.name)
