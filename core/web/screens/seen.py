"""What a person saw in each input, so that only what they touched is written.

Without it, a form that lay open would write the old value of a field that somebody else has changed since.
The page carries a short mark of each input, name → mark, as JSON in `_seen`; it is a hint for merging and no
protection, which the version of the record is.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping

from core.orm.fields.base import Field
from core.orm.files import KINDS
from core.web.screens.inputs import Input
from core.web.screens.typed import Sent

SEEN = "_seen"


def mark(made: Input) -> str:
    """The mark of an input as the page shows it."""
    match made.kind:
        case "many" | "selection":
            return _digest([*sorted(option.value for option in made.options if option.chosen), made.text])
    return _digest([made.text])


def _mark_of_sent(kind: str, name: str, sent: Sent) -> str:
    """The mark that the same input has as it was sent."""
    match kind:
        case "many2many":
            return _digest([*sorted(value for value in sent.getlist(name) if value), sent.get(f"{name}.add", "")])
        case "selection":
            return _digest([sent.get(name, ""), ""])
        case "boolean":
            return _digest(["1" if "1" in sent.getlist(name) else ""])
    return _digest([sent.get(name, "").replace("\r\n", "\n")])


def touched(fields: Mapping[str, Field[object]], names: Iterable[str], sent: Sent) -> set[str]:
    """The names whose inputs differ from what was seen; all of them, where the form does not say what that was."""
    try:
        seen = json.loads(sent.get(SEEN, "{}"))
    except ValueError:
        seen = {}
    known = seen if isinstance(seen, dict) else {}
    return {
        name
        for name in names
        if fields[name].kind in KINDS or known.get(name) != _mark_of_sent(fields[name].kind, name, sent)
    }


def _digest(parts: list[str]) -> str:
    return f"{zlib.crc32(chr(0).join(parts).encode()):08x}"
