"""The overlay as the records of a database say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from core.addons.overlay.entries import CHANGES, FIELDS, MODELS, PRECISION, Added, Changed, Overlay, Renamed

if TYPE_CHECKING:
    from core.orm.env import Env

PLACED = ("id", "name", "label", "label_vi", "help", "help_vi", "digits", "after_form", "after_list")
WORDS = ("label", "label_vi", "plural", "plural_vi")
ADDED = ("kind", "required", "default", "options", "searched", "total", "active")


def read(env: Env, number: int) -> Overlay:
    """What the records say now. env: elevated. number: that of the overlay which it makes."""
    if any(name not in env.models for name in (FIELDS, CHANGES, MODELS, PRECISION)):
        return Overlay(number)
    renamed = env[MODELS].values(["id", "key", *WORDS], order=["id"])
    models = {row["id"]: row["key"] for row in renamed}
    return Overlay(
        number,
        tuple(_added(env, models)),
        tuple(_changed(env, models)),
        tuple(_renamed(row) for row in renamed if any(row[name] for name in WORDS)),
        {row["name"]: row["digits"] for row in env[PRECISION].values(["name", "digits"], order=["id"])},
    )


def _renamed(row: Mapping[str, Any]) -> Renamed:
    return Renamed(row["id"], row["key"], **{name: row[name] for name in WORDS})


def _added(env: Env, models: Mapping[int, str]) -> Iterator[Added]:
    names = [*PLACED, *ADDED, "on", "target", "roles", "on_form", "on_list"]
    rows = env[FIELDS].with_archived().values(names, order=["id"])
    wanted = {identity for row in rows for identity in row["roles"]}
    keys = {row["id"]: row["key"] for row in env["res.groups"].values(["id", "key"])} if wanted else {}
    for row in rows:
        given: dict[str, Any] = {name: row[name] for name in (*PLACED, *ADDED)}
        given |= {
            "model": models[row["on"]],
            "target": models.get(row["target"], ""),
            "roles": tuple(keys[identity] for identity in row["roles"]),
            "on_form": "shown" if row["on_form"] else "hidden",
            "on_list": "shown" if row["on_list"] else "hidden",
        }
        yield Added(**given)


def _changed(env: Env, models: Mapping[int, str]) -> Iterator[Changed]:
    for row in env[CHANGES].values([*PLACED, "on", "on_form", "on_list"], order=["id"]):
        given: dict[str, Any] = {name: row[name] for name in PLACED}
        given |= {"model": models[row["on"]], "on_form": row["on_form"] or "", "on_list": row["on_list"] or ""}
        yield Changed(**given)
