"""Where a declaration stands: file and line, for errors that a partner can click."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

_CORE = Path(__file__).resolve().parents[1]
_OURS = tuple(str(_CORE / room) + os.sep for room in ("orm", "views", "reports"))
"""The rooms whose own frames are never where something was declared."""
_ELSEWHERE = (str(_CORE) + os.sep, os.path.dirname(os.__file__) + os.sep)
"""Nor is the core as a whole, or Python itself, where somebody asked for something."""


def caller() -> str:
    """`file:line` of the nearest caller outside the model layer, the views and the reports."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return spot(frame.f_code.co_filename, frame.f_lineno)


def of_addon(frame: FrameType | None) -> str:
    """`file:line` of the nearest frame that is of no room of the core and of no library; else of the outermost."""
    last = frame
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(_ELSEWHERE) and f"{os.sep}site-packages{os.sep}" not in name:
            return spot(name, frame.f_lineno)
        last, frame = frame, frame.f_back
    return "" if last is None else spot(last.f_code.co_filename, last.f_lineno)


def of_code(code: CodeType) -> str:
    """`file:line` where a function is defined."""
    return spot(code.co_filename, code.co_firstlineno)


def spot(filename: str, line: int) -> str:
    """`file:line`, shortened to start at the addon's folder where there is one."""
    return f"{_shortened(filename)}:{line}"


@cache
def _shortened(filename: str) -> str:
    parts = Path(filename).parts
    return "/".join(parts[len(parts) - parts[::-1].index("addons") :]) if "addons" in parts else filename
