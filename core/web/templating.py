"""What templates have at hand: texts in the reader's language, figures in their form, icons and tokens."""

from __future__ import annotations

import zlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from flask import Flask, flash, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from core.bytecode import CompiledTemplates
from core.formats import CurrencyLike, Formats, formats_for
from core.i18n import Text, has_words, translate, within
from core.web import assets
from core.web.accent import accent
from core.web.again import author_field
from core.web.auth import THEMES, marked
from core.web.request import reader_language
from core.web.workplace import company_field

_COMPILED = CompiledTemplates()
"""Of all applications of the process: each database has one, and their templates are the same files."""


def install(app: Flask) -> None:
    """Give the application's templates their globals and filters."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.bytecode_cache = _COMPILED
    environment.globals.update(
        _=say_in_language,
        icon=icon,
        csrf_field=csrf_field,
        author_field=author_field,
        company_field=company_field,
        face=face,
        language=reader_language,
        accent=accent,
        own_pages=lambda: marked("in_my_menu"),
        theme=theme,
    )
    environment.filters.update(t=shown, within=within, num=number, money=money, date=day, datetime=moment)
    environment.tests["said"] = is_said
    app.context_processor(_of_request)


def say(text: str, kind: str = "good") -> None:
    """Show a message on the next page. kind: good, info, warn or bad."""
    flash(translate(text, reader_language()), kind)


def say_in_language(source: str, **values: object) -> str:
    """`_("…")` in templates: translated at once, named placeholders filled."""
    return translate(Text(source, values), reader_language())


def shown(text: str) -> str:
    """The filter `t`: a label or another text from Python, in the reader's language."""
    return translate(text, reader_language())


def is_said(text: str) -> bool:
    """The test `said`: whether the text is there in the reader's language, to stand inside a sentence of it."""
    return has_words(text, reader_language())


def number(value: Decimal | int | float | None, digits: int | None = None) -> str:
    """The filter `num`."""
    return _formats().number(value, digits)


def money(value: Decimal | int | None, currency: CurrencyLike | None) -> str:
    """The filter `money`."""
    return _formats().money(value, currency)


def day(value: date | None) -> str:
    """The filter `date`."""
    return _formats().date(value)


def moment(value: datetime | None) -> str:
    """The filter `datetime`."""
    return _formats().datetime(value)


@cache
def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite, by its name in static/icons.txt. label: for one that stands alone; none is decoration."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#icon-{}"></use></svg>').format(
        said, assets.asset("vendor/icons.svg"), name
    )


@lru_cache(maxsize=4096)
def face(name: str) -> Markup:
    """A person's initials in a circle; the tint is always the same for the same name."""
    words = name.split()
    initials = (words[0][:1] + words[-1][:1] if len(words) > 1 else name[:2]).upper()
    tint = ("", " b", " c")[zlib.crc32(name.encode()) % 3]
    return Markup('<span class="face{}" aria-hidden="true">{}</span>').format(tint, initials)


def csrf_field() -> Markup:
    """The hidden input that every form with method=post carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(escape(generate_csrf()))


def theme() -> str:
    """The theme that the person chose, or "" for what their system prefers."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def _formats() -> Formats:
    found: Formats | None = g.get("formats")
    return found if found is not None else formats_for(reader_language(), "UTC")


def _of_request() -> dict[str, Any]:
    return {"env": g.get("env"), "identity": g.get("identity"), "formats": g.get("formats"), "menu": g.get("menu", "")}
