"""How names are compared when two files do not spell them alike, and what is made from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.errors import nearest
from core.orm.fold import fold

T = TypeVar("T")


def loose(text: str) -> str:
    """Letters and digits alone, without case and accents: `GTX Pro`, `gtx-pro` and `GTXPro` are one."""
    return "".join(character for character in fold(text) if character.isalnum())


def slug(text: str) -> str:
    """`text` as a part of an external id: letters and digits stay, everything between becomes `_`."""
    return re.sub(r"[\W_]+", "_", text).strip("_")


def login(text: str) -> str:
    """A log-in from a person's name: `Darcel Schlecht` → `darcel.schlecht`, `Đỗ Văn Ân` → `do.van.an`."""
    words = (re.sub(r"[^a-z0-9_-]", "", word) for word in re.split(r"[\s.]+", fold(text)))
    return ".".join(word for word in words if word)


TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "login": login,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "squeeze": lambda text: " ".join(text.split()),
    "digits": lambda text: "".join(character for character in text if character.isdigit()),
}
"""What a mapping may do to a text before it is used."""


@dataclass(frozen=True)
class Match(Generic[T]):
    """What a name led to. spelling: how the known name is written, where that differs. nearest: a hint where
    nothing was found. several: names that are all alike, where it cannot be said which was meant."""

    found: T | None = None
    spelling: str = ""
    nearest: str = ""
    several: tuple[str, ...] = ()


@dataclass
class Names(Generic[T]):
    """Known names and what they stand for; found exactly, then by `loose` spelling."""

    known: Mapping[str, T]
    _loose: dict[str, list[str]] = field(default_factory=dict)

    def find(self, text: str, *, exact: bool = False) -> Match[T]:
        if text in self.known:
            return Match(self.known[text])
        if exact:
            return Match(nearest=nearest(text, self.known))
        if not self._loose:
            for name in self.known:
                self._loose.setdefault(loose(name), []).append(name)
        alike = self._loose.get(loose(text), []) if loose(text) else []
        if len(alike) == 1:
            return Match(self.known[alike[0]], spelling=alike[0])
        if alike:
            return Match(several=tuple(alike))
        return Match(nearest=nearest(text, self.known))


def columns_of(*templates: str) -> tuple[str, ...]:
    """The columns that templates such as `user_{sales_agent}` name."""
    return tuple(dict.fromkeys(column for template in templates for column in re.findall(r"\{([^{}]+)\}", template)))


def fill(template: str, cells: Mapping[str, str], *, slugs: bool = False) -> str:
    """The template with its columns' texts in place."""
    return re.sub(r"\{([^{}]+)\}", lambda found: slug(cells[found[1]]) if slugs else cells[found[1]], template)


def fill_first(templates: Iterable[str], cells: Mapping[str, str]) -> str:
    """The first of the templates whose columns all have a text, filled; an empty text where none has."""
    for template in templates:
        if all(cells[column] for column in columns_of(template)):
            return fill(template, cells)
    return ""
