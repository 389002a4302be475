"""The options of an added choice, as an administrator writes them: a line for each.

Hot | Nóng            the value that is kept is made of the words: hot
cold = Cold | Lạnh    the value, what people call it, and what they call it in Vietnamese
"""

from __future__ import annotations

import re

from core.i18n import Text, Worded, _
from core.orm.fields.base import BadValue
from core.orm.fold import fold

LONGEST = 64
"""Characters of a value."""


def options_of(text: str) -> list[tuple[str, Text]]:
    """(value, label) of each line. Raises BadValue that names the line which is none."""
    return [_option(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def written(text: str) -> str:
    """The same lines with their values spelt out, so that a label can be changed without changing the value.

    What is spelt out already stays as it is. Raises BadValue.
    """
    lines = []
    for value, label in options_of(text):
        vietnamese = getattr(label, "words", {}).get("vi", "")
        lines.append(f"{value} = {label}" + (f" | {vietnamese}" if vietnamese else ""))
    return "\n".join(lines)


def slug(text: str) -> str:
    """Words as a name: small letters without accents, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")


def _option(number: int, line: str) -> tuple[str, Text]:
    value, equals, words = line.partition("=")
    words = words if equals else line
    label, _bar, vietnamese = (part.strip() for part in words.partition("|"))
    if not label:
        raise BadValue(_("has no word in line {number}", number=number))
    if "|" in vietnamese:
        raise BadValue(_("has more than one “|” in line {number}: write “Hot | Nóng”", number=number))
    value = value.strip() if equals else slug(label)[:LONGEST].strip("_")
    if not value or len(value) > LONGEST:
        reason = _("has a line without a value of at most {most} characters, line {number}: write “value = words”",
                   most=LONGEST, number=number)  # fmt: skip
        raise BadValue(reason)
    return value, Worded(label, vi=vietnamese)
