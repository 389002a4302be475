"""Patterns of `=like` and `=ilike`: `%` is any text, `_` is one letter; with `\\` before them, they are themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

MANY, ONE = object(), object()
Token = object


def tokens(pattern: str) -> Iterator[Token]:
    """The letters of a pattern, and `MANY` and `ONE`; one `MANY` where several stand together."""
    before: Token = None
    letters = iter(pattern)
    for letter in letters:
        token: Token = {"%": MANY, "_": ONE}.get(letter, letter)
        if letter == "\\":
            token = next(letters, letter)
        if not (token is MANY and before is MANY):
            yield token
        before = token


def escaped(text: str) -> str:
    """The pattern that only this text fits."""
    return re.sub(r"[\\%_]", r"\\\g<0>", text)


def is_plain(pattern: str) -> bool:
    """Whether it stands for one text only."""
    return not any(token in (MANY, ONE) for token in tokens(pattern))


def literal(pattern: str) -> str:
    """The text that a plain pattern stands for."""
    return "".join(str(token) for token in tokens(pattern))


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern says."""
    wanted = list(tokens(pattern))
    at, place = 0, 0
    back, taken = -1, 0  # where the last MANY stands, and how far it reaches
    while place < len(text):
        token = wanted[at] if at < len(wanted) else None
        if token is MANY:
            back, taken, at = at, place, at + 1
        elif token is ONE or (token is not None and token == text[place]):
            at, place = at + 1, place + 1
        elif back >= 0:
            taken += 1
            at, place = back + 1, taken
        else:
            return False
    return all(token is MANY for token in wanted[at:])


def for_glob(pattern: str) -> str:
    """The pattern as SQLite's GLOB writes it, which minds case as `LIKE` there does not."""
    return "".join(
        "*" if token is MANY else "?" if token is ONE else f"[{token}]" if str(token) in "*?[" else str(token)
        for token in tokens(pattern)
    )


def for_like(pattern: str) -> str:
    """The pattern as PostgreSQL's LIKE writes it, with `\\` to escape."""
    return "".join(
        "%" if token is MANY else "_" if token is ONE else f"\\{token}" if str(token) in "%_\\" else str(token)
        for token in tokens(pattern)
    )
