"""Templates of mails, which people write in the browser: Jinja in a sandbox.

A template sees records through their fields alone, with the access of whoever renders it. It has no environment, no
file and no way to change anything; methods and everything that begins with an underscore are out of reach. What it
prints is escaped in rich text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.errors import Invalid, UserError
from core.i18n import _
from core.orm.model import Model
from core.orm.records import Records

MOST = 200_000
"""Characters that a template may have, and that it may print."""
_ALWAYS = ("id", "display_name")
_HARMLESS = (str, int, float, bool)


class BadTemplate(Invalid):
    """A template cannot be understood, or does what it may not; the text says what."""

    code = "bad_template"


class _Sandbox(ImmutableSandboxedEnvironment):
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, Model):
            return attr in _ALWAYS or attr in obj._view.info.fields
        if isinstance(obj, Records | type):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def is_safe_callable(self, obj: Any) -> bool:
        # Methods of texts and figures, and the loops and macros of Jinja itself.
        owner = getattr(obj, "__self__", obj)
        return isinstance(owner, _HARMLESS) or type(owner).__module__.startswith(("jinja2", "datetime", "decimal"))


def _sandbox(*, rich: bool) -> _Sandbox:
    made = _Sandbox(undefined=StrictUndefined, autoescape=rich, trim_blocks=True, lstrip_blocks=True)
    made.globals.clear()  # `range` and `lipsum` can print without end
    return made


def check_template(source: str, known: Iterable[str], filters: Iterable[str] = ()) -> None:
    """Raises BadTemplate where a template is no Jinja, or names what there is not. known: what it is given."""
    sandbox = _sandbox(rich=False)
    sandbox.filters.update(dict.fromkeys(filters, str))
    try:
        tree = sandbox.parse(source)
        sandbox.from_string(source)
    except TemplateError as error:
        raise BadTemplate(_("Line {line}: {problem}", line=getattr(error, "lineno", 1), problem=str(error))) from None
    unknown = sorted(meta.find_undeclared_variables(tree) - set(known))
    if unknown:
        names = ", ".join(sorted(known))
        raise BadTemplate(_("“{name}” is nothing that a template knows; known: {names}.", name=unknown[0], names=names))


def render(
    source: str,
    values: Mapping[str, Any],
    filters: Mapping[str, Callable[..., str]] | None = None,
    *,
    rich: bool,
) -> str:
    """What a template prints. rich: whether what it prints is escaped, as rich text asks.

    Raises BadTemplate with what is wrong.
    """
    if len(source) > MOST:
        raise BadTemplate(_("A template has {most} characters at the most.", most=MOST))
    sandbox = _sandbox(rich=rich)
    sandbox.filters.update(filters or {})
    printed: list[str] = []
    size = 0
    try:
        for piece in sandbox.from_string(source).generate(dict(values)):
            size += len(piece)
            if size > MOST:
                raise BadTemplate(_("A mail has {most} characters at the most.", most=MOST))
            printed.append(piece)
    except UserError:
        raise
    except SecurityError as error:
        raise BadTemplate(_("A template may not do this: {problem}", problem=str(error))) from None
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise BadTemplate(_("The template cannot be filled in: {problem}", problem=str(error))) from None
    return "".join(printed)
