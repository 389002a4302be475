"""The box of the bar: go to a menu by its name, or see in which lists a text is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.i18n import translate
from core.orm.fold import fold
from core.orm.read.select import Counted
from core.web.screens.address import Asked
from core.web.screens.context import env, views
from core.web.screens.finding import filters
from core.web.screens.menu import Area, Link, menu_of, navigation
from core.web.screens.totals import MOST

blueprint = Blueprint("go", __name__)


@dataclass(frozen=True)
class Found:
    """A list in which the text is found. url: of the list, narrowed to that."""

    area: Area
    link: Link
    count: Counted
    url: str


@blueprint.get("/go")
def go() -> str | Response:
    """To the menu that is called so; else the menus and the lists that know the text. One statement a model."""
    text = request.args.get("q", "").strip()
    areas = navigation(env()).areas
    if not text:
        return render_template("go.html", text="", areas=areas, menus=[], lists=[])
    menus = [(area, link) for area in areas for link in area.items if _called(area, link, text)]
    exact = [link for area, link in menus if fold(text) in (fold(place_name(area, link)), fold(_said(link.label)))]
    if len(exact) == 1:
        return redirect(exact[0].url, 303)
    return render_template("go.html", text=text, areas=areas, menus=menus, lists=list(_lists(areas, text)))


def place_name(area: Area, link: Link) -> str:
    """What the box offers a menu as: "CRM: Pipeline"."""
    return f"{_said(area.label)}: {_said(link.label)}"


def _said(label: str) -> str:
    return translate(label, env().language)


def _called(area: Area, link: Link, text: str) -> bool:
    name = fold(place_name(area, link))
    return all(fold(word) in name for word in text.replace(":", " ").split())


def _lists(areas: tuple[Area, ...], text: str) -> Iterator[Found]:
    """The lists with records that have the text, the first menu of each model."""
    seen: set[str] = set()
    for area in areas:
        for link in area.items:
            if not link.model or link.model in seen:
                continue
            seen.add(link.model)
            asked = Asked(link.model, menu=link.key, text=text)
            count = g.env[link.model].count(*filters(env(), views(), asked, menu_of(env(), link.key)), most=MOST)
            if count:
                yield Found(area, link, count, asked.list_address())
