"""Mail as messages on the wire: putting one together, handing it over, and understanding one that comes in.

    Letter ──compose──► bytes ──► Transport: Smtp, or Mailbox in memory
    bytes ──understand──► Incoming: who, to whom, about what, in answer to what, and whether a person wrote it

What a mail is about, who may get one and what becomes of it is business, and is in the addon `mail`. Nothing but its
sending job imports `core.mail.transport`, or there would be a way around what people have opted out of; composition
holds that for every addon.
"""

from core.mail.addresses import normal_address, parse_address
from core.mail.bounce import Bounce
from core.mail.incoming import Incoming, Unreadable, understand
from core.mail.letter import Letter, Part, compose, html_of, words_as_html
from core.mail.rendering import BadTemplate, check_template, render

__all__ = [
    "BadTemplate", "Bounce", "Incoming", "Letter", "Part", "Unreadable", "check_template", "compose", "html_of",
    "normal_address", "parse_address", "render", "understand", "words_as_html",
]  # fmt: skip
