"""Texts that wait for a language.

Every text that a person may read is wrapped where it is written, `_("Opportunity")`, and turned into the
reader's language where it is shown, `translate(text, language)`. In between it is an ordinary `str` in
English, so nothing breaks where nobody translates.

    core/locale/vi/LC_MESSAGES/messages.po  ─┐
    addons/base/locale/vi/…                  ├─► one catalog a language, read when the first text is shown in it
    addons/crm/locale/vi/…                  ─┘

A text knows its English source and nothing of its addon. One source therefore has one translation; where
two catalogs differ, the addon that is loaded later has the last word, and so may call things otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}
"""The languages that people can choose, and what each is called by those who speak it."""
CATALOG = Path("LC_MESSAGES", "messages.po")
"""Where a `locale` folder holds the translations of a language, below `vi/`."""

_folders: dict[Path, None] = {Path(__file__).resolve().parent / "locale": None}
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


class Worded(Text):
    """A text that people have given themselves. words: language → how it is said there, where they said so."""

    words: Mapping[str, str]

    def __new__(cls, source: str, **words: str) -> Self:
        given = {language: said for language, said in words.items() if said}
        text = super().__new__(cls, source or next(iter(given.values()), ""))
        text.words = given
        return text


def _(source: str, **values: object) -> Text:
    """Mark `source` as translatable; named placeholders are filled from `values` after translation."""
    return Text(source, values)


def counted(count: int, one: str, more: str, **values: object) -> Text:
    """`one` where the number is 1, else `more`; both are marked by `_`, and `{count}` in them is the number."""
    return _(one if count == 1 else more, count=count, **values)


def listed(texts: Iterable[str], separator: str = ", ") -> Text:
    """Several texts as one, each still translatable, which `", ".join(texts)` would end."""
    values = {f"text{place}": text for place, text in enumerate(texts)}
    return Text(separator.join(f"{{{name}}}" for name in values), values)


def add_folder(folder: Path) -> None:
    """Make an addon's `locale` folder known to this process; nothing is read yet."""
    if folder not in _folders:
        _folders[folder] = None
        _catalogs.clear()


def translate(text: str, language: str) -> str:
    """`text` in `language` ("vi", "en"); what has no translation stays in English."""
    if isinstance(text, Worded) and language in text.words:
        return text.words[language]
    source = getattr(text, "source", text)
    found = None if language == "en" else catalog(language).get(source)
    values = {
        name: translate(value, language) if isinstance(value, Text) else value
        for name, value in getattr(text, "values", {}).items()
    }
    if found is None and not values:
        return str(text)
    return (found or source).format(**values) if values else str(found)


def has_words(text: str, language: str) -> bool:
    """Whether `text` can be said in `language`: what no catalog knows stays in English."""
    if language == "en" or (isinstance(text, Worded) and language in text.words):
        return True
    return getattr(text, "source", text) in catalog(language)


def within(text: str) -> str:
    """A label as it stands inside a sentence: with a small first letter, unless it begins with an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def catalog(language: str) -> Mapping[str, str]:
    """English source → text, of all folders that are known. Read once; some 50 ms for a thousand texts."""
    found = _catalogs.get(language)
    if found is None:
        found = {}
        for folder in tuple(_folders):
            found.update(read(folder / language / CATALOG))
        _catalogs[language] = found
    return found


def read(file: Path) -> dict[str, str]:
    """The translations of a .po file; none where there is no such file. What is marked fuzzy is left out."""
    if not file.is_file():
        return {}
    from babel.messages.pofile import read_po  # whoever reads English never needs it

    with file.open("rb") as lines:
        messages = read_po(lines)
    return {
        message.id: message.string
        for message in messages
        if isinstance(message.id, str) and isinstance(message.string, str)
        # The empty text is the header.
        if message.id and message.string and not message.fuzzy
    }
