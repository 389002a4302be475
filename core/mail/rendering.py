"""Templates of mails, which people write in the browser. What they print is escaped in rich text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import TemplateError, meta
from jinja2.exceptions import SecurityError

from core.errors import Invalid, UserError
from core.i18n import _
from core.sandbox import RecordSandbox

MOST = 200_000
"""Characters that a template may have, and that it may print."""


class BadTemplate(Invalid):
    """A template cannot be understood, or does what it may not; the text says what."""

    code = "bad_template"


def _sandbox(*, rich: bool) -> RecordSandbox:
    made = RecordSandbox(autoescape=rich)
    made.globals.clear()  # a mail is given all that it may name
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
