"""What a model's class says of the model by names with an underscore: `_name`, `_order`, `_constraints`.

A misspelt one is no error to Python, and the model would silently go without; so it is told where the class stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from core.errors import DeclarationError, nearest
from core.orm.constraints import DatabaseConstraint
from core.orm.states.declare import States

SEVERAL = ("_order", "_constraints")
ATTRIBUTES = ("_name", "_label", "_label_plural", "_title", "_parent", "_history", "_states", *SEVERAL)
ALIKE = 0.75
"""How much a name must be like one of these to be taken for a misspelt one: others are the class's own affair."""


def check_attributes(cls: str, namespace: Mapping[str, Any], where: str) -> None:
    """Raises DeclarationError for a name that is a misspelt one of `ATTRIBUTES`, and for a text or a constraint where
    several are asked for."""
    for name, value in namespace.items():
        if name in SEVERAL and not isinstance(value, tuple | list):
            text = f"{name} of class {cls} is {value!r}"
            raise DeclarationError(text, where=where, hint=f"write {name} = (…,), also for a single one")
        for item in value if name == "_constraints" else ():
            if not isinstance(item, DatabaseConstraint):
                text = f"_constraints of class {cls} holds {item!r}"
                raise DeclarationError(text, where=where, hint="only Unique and Check belong there")
        if name == "_states" and not isinstance(value, States | None):
            text = f"_states of class {cls} is {value!r}"
            raise DeclarationError(text, where=where, hint="write _states = States(field)")
        if name in ATTRIBUTES or not name.startswith("_") or name.startswith("__") or hasattr(value, "__get__"):
            continue  # what has __get__ is a method, a property or a field: none of what the core reads of a class
        if get_close_matches(name, ATTRIBUTES, n=1, cutoff=ALIKE):
            text = f"class {cls} has '{name}', which no model has"
            raise DeclarationError(text, where=where, hint=nearest(name, ATTRIBUTES))
