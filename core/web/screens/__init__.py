"""The screens of the shell that serve every model: home, list, form, and finding a related record."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The blueprints of all screens."""
    # Templates and forms load with the application, not with this package.
    from core.web.screens import (
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

    screens = (
        home,
        custom,
        favourites,
        list,
        form,
        languages,
        each_company,
        file,
        deeds,
        go,
        relation,
        mine,
        company,
        printing,
    )
    return [screen.blueprint for screen in screens]
