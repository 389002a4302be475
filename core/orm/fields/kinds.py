"""Kinds of field that are treated alike."""

TEXTS = ("char", "text", "html")
"""Words: searched, and sorted as readers sort them."""

LONG = ("text", "html", "json")
"""Read only when they are asked for, and shown on a place of their own."""

NUMBERS = ("integer", "float", "decimal", "monetary", "duration")
EXACT = ("integer", "decimal", "monetary", "duration")
"""Numbers that add up exactly."""
