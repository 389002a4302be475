"""The screens of the shell that serve every model: home, list, form, and finding a related record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from core.web.screens.page import Screen


def blueprints() -> list[Blueprint]:
    """The blueprints of all screens."""
    # Templates and forms load with the application, not with this package.
    from core.web.screens import (
        board,
        company,
        custom,
        deeds,
        each_company,
        favourites,
        file,
        form,
        go,
        home,
        languages,
        list,
        list_columns,
        mine,
        pivot,
        printing,
        relation,
    )

    lists = (list, list_columns, custom, favourites, printing, pivot)
    records = (form, languages, each_company, file, deeds, relation)
    screens = (home, *lists, *records, go, mine, company)
    return [*(screen.blueprint for screen in screens), *board.BLUEPRINTS]


def built_in_screens() -> dict[str, Screen]:
    """Kind of view → its screen, of the kinds that the core brings."""
    from core.web.screens import board, chart, list, pivot

    return {"list": list.show, "board": board.show, "pivot": pivot.show, "chart": chart.show}
