"""Finding records by what somebody typed: for inputs of relations, with scripts and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.orm.filter import Condition, Filter
from core.orm.pattern import escaped
from core.web.screens.finding import typed_filter

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.views import Views

OFFERED = 8  # as many as are taken in at a glance


@dataclass(frozen=True)
class Match:
    """A record that was found. hint: what else it was found by, to tell it from its namesakes."""

    id: int
    title: str
    hint: str = ""


def find(env: Env, views: Views, model: str, text: str, limit: int = OFFERED) -> list[Match]:
    """Records that contain every word that was typed, whatever case and accents; archived ones are left out."""
    condition = typed_filter(env, views.search(model), text)
    found = [] if condition is None else [condition]
    return _matches(env, views, model, found, limit)


def same_name(env: Env, views: Views, model: str, text: str, limit: int = OFFERED) -> list[Match]:
    """Records that are called exactly `text`, whatever case and accents."""
    title = env.models[model].title
    if not title or not env[model].readable(title):
        return []
    return _matches(env, views, model, [Condition(model, (title,), "=ilike", escaped(text))], limit)


def _matches(env: Env, views: Views, model: str, filters: Sequence[Filter], limit: int) -> list[Match]:
    collection, info = env[model], env.models[model]
    if not collection.can("read"):
        return []
    fields = [field.at for field in views.search(model).fields if field.at.names[0] != info.title]
    hints = [at.path for at in fields if at.readable(env)]
    rows = collection.values(["id", "display_name", *hints], *filters, limit=limit)
    return [
        Match(row["id"], row["display_name"], " · ".join(row[path] for path in hints[:3] if row[path])) for row in rows
    ]
