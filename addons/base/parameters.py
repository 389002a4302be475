"""What the value of a parameter may be, and what its text means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from core.i18n import _

KINDS = (("number", _("Number")), ("text", _("Text")), ("table", _("Table (JSON)")))


@dataclass(frozen=True)
class Parsed:
    """What a text means. problem: why it means nothing, or an empty text."""

    value: Decimal | str | list[Any]
    problem: str = ""


def parse(kind: str, text: str) -> Parsed:
    """What the text of a value means for a kind of parameter; numbers inside a table are Decimals too."""
    if kind == "text":
        return Parsed(text)
    if kind == "number":
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return Parsed(number)
        return Parsed(Decimal(0), _("must be a number with a point, such as 10.5"))
    try:
        table = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        table = None
    if isinstance(table, list):
        return Parsed(table)
    return Parsed([], _("must be a list in JSON, such as [[10000000, 5], [30000000, 10]]"))
