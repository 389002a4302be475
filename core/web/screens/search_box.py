"""The search box of a list: what narrows it now, as chips, and a panel of what else could.

It belongs to the head of every kind of view: `box_of` gives what `search_box.html` draws. Groups are the list's alone;
other kinds of view have choices of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.i18n import translate
from core.orm.filter import All, Filter
from core.orm.notation import to_json
from core.views.composed import DATES, FieldAt, SearchView, groups_by
from core.views.figures import PERIODS
from core.web.screens.address import LIST, MOST_GROUPS, Asked
from core.web.screens.custom import WAYS, Choice, choices
from core.web.screens.favourites import Favourite, favourites_of, may_share
from core.web.screens.finding import filter_of
from core.web.screens.list_groups import USUAL, level_of
from core.web.screens.sentence import sentence
from core.web.screens.spans import SPANS, date_at, label_of

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.views import Views


@dataclass(frozen=True)
class Chip:
    """What narrows or groups the list now. href: without it."""

    label: str
    href: str
    icon: str = ""


@dataclass(frozen=True)
class Switch:
    """Something that can be put on or taken off. begins: a group of switches; the first of all does not."""

    label: str
    href: str
    on: bool
    begins: bool = False


@dataclass(frozen=True)
class Fold:
    """Switches of one field. path: of a date, so that days can be typed for it."""

    label: str
    switches: Sequence[Switch]
    path: str = ""

    @property
    def on(self) -> bool:
        return any(switch.on for switch in self.switches)


@dataclass(frozen=True)
class Box:
    """All that the search box shows. looks: (label, address to which what was typed is added) of each field."""

    asked: Asked
    info: ModelInfo
    chips: Sequence[Chip]
    switches: Sequence[Switch]
    dates: Sequence[Fold]
    groups: Sequence[Switch | Fold]
    looks: Sequence[tuple[str, str]]
    choices: Sequence[Choice]
    favourites: Sequence[Favourite]
    may_share: bool

    @property
    def ways(self) -> Mapping[str, str]:
        """How a field may be compared → its words."""
        return WAYS


def box_of(env: Env, views: Views, formats: Formats, asked: Asked) -> Box:
    """The search box of an address. One statement for favourites, and those for the titles of records that its
    filter names."""
    info, search = env.models[asked.model], views.search(asked.model)
    columns = [column.at for column in views.list(asked.model).columns if column.at.readable(env)]
    dated = [at for at in search.dates or _of_kinds(columns, DATES) if at.readable(env)]
    grouped = [at for at in search.groups or [at for at in columns if groups_by(at)] if at.readable(env)]
    if not search.groups:
        grouped = [at for at in grouped if at.kind not in ("char", "integer")]
    return Box(
        asked,
        info,
        list(_chips(env, views, formats, asked)),
        list(_switches(search, asked)),
        [_spans(env, at, asked) for at in dated],
        [_groups(env, at, asked) for at in grouped] if asked.view == LIST else [],
        [
            (translate(field.label, env.language), asked.with_text("").list_address_before(f"has={field.at.path}:"))
            for field in search.fields
            if field.at.readable(env)
        ],
        choices(env, info),
        favourites_of(env, asked),
        may_share(env),
    )


def _chips(env: Env, views: Views, formats: Formats, asked: Asked) -> Iterator[Chip]:
    search = views.search(asked.model)
    for key in asked.facets:
        facet = search.facet(key)
        if facet is not None:
            yield Chip(translate(facet.label, env.language), asked.toggled(key).list_address())
    for path, span in asked.spans:
        at = date_at(env, asked.model, path)
        if at is not None:
            yield Chip(label_of(env, formats, at, span), asked.toggled_span(path, span).list_address())
    labels = {field.at.path: translate(field.label, env.language) for field in search.fields}
    for path, text in asked.has:
        yield Chip(f"{labels.get(path, path)}: {text}", asked.toggled_has(path, text).list_address())
    condition = filter_of(env, asked)
    parts = _parts(condition)
    for place, part in enumerate(parts):
        left = [one for at, one in enumerate(parts) if at != place]
        rest = json.dumps(to_json(All(tuple(left)), env.models), ensure_ascii=False, default=str) if left else ""
        yield Chip(
            sentence(env, formats, env.models[asked.model], part), asked.with_filter(rest).list_address(), "filter"
        )
    for name in asked.groups if asked.view == LIST else ():
        level = level_of(env, asked.model, name)
        if level is not None:
            yield Chip(level.label(env.language), asked.toggled_group(name).list_address(), "category")


def _parts(condition: Filter | None) -> tuple[Filter, ...]:
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, All) else (condition,)


def _switches(search: SearchView, asked: Asked) -> Iterator[Switch]:
    last = None
    for facet in sorted(search.facets, key=lambda facet: _place(search, facet.group)):
        begins = last is not None and facet.group != last
        yield Switch(facet.label, asked.toggled(facet.key).list_address(), facet.key in asked.facets, begins)
        last = facet.group


def _place(search: SearchView, group: str) -> int:
    return next(place for place, facet in enumerate(search.facets) if facet.group == group)


def _of_kinds(columns: Sequence[FieldAt], kinds: frozenset[str]) -> list[FieldAt]:
    return [at for at in columns if at.kind in kinds and (at.field().stored or at.field().via_stored)]


def _spans(env: Env, at: FieldAt, asked: Asked) -> Fold:
    switches = [
        Switch(label, asked.toggled_span(at.path, span).list_address(), (at.path, span) in asked.spans)
        for span, label in SPANS.items()
    ]
    return Fold(at.field().label, switches, at.path)


def _groups(env: Env, at: FieldAt, asked: Asked) -> Switch | Fold:
    full = len(asked.groups) >= MOST_GROUPS
    if at.kind not in DATES:
        href = asked.list_address() if full and at.path not in asked.groups else _group_address(asked, at.path)
        return Switch(at.field().label, href, at.path in asked.groups)
    switches = [
        Switch(PERIODS[period], _group_address(asked, f"{at.path}:{period}"), _is_on(asked, at.path, period))
        for period in PERIODS
    ]
    return Fold(at.field().label, switches)


def _is_on(asked: Asked, path: str, period: str) -> bool:
    return f"{path}:{period}" in asked.groups or (period == USUAL and path in asked.groups)


def _group_address(asked: Asked, name: str) -> str:
    return asked.toggled_group(name).list_address()
