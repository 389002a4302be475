"""Keywords of a declaration that take one of a few words: `on_delete="clear"`, `digits="price"`, `widget="tag"`.

A type checker knows some of these words; who declares without one is told by the same message, at once.
"""

from __future__ import annotations

from collections.abc import Collection

from core.errors import DeclarationError, nearest


def check_word(given: object, known: Collection[str], what: str, where: str, addon: str = "") -> None:
    """Raises DeclarationError, with the nearest right word, or all where none is alike, for one that is not known.

    what: what the words are, `value of on_delete`, for the message.
    """
    if given not in known:
        hint = nearest(str(given), known) or f"one of {', '.join(known)}"
        raise DeclarationError(f"{given!r} is no {what}", addon=addon, where=where, hint=hint)
