"""Duration: a length of time."""

from __future__ import annotations

import re

from core.i18n import _
from core.orm.fields.base import BadValue
from core.orm.fields.number import Integer

_CLOCK = re.compile(r"(-?)(\d{1,7}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


class Duration(Integer):
    """A length of time in whole seconds, shown as hours:minutes. It has no day and no time zone."""

    kind = "duration"


def clock(seconds: int) -> str:
    """`seconds` as hours:minutes, with seconds where there are any: 5400 is 1:30, -90 is -0:01:30."""
    minutes, rest = divmod(abs(seconds), 60)
    text = f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")
    return f"-{text}" if seconds < 0 else text


def seconds_of(text: str) -> int:
    """The seconds of hours:minutes or hours:minutes:seconds. Raises BadValue."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise BadValue(_("“{text}” is no length of time. Write it like 1:30, hours and minutes."), text=text)
    seconds = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4] or 0)
    return -seconds if found[1] else seconds
