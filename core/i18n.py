"""Texts that wait for a language.

Every text that a person may read is wrapped where it is written, `_("Opportunity")`, and turned into the
reader's language where it is shown, `translate(text, language)`. In between it is an ordinary `str` in
English, so nothing breaks where nobody translates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

_catalogs: dict[str, dict[str, str]] = {}


class Text(str):
    """A translatable text: its value is the English one, `source` and `values` let it be said otherwise."""

    source: str
    values: Mapping[str, object]

    def __new__(cls, source: str, values: Mapping[str, object] | None = None) -> Self:
        text = super().__new__(cls, source.format(**values) if values else source)
        text.source = source
        text.values = values or {}
        return text


def _(source: str, **values: object) -> Text:
    """Mark `source` as translatable; named placeholders are filled from `values` after translation."""
    return Text(source, values)


def add_catalog(language: str, messages: Mapping[str, str]) -> None:
    """Make translations known to this process: English source → text in `language`."""
    _catalogs.setdefault(language, {}).update({source: text for source, text in messages.items() if text})


def translate(text: str, language: str) -> str:
    """`text` in `language` ("vi", "en"); what has no translation stays in English."""
    source = getattr(text, "source", text)
    found = _catalogs.get(language, {}).get(source)
    values = {
        name: translate(value, language) if isinstance(value, Text) else value
        for name, value in getattr(text, "values", {}).items()
    }
    if found is None and not values:
        return str(text)
    return (found or source).format(**values) if values else str(found)
