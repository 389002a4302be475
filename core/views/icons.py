"""The icons that the pages have: the build puts those of the list into one sprite, and no others."""

from __future__ import annotations

from functools import cache
from pathlib import Path

LIST = Path(__file__).resolve().parents[1] / "web" / "static" / "icons.txt"


@cache
def icons() -> frozenset[str]:
    """Names of icons."""
    return frozenset(line for line in LIST.read_text("utf-8").split("\n") if line and not line.startswith("#"))
