"""What a document may load, and nothing else: the fonts that ship with Banyan, and what its own making put in.

There is no file and no network behind an address in a document. `asset:///logo` is what was put in under that name;
every other address, of whatever scheme, is refused, and noted.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

from core.orm.files import sniff
from core.reports.layout import FOLDER

SCHEME = "asset:///"
Held = tuple[bytes, str]
"""Bytes and their type."""
Loaded = Held | Path
"""What was put in, or the file of a font."""
_log = logging.getLogger("banyan.reports")


class Assets:
    """The pictures of a document by name, and the fonts."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self.refused: list[str] = []

    def put(self, name: str, data: bytes, mimetype: str = "") -> str:
        """The address of `data` within the document. mimetype: told by the bytes of pictures where it is not given."""
        self._held[name] = (data, mimetype or sniff(data) or "application/octet-stream")
        return SCHEME + name

    def load(self, address: str) -> Loaded:
        """What is at an address; nothing where it is not the document's to load."""
        name = address.removeprefix(SCHEME)
        if address.startswith(SCHEME):
            if name in self._held:
                return self._held[name]
            if (font := FOLDER / name) in fonts():
                return font
        _log.warning("a document asked for %s, which is none of its own", address[:200])
        self.refused.append(address)
        return b"", ""


@cache
def fonts() -> frozenset[Path]:
    """The files of the fonts that ship with Banyan."""
    return frozenset(FOLDER.glob("*.ttf"))
