"""Columns by their paths, as a request or a job names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.errors import AccessDenied
from core.i18n import _
from core.reports.listing import Listed
from core.views.finding import Finder

if TYPE_CHECKING:
    from core.orm.env import Env


def listed(env: Env, model: str, paths: Sequence[str], labels: Sequence[str] = ()) -> list[Listed]:
    """The fields at these paths that the environment may read. labels: other than their own; "" is the field's.

    Raises AccessDenied where it may read none of them, DeclarationError for a path that leads nowhere.
    """
    finder, info = Finder(env.models, ""), env.models[model]
    found = []
    for place, path in enumerate(paths):
        at = finder.at(finder.steps(info, tuple(path.split(".")), ""))
        label = labels[place] if place < len(labels) else ""
        if at.readable(env):
            found.append(Listed(at, label or at.field().label))
    if not found:
        raise AccessDenied(_("Your roles do not let you see {what}.", what=info.label_plural))
    return found
