"""Records in groups: `GET /<model>/groups?group_by=date_deadline:month,stage_id&figures=__count:share`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from core.api import json
from core.api.params import bad, filter_in, names_in, only, resolved
from core.api.problem import BadParameter
from core.api.records import asked
from core.errors import nearest
from core.i18n import _
from core.orm.env import Env
from core.orm.fields.number import Monetary
from core.orm.read.groups import COUNT, FIGURES, PERIODS, SHARE
from core.orm.registry import ModelInfo
from core.orm.wire import Way, in_database, plain

MOST_NAMES = 20
MOST_GROUPS = 10_000
"""Groups of an answer; `count` says how many there are."""
COUNTED = frozenset({"count", "count_distinct"})
"""Figures that are of any field."""


@dataclass(frozen=True)
class Name:
    """What is grouped by, or a figure: as it was asked for, where it leads, and as the model layer calls it."""

    wire: str
    way: Way | None
    plain: str


def list_groups(model: str) -> Response:
    """GET /<model>/groups: one object for each combination of values, with how many records it is of."""
    env, info = asked(model)
    given = request.args
    only(given, ("group_by", "figures", "filter", "order"))
    keys = _keys(env, info, given.get("group_by", ""))
    figures = _figures(env, info, given.get("figures", ""), keys)
    order = _order(given, [*keys, *figures])
    titles = {key.plain: f"{key.plain}.display_name" for key in keys if _is_relation(key)}
    by = [*(key.plain for key in keys), *titles.values()]
    found = env[model].groups(
        by, [figure.plain for figure in figures], filter_in(env, info, given.get("filter", "")), order=order
    )
    groups = [_told(group, keys, figures, titles) for group in found[:MOST_GROUPS]]
    return json.answer({"groups": groups, "count": len(found)})


def _told(group: Mapping[str, Any], keys: list[Name], figures: list[Name], titles: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key in keys:
        value = plain(group[key.plain])
        if value is not None and key.plain in titles:
            value = {"id": value, "display_name": group[titles[key.plain]]}
        told[key.wire] = value
    told[COUNT] = group[COUNT]
    told.update((figure.wire, plain(group[figure.plain])) for figure in figures)
    return told


def _keys(env: Env, info: ModelInfo, text: str) -> list[Name]:
    if not text:
        raise BadParameter("group_by", _("'group_by' names the fields to group by"))
    keys = []
    for name in names_in("group_by", text, MOST_NAMES):
        path, colon, period = name.partition(":")
        way = resolved(env, info, "group_by", path)
        field = way.end()
        if field is None or way.crosses_many or not in_database(field):
            raise bad("group_by", name, _("records cannot be grouped by '{path}'", path=path))
        if colon and field.kind not in ("date", "datetime"):
            raise bad("group_by", name, _("'{path}' is no date that has periods", path=path))
        if colon and period not in PERIODS:
            hint = ", ".join(PERIODS)
            raise bad("group_by", name, _("'{period}' is no period; one of: {all}", period=period, all=hint))
        keys.append(Name(name, way, way.path + colon + period))
    return keys


def _figures(env: Env, info: ModelInfo, text: str, keys: list[Name]) -> list[Name]:
    figures = []
    for name in names_in("figures", text, MOST_NAMES) if text else ():
        if name == COUNT + SHARE:
            figures.append(Name(name, None, name))
            continue
        path, colon, function = name.partition(":")
        way = resolved(env, info, "figures", path)
        field = way.end()
        if field is None or way.crosses_many or not in_database(field):
            raise bad("figures", name, _("'{path}' has no figures", path=path))
        if colon and function not in FIGURES:
            hint = ", ".join(FIGURES)
            raise bad("figures", name, _("'{figure}' is no figure; one of: {all}", figure=function, all=hint))
        if isinstance(field, Monetary) and function not in COUNTED:
            _need_currency(name, way, field, keys)
        figures.append(Name(name, way, way.path + colon + function))
    return figures


def _need_currency(name: str, way: Way, field: Monetary, keys: list[Name]) -> None:
    """Raise BadParameter where a figure would be of amounts in different currencies."""
    currency = (*way.names[:-1], field.currency)
    if not any(key.way is not None and key.way.names == currency for key in keys):
        known = way.infos[-1].fields[field.currency].wire_name
        wire = ".".join((*way.wire.split(".")[:-1], known))
        reason = _("'{path}' is in several currencies; group by {currency} too", path=name, currency=wire)
        raise bad("figures", name, reason)


def _order(given: Mapping[str, str], names: list[Name]) -> list[str]:
    known = {name.wire: name.plain for name in names} | {COUNT: COUNT}
    order = []
    for item in names_in("order", given["order"], MOST_NAMES) if given.get("order") else ():
        name = item.removeprefix("-")
        if name not in known:
            hint = nearest(name, known) or _("one of: {all}", all=", ".join(known))
            raise bad("order", name, _("'{path}' is no name of this grouping; {hint}", path=name, hint=hint))
        order.append(item.removesuffix(name) + known[name])
    return order


def _is_relation(key: Name) -> bool:
    field = key.way.end() if key.way is not None else None
    return field is not None and field.kind == "many2one"
