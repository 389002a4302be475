"""The ways in which a field can be shown, beyond what its kind alone says."""

from __future__ import annotations

NUMBERS = frozenset({"integer", "float", "decimal", "monetary"})

WIDGETS: dict[str, frozenset[str]] = {
    "tag": frozenset({"many2one", "selection", "char", "many2many"}),
    "face": frozenset({"many2one"}),
    "meter": NUMBERS - {"monetary"},
    "stars": frozenset({"selection", "integer"}),
    "email": frozenset({"char"}),
    "phone": frozenset({"char"}),
    "link": frozenset({"char"}),
    "area": frozenset({"char"}),
}
"""Widget → the kinds of field that it can show. tag: a word with a colour. face: the initials of a person
before the name. meter: a bar from 0 to 100. stars: a choice as one to three stars. area: several lines."""

TONES = ("good", "info", "warn", "bad")
"""Colours of a tag; each means a state, and a word always stands beside it."""
