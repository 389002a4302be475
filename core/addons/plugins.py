"""One plugin manager per registry: the hooks that addons offer, and the functions that answer them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Any

import pluggy

from core import hooks
from core.errors import DeclarationError, nearest
from core.hooks import PROJECT
from core.orm.where import of_code

MOST_ARGUMENTS = 4


def make_plugin_manager(
    specs: Sequence[tuple[str, ModuleType]], implementations: Sequence[tuple[str, ModuleType]]
) -> pluggy.PluginManager:
    """The manager of these modules, (addon, module) in load order. Raises DeclarationError.

    pluggy calls the last registered first, so they are registered in reverse: what an addon depends on is
    called before it, and an exception keeps the later ones from being called at all.
    """
    manager = pluggy.PluginManager(PROJECT)
    known = _check_specs([("core", hooks), *specs])
    manager.add_hookspecs(hooks)
    for _addon, module in specs:
        if any(True for _name, _function in _marked(module, "spec")):
            manager.add_hookspecs(module)
    for addon, module in reversed(implementations):
        for name, function in _marked(module, "impl"):
            _check_implementation(addon, name, function, known)
        manager.register(module, name=module.__name__)
    manager.check_pending()
    return manager


def _marked(module: ModuleType, kind: str) -> Iterator[tuple[str, FunctionType]]:
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and hasattr(value, f"{PROJECT}_{kind}"):
            yield name, value


def _check_specs(modules: Sequence[tuple[str, ModuleType]]) -> dict[str, tuple[str, ...]]:
    """Hook name → its arguments, of all that is offered."""
    known: dict[str, tuple[str, ...]] = {}
    places: dict[str, str] = {}
    for addon, module in modules:
        for name, function in _marked(module, "spec"):
            where = of_code(function.__code__)
            arguments = tuple(inspect.signature(function).parameters)
            if name in known:
                raise DeclarationError(
                    f"hook '{name}' is offered at {places[name]} already", addon=addon, where=where,
                    hint="give it the addon's name in front",
                )  # fmt: skip
            if arguments[:1] != ("env",) or len(arguments) > MOST_ARGUMENTS:
                raise DeclarationError(
                    f"hook '{name}' takes ({', '.join(arguments)})", addon=addon, where=where,
                    hint=f"'env' comes first, and there are at most {MOST_ARGUMENTS}; put what is more into one object",
                )  # fmt: skip
            known[name], places[name] = arguments, where
    return known


def _check_implementation(addon: str, name: str, function: FunctionType, known: dict[str, tuple[str, ...]]) -> None:
    where = of_code(function.__code__)
    options: dict[str, Any] = getattr(function, f"{PROJECT}_impl")
    hook = options.get("specname") or name
    if hook not in known:
        if options.get("optionalhook"):
            return
        hint = nearest(hook, known) or "does the manifest depend on the addon that offers it?"
        raise DeclarationError(f"nobody offers the hook '{hook}'", addon=addon, where=where, hint=hint)
    for argument, parameter in inspect.signature(function).parameters.items():
        if argument not in known[hook]:
            hint = nearest(argument, known[hook]) or f"it has ({', '.join(known[hook])})"
            raise DeclarationError(f"hook '{hook}' has no argument '{argument}'", addon=addon, where=where, hint=hint)
        if parameter.default is not parameter.empty:
            # pluggy passes only arguments without a default: this one would never hold what is announced.
            text = f"argument '{argument}' of hook '{hook}' has a default"
            raise DeclarationError(text, addon=addon, where=where, hint="leave the default away")
