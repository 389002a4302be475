"""Gathering what the `reports` package of an addon declares."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from core.reports.declare import Declared, Report, Reworked


def collect_reports(addon: str, section: str, package: ModuleType) -> list[tuple[str, str, Declared]]:
    """(addon, section, report) of every report in the modules of `package`, each once.

    section: the name under which the templates of the package are found. A report that a module imports from another
    addon is among them: composing gives it to the addon that comes first in load order.
    """
    found: dict[int, Declared] = {}
    modules = [package]
    for inner in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}."):
        modules.append(importlib.import_module(inner.name))
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Report | Reworked):
                found.setdefault(id(value), value)
    return [(addon, section, item) for item in found.values()]
