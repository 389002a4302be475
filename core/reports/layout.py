"""How the documents of a company look: its head and foot, paper, colours and font.

The values are the company's own; who keeps them answers the hook `document_layout` (the addon `base` does, from
`res.company` and the records of `report.layout`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.reports.declare import PAPERS

if TYPE_CHECKING:
    from core.orm.env import Env

FOLDER = Path(__file__).resolve().parent / "static" / "vendor"
FONTS = {"Source Sans 3": "SourceSans3", "Be Vietnam Pro": "BeVietnamPro", "Source Serif 4": "SourceSerif4"}
"""Name of a font → how its files begin. The figures of the first and the last are all of one width."""
STYLES = {
    "Regular": (400, "normal"), "Regular-Italic": (400, "italic"), "SemiBold": (600, "normal"), "Bold": (700, "normal")
}  # fmt: skip
SIDES = ("left", "right", "centre")
SIZES = {"A4": (210.0, 297.0), "A5": (148.0, 210.0), "Letter": (215.9, 279.4)}
"""Paper → width and height in millimetres, standing."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Layout:
    """The layout of a company's documents.

    address, contact: lines. logo: a picture as PNG, JPEG, WebP or GIF. colour: of lines and headings, accent: of what
    lies behind the heads of tables, both as #rrggbb. side: where the logo stands. header, footer: text of the company's
    own, in lines, at the top right and at the bottom of each page. language: what documents are printed in unless their
    receiver says otherwise.
    """

    name: str = ""
    address: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    tax_code: str = ""
    logo: bytes | None = field(default=None, repr=False)
    paper: str = "A4"
    font: str = "Source Sans 3"
    colour: str = "#17604a"
    accent: str = "#eef4f1"
    side: str = "left"
    header: str = ""
    footer: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        # They stand in the style sheet as they are: what is no colour must not be able to be anything else.
        for colour in (self.colour, self.accent):
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"'{colour}' is no colour; it is written as #17604a")
        for value, known in ((self.paper, PAPERS), (self.font, tuple(FONTS)), (self.side, SIDES)):
            if value not in known:
                raise ValueError(f"'{value}' is not one of {', '.join(known)}")


def layout_of(env: Env, company: int | None) -> Layout:
    """The layout of a company's documents, its texts in the environment's language; the plain one where nobody keeps
    any."""
    elevated = env.sudo("head of a document")
    found: Layout | None = elevated.hooks.document_layout(env=elevated, company=company)
    return Layout() if found is None else found


def is_colour(text: str) -> bool:
    """Whether it is a colour as layouts have it, #rrggbb."""
    return _COLOUR.fullmatch(text) is not None


@cache
def font_faces(font: str) -> str:
    """The style rules that make the files of a font known, which documents may load."""
    prefix = FONTS[font]
    return "\n".join(
        f'@font-face {{ font-family: "{font}"; font-weight: {weight}; font-style: {style}; '
        f"src: url(asset:///{prefix}-{file}.ttf); }}"
        for file, (weight, style) in STYLES.items()
    )
