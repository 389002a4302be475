"""Addons that lie outside of Banyan's own folder, found by their tests as by a server.

A test module may import from its addon before any system is there, so when pytest starts, `addons.loyalty` is looked
for in the folders of the addons path as well, and in the one that holds the addon whose tests are run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from core.addons.discover import NAMESPACE
from core.addons.manifest import FILE_NAME
from core.settings import Settings

VARIABLE = "BANYAN_ADDONS_PATH"


def find_addons(places: Iterable[Path]) -> None:
    """Let the addons around these files and folders be found, and all of the addons path.

    The settings of this process name them from now on, and so do those of the processes that it starts.
    """
    paths = dict.fromkeys([*Settings.load().addons_path, *(folder for place in places for folder in _holding(place))])
    if not paths:
        return
    os.environ[VARIABLE] = os.pathsep.join(str(path) for path in paths)
    sys.meta_path.append(_Finder(paths))


class _Finder:
    """Finds the packages of addons in further folders. To add to the path of the namespace would not do: Python makes
    that anew whenever `sys.path` changes, as it does under pytest."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = [str(folder) for folder in folders]

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """What Python's import system asks of it."""
        parent, _dot, addon = name.rpartition(".")
        return PathFinder.find_spec(name, self._folders) if parent == NAMESPACE and addon else None


def _holding(place: Path) -> Iterable[Path]:
    """The folder that holds the addon in which a place lies; none of Banyan's own, and none of no addon."""
    own = Path(__file__).resolve().parents[2] / NAMESPACE
    for folder in (place.resolve(), *place.resolve().parents):
        if (folder / FILE_NAME).is_file():
            return [] if folder.parent == own else [folder.parent]
    return []
