"""Html: rich text, of which only harmless elements are kept."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from core.orm.fields.text import Text

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q",
    "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u",
    "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6]|/blockquote|/pre)\b[^>]*>", re.IGNORECASE)
_MARK = re.compile(r"<[^>]*>")


class Html(Text):
    """Rich text. What is written goes through nh3: no scripts, styles, frames, forms or handlers are kept, links
    open nothing but the web, mail and telephones, and what is left is well-formed."""

    kind = "html"

    def convert(self, value: Any) -> str:
        text = super().convert(value)
        return clean(text) if text else ""


def clean(text: str) -> str:
    """`text` with nothing in it that could act in a reader's browser."""
    import nh3  # a library of its own, not needed before the first rich text is written

    return nh3.clean(
        text,
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def words_of(html: str) -> str:
    """The words of a cleaned rich text, a line for each paragraph."""
    lines = unescape(_MARK.sub("", _BREAK.sub("\n", html))).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
