"""Fields that a function names on a model's class, `Lead.partner.city`: found in its code, without calling it.

A function of the environment (the `where` of a grant or rule, a facet, a `search`) is called when somebody asks, so a
misspelt field in it would be told to a user, and not to who wrote it. What stands on a class in the code fails whenever
it is reached; what the function does beside that is its own affair.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from core.errors import DeclarationError, UnknownName
from core.orm.model import ModelMeta
from core.orm.path import Path
from core.orm.where import spot

_LOADS = frozenset({"LOAD_GLOBAL", "LOAD_DEREF", "LOAD_NAME"})
_STEPS = frozenset({"LOAD_ATTR", "LOAD_METHOD"})


def check_mentions(function: Callable[..., Any] | None, addon: str = "") -> None:
    """Raises DeclarationError for a field that the function names on a class and that is not there."""
    if not isinstance(function, FunctionType):
        return
    for known, names, where in _chains(function.__code__, _known(function)):
        at = known
        for name in names:
            if not isinstance(at, ModelMeta | Path | ModuleType):
                break
            try:
                # Asking a module may import others.
                at = vars(at).get(name) if isinstance(at, ModuleType) else getattr(at, name)
            except UnknownName as error:
                raise DeclarationError(error.message, addon=addon, where=where, hint=error.hint) from error
            except AttributeError:
                break


def _known(function: FunctionType) -> Mapping[str, Any]:
    cells: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            cells[name] = cell.cell_contents
        except ValueError:  # not filled yet
            continue
    return {**function.__globals__, **cells}


def _chains(code: CodeType, known: Mapping[str, Any]) -> Iterator[tuple[Any, list[str], str]]:
    """(what a name stands for, the attributes that are asked of it one after the other, file:line)."""
    root: Any = None
    names: list[str] = []
    line = code.co_firstlineno
    own = {*code.co_varnames, *code.co_cellvars}
    for step in dis.get_instructions(code):
        if step.opname in _STEPS and root is not None:
            names.append(step.argval)
            continue
        if names:
            yield root, names, spot(code.co_filename, line)
        root, names = None, []
        if step.opname in _LOADS and step.argval not in own:
            root = known.get(step.argval)
            line = (step.positions.lineno if step.positions else None) or line
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _chains(constant, {name: value for name, value in known.items() if name not in own})
