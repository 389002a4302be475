"""The screens of the shell that serve every model: home, list, form, and finding a related record."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The blueprints of all screens."""
    # Templates and forms load with the application, not with this package.
    from core.web.screens import (
        chosen,
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
        mine,
        printing,
        relation,
    )

    lists = (list, chosen, custom, favourites, printing)
    records = (form, languages, each_company, file, deeds, relation)
    return [screen.blueprint for screen in (home, *lists, *records, go, mine, company)]
