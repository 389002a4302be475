"""What a template that people write in the browser may reach: Jinja in a sandbox, for mails and documents alike.

A template sees records through their fields alone, with the access of whoever renders it. It has no environment, no
file and no way to change anything: methods of records are out of reach, and so is everything that begins with an
underscore. It calls methods of texts, figures, dates and collections, what Jinja itself has, and functions that were
made for it; no other function, whatever object it may find one on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.orm.model import Model
from core.orm.records import Records

_ALWAYS = ("id", "display_name")
_PLAIN = (str, int, float, list, tuple, dict, set, frozenset)
_HARMLESS = ("datetime", "decimal", "jinja2", "markupsafe")
"""Modules whose objects have no method that does harm."""
_LONGEST = 200_000
_HIGHEST_POWER = 64
_JINJA_FUNCTIONS = ("range", "dict", "namespace", "cycler", "joiner")


class RecordSandbox(ImmutableSandboxedEnvironment):
    """The environment that such templates are rendered in; its globals are Jinja's, but for what prints without end.

    options: as Jinja's environment takes them, `autoescape` and `loader` among them.
    """

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
        del self.globals["lipsum"]
        self._functions = tuple(self.globals[name] for name in _JINJA_FUNCTIONS)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, Model):
            info = obj._view.info
            # What is for elevated code alone is in no text, whoever renders it.
            return attr in _ALWAYS or (attr in info.fields and None not in info.guards.get(attr, ()))
        if isinstance(obj, Records | type):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Texts and lists are not made longer, and numbers not larger, than anybody could read."""
        for times, what in ((left, right), (right, left)):
            if operator == "*" and isinstance(times, int) and isinstance(what, str | list | tuple):
                size = times * len(what)
                if size > _LONGEST:
                    raise SecurityError(f"{size} are more than the {_LONGEST} that may be repeated")
        if operator == "**" and abs(right) > _HIGHEST_POWER:
            raise SecurityError(f"powers go up to {_HIGHEST_POWER}")
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        if getattr(obj, "is_for_templates", False) or any(obj is known for known in self._functions):
            return True
        # A bound method is as harmless as what it belongs to; Jinja's loops and macros are called themselves.
        owner = getattr(obj, "__self__", obj)
        return isinstance(owner, _PLAIN) or type(owner).__module__.partition(".")[0] in _HARMLESS


F = TypeVar("F", bound=Callable[..., Any])


def for_templates(function: F) -> F:
    """Mark a function that templates may call."""
    setattr(function, "is_for_templates", True)
    return function
