"""Whether one column type holds everything that another one does."""

from __future__ import annotations

import re

_FORM = re.compile(r"(?P<name>[A-Z ]+?)\s*(?:\((?P<numbers>[\d, ]+)\))?")
_WHOLE = {"SMALLINT": 1, "INTEGER": 2, "BIGINT": 3}


def widens(before: str, after: str) -> bool:
    """True where every value of `before` is the same value in `after`. Both are types in PostgreSQL's words."""
    old_name, old = _parts(before)
    new_name, new = _parts(after)
    if old_name == "VARCHAR" and new_name == "TEXT":
        return True
    if old_name in _WHOLE and new_name in _WHOLE:
        return _WHOLE[old_name] < _WHOLE[new_name]
    if old_name != new_name or old_name not in ("VARCHAR", "NUMERIC"):
        return False
    if old_name == "VARCHAR":
        return not new or (bool(old) and new[0] >= old[0])
    # As many digits before the point and the same behind it: SQLite keeps the number scaled by those.
    return len(old) == len(new) == 2 and new[1] == old[1] and new[0] >= old[0]


def _parts(text: str) -> tuple[str, tuple[int, ...]]:
    """("NUMERIC", (18, 2)) of `NUMERIC(18, 2)`; what is written otherwise stands as it is."""
    found = _FORM.fullmatch(text)
    if found is None:
        return text, ()
    numbers = found["numbers"]
    return found["name"], tuple(int(number) for number in numbers.split(",")) if numbers else ()


def numeric(text: str) -> tuple[int, ...]:
    """(18, 2) of `NUMERIC(18, 2)`; nothing of another type."""
    name, numbers = _parts(text)
    return numbers if name == "NUMERIC" else ()
