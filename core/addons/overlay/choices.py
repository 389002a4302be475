"""The options of an added choice, as an administrator writes them: a line for each.

Hot | Nóng            the value that is kept is made of the words: hot
cold = Cold | Lạnh    the value, what people call it, and what they call it in Vietnamese
"""

from __future__ import annotations

import re

from core.i18n import Text, Worded
from core.orm.fold import fold

LONGEST = 64
"""Characters of a value."""


def options_of(text: str) -> list[tuple[str, Text]]:
    """(value, label) of each line."""
    return [_option(line) for line in text.splitlines() if line.strip()]


def written(text: str) -> str:
    """The same lines with their values spelt out, so that a label can be changed without changing the value."""
    lines = []
    for value, label in options_of(text):
        vietnamese = getattr(label, "words", {}).get("vi", "")
        lines.append(f"{value} = {label}" + (f" | {vietnamese}" if vietnamese else ""))
    return "\n".join(lines)


def slug(text: str) -> str:
    """Words as a name: small letters without accents, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")


def _option(line: str) -> tuple[str, Text]:
    value, equals, words = line.partition("=")
    label, _bar, vietnamese = (words if equals else line).partition("|")
    label = label.strip()
    return (value.strip() if equals else slug(label)[:LONGEST]), Worded(label, vi=vietnamese.strip())
