"""The company's colour as the accent of the pages, where everything that stands in it or on it stays readable.

A colour that somebody likes on paper need not be readable as text. So its hue and strength are kept, and its lightness
is moved, as little as it takes, until it has the contrast of 4.5 (WCAG AA) with all that it meets, in light and dark.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from flask import Blueprint, Response, g
from werkzeug.exceptions import NotFound

from core.web.request import public

blueprint = Blueprint("accent", __name__)

ENOUGH = 4.5
COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
Rgb = tuple[float, float, float]
BLACK, WHITE, NIGHT = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (25 / 255, 28 / 255, 26 / 255)
LIGHT_GROUNDS: tuple[Rgb, ...] = (WHITE, (246 / 255, 246 / 255, 243 / 255), (239 / 255, 239 / 255, 235 / 255))
"""What the accent stands on: paper, canvas and sunken of tokens.css."""
DARK_GROUNDS: tuple[Rgb, ...] = (NIGHT, (18 / 255, 20 / 255, 19 / 255), (13 / 255, 15 / 255, 14 / 255))
_YEAR = 365 * 24 * 3600


@blueprint.get("/accent/<digits>.css")
@public
def style(digits: str) -> Response:
    """The style sheet of a colour, by its six hexadecimal digits. Raises NotFound."""
    if not COLOUR.fullmatch(f"#{digits}"):
        raise NotFound()
    response = Response(sheet(f"#{digits}"), mimetype="text/css")
    response.cache_control.max_age, response.cache_control.public = _YEAR, True
    response.cache_control.immutable = True
    return response


def accent() -> str:
    """The six digits of the colour of the reader's company, or ""."""
    identity = g.get("identity")
    colour = identity.colour if identity is not None else ""
    return colour[1:] if COLOUR.fullmatch(colour) else ""


@lru_cache(maxsize=64)
def sheet(colour: str) -> str:
    """The values of tokens.css that follow from a colour."""
    light, dark = tones(colour, LIGHT_GROUNDS, WHITE, -1), tones(colour, DARK_GROUNDS, NIGHT, 1)
    values = "".join(f"  --{name}: light-dark({light[name]}, {dark[name]});\n" for name in light)
    return f":root {{\n{values}}}\n"


def tones(colour: str, grounds: Iterable[Rgb], paper: Rgb, step: int) -> dict[str, str]:
    """Name of a token → its colour. step: -1 makes the accent darker until it can be read, 1 lighter."""
    hue, lightness, strength = colorsys.rgb_to_hls(*_rgb(colour))
    ink = WHITE if step < 0 else _mixed(_tone(hue, 0.5, strength), BLACK, 0.18)

    def at(lightness: float) -> Rgb:
        return _tone(hue, lightness, strength)

    def reads(lightness: float) -> bool:
        tone = at(lightness)
        soft = _mixed(tone, paper, 0.12)
        return all(contrast(tone, ground) >= ENOUGH for ground in (*grounds, soft, ink))

    found = _moved(lightness, step, reads)
    tone = at(found)
    return {
        "accent": _hex(tone),
        "accent-strong": _hex(at(min(1.0, max(0.0, found + step * 0.06)))),
        "accent-ink": _hex(ink),
        "accent-soft": _hex(_mixed(tone, paper, 0.12)),
        "accent-line": _hex(_mixed(tone, paper, 0.42)),
    }


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2 reckons it."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _moved(lightness: float, step: int, reads: Callable[[float], bool]) -> float:
    """The lightness nearest to the given one, in the direction of `step`, that can be read."""
    if reads(lightness):
        return lightness
    hundredths = round(lightness * 100)
    while 0 <= hundredths + step <= 100 and not reads(hundredths / 100):
        hundredths += step
    return hundredths / 100


def _tone(hue: float, lightness: float, strength: float) -> Rgb:
    """A colour as it is shown: in whole steps of 256, so that what is measured is what is seen."""
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, strength)
    return _rgb(_hex((red, green, blue)))


def _mixed(one: Rgb, other: Rgb, part: float) -> Rgb:
    red, green, blue = (a * part + b * (1 - part) for a, b in zip(one, other, strict=True))
    return _rgb(_hex((red, green, blue)))


def _luminance(colour: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in colour)
