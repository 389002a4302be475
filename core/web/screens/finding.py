"""Which records a list shows: the menu's limit, facets, the filter of the address and what was typed."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from core.errors import AccessDenied, Invalid, Missing
from core.i18n import _
from core.orm.filter import ALL, NONE, Condition, Filter
from core.orm.notation import from_json
from core.views.composed import MenuAt, SearchView
from core.web.screens.address import Asked
from core.web.screens.spans import spans_of

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.views import Views

WORDS = 6  # of what is typed; more only make the statement longer


def readable_model(env: Env, name: str) -> ModelInfo:
    """The model of an address. Raises Missing where it is not enabled, AccessDenied where no role reads it."""
    if name not in env.models:
        raise Missing(_("There is nothing called {name} here. Perhaps its area is not enabled.", name=name))
    if not env[name].can("read"):
        raise AccessDenied(_("Your roles do not let you see {what}.", what=env.models[name].label_plural))
    return env.models[name]


def filters(env: Env, views: Views, asked: Asked, menu: MenuAt | None) -> list[Filter]:
    """All conditions of a list. Raises Invalid where the address holds a filter that cannot be read."""
    found = [] if menu is None else [menu.filter(env)]
    search = views.search(asked.model)
    found += _switched(env, search, asked)
    found += spans_of(env, asked)
    for path, text in asked.has:
        field = next((field for field in search.fields if field.at.path == path and field.at.readable(env)), None)
        if field is None:
            raise Invalid(_("There is no filter “{name}” for this list.", name=path))
        found += [Condition(asked.model, field.at.names, "ilike", word) for word in text.split()[:WORDS]]
    found.append(filter_of(env, asked))
    found.append(typed_filter(env, search, asked.text))
    return [condition for condition in found if condition is not None]


def _switched(env: Env, search: SearchView, asked: Asked) -> list[Filter]:
    """What the facets ask for: of those of one group any, of different groups all."""
    groups: dict[str, Filter] = {}
    for place, key in enumerate(asked.facets):
        facet = search.facet(key)
        if facet is None:
            raise Invalid(_("There is no filter “{name}” for this list.", name=key))
        group = facet.group or f"{place}"
        known, condition = groups.get(group), facet.filter(env)
        groups[group] = condition if known is None else known | condition
    return list(groups.values())


def filter_of(env: Env, asked: Asked) -> Filter | None:
    """The filter of the address. Raises Invalid."""
    if not asked.filter:
        return None
    try:
        data = json.loads(asked.filter, parse_float=Decimal)
    except ValueError:
        raise Invalid(_("The filter in the address is not JSON.")) from None
    return from_json(env.models, asked.model, data)


def typed_filter(env: Env, search: SearchView, text: str) -> Filter | None:
    """Every word stands in one of the fields that the search looks through; None where nothing was typed."""
    words = text.split()[:WORDS]
    if not words:
        return None
    fields = [field.at.names for field in search.fields if field.at.readable(env)]
    if not fields:
        return NONE
    result: Filter = ALL
    for word in words:
        anywhere: Filter = NONE
        for names in fields:
            condition = Condition(search.model.name, names, "ilike", word)
            anywhere = condition if anywhere is NONE else anywhere | condition
        result = anywhere if result is ALL else result & anywhere
    return result
