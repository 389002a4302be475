"""All stubs of a registry: which modules need one, and what is in it."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

from core.addons.discover import NAMESPACE
from core.addons.registry import Registry
from core.orm import env
from core.stubs.members import INDENT, Added, added_to
from core.stubs.module import Stub
from core.stubs.signature import folded
from core.stubs.source import Origin, Source, source_of
from core.stubs.types import root_of

MARK = "# Made by `banyan stubs`"
HEADER = (
    MARK
    + """ of the models that these addons compose: {addons}.
# Do not change it: run the command again when the addons change."""
)

SHOWN = {"core": ("errors", "hooks", "i18n", "orm", "query", "views"), "core.orm": ("fields",)}
"""Package of the core → its modules that addons import by its name. All others would be checked with every addon."""


def stub_files(registry: Registry) -> dict[str, str]:
    """Path below the folder of stubs → text, the same whenever the addons are."""
    header = HEADER.format(addons=", ".join(manifest.name for manifest in registry.manifests))
    owner = _owners(registry)
    order = {manifest.name: place for place, manifest in enumerate(registry.manifests)}
    modules: dict[str, dict[str, Sequence[Added]]] = {}
    for info in registry.models.values():
        added = added_to(info, owner)
        if added:
            root = root_of(info)
            ordered = sorted(added, key=lambda item: order.get(item.addon, len(order)))
            modules.setdefault(root.__module__, {})[root.__name__] = ordered
    stubs = {name: Stub(source_of(sys.modules[name]), registry.models, added) for name, added in modules.items()}
    stubs[env.__name__] = EnvStub(registry)
    for name in list(stubs):
        for package in _above(name):
            stubs.setdefault(package.__name__, Stub(source_of(package), registry.models, {}))
    for stub in stubs.values():
        stub.submodules = _submodules(stub.source, registry)
    return {_path(name): stubs[name].text(header) for name in sorted(stubs)}


class EnvStub(Stub):
    """`env["crm.lead"]` gives the records of the class that declares that model."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(source_of(env), registry.models, {})
        self._models = registry.models

    def first(self, cls: str, method: str) -> list[str]:
        if (cls, method) != (env.Env.__name__, "__getitem__"):
            return []
        lines = []
        for name in sorted(self._models):
            literal = f'model: {self.names.refer(Origin("typing", "Literal"))}["{name}"]'
            end = f") -> Collection[{self.names.of_class(root_of(self._models[name]))}]: ..."
            lines += [f"{INDENT}@overload", *folded(f"{INDENT}def {method}(", ["self", literal], end, INDENT)]
        return lines


def _submodules(source: Source, registry: Registry) -> list[str]:
    """The modules that `from package import …` may name: pyright does not look for those beside a stub."""
    if not source.is_package:
        return []
    if source.name == NAMESPACE:
        return sorted(
            item.package.split(".")[1] for item in registry.manifests if item.package.startswith(f"{NAMESPACE}.")
        )
    if source.name in SHOWN:
        return list(SHOWN[source.name])
    return sorted(found.name for found in pkgutil.iter_modules(source.module.__path__) if found.name != "tests")


def _owners(registry: Registry) -> Callable[[str], str]:
    """Module → the addon that it belongs to."""

    def owner(module: str) -> str:
        found = (item.name for item in registry.manifests if f"{module}.".startswith(f"{item.package}."))
        return next(found, "")

    return owner


def _above(module: str) -> list[ModuleType]:
    """The packages above a module. The namespace `addons` is one for a checker: it would go past stubs in a mere folder
    to an installed addon with types of its own."""
    parts = module.split(".")
    return [sys.modules[".".join(parts[:count])] for count in range(1, len(parts))]


def _path(module: str) -> str:
    package = hasattr(sys.modules[module], "__path__")
    return f"{module.replace('.', '/')}{'/__init__' if package else ''}.pyi"
