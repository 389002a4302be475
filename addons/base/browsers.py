"""Browsers in words: what people recognise of the long text by which a browser tells who it is."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("coc_coc", "Cốc Cốc"),
    ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""What stands in the text → the browser; the first that fits, since most claim to be others as well."""
PLACES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


def browser_in_words(agent: str) -> str:
    """“Firefox · Windows”; the beginning of what it says itself where nobody knows it."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    place = next((name for mark, name in PLACES if mark in agent), "")
    return " · ".join(filter(None, (browser, place))) or agent[:40] or "?"
