"""What screens take from the request, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g

from core.views import views_of

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.views import Views


def env() -> Env:
    """The environment of whoever sent the request."""
    return cast("Env", g.env)


def formats() -> Formats:
    """Formats of the reader's language and time zone."""
    return cast("Formats", g.formats)


def views() -> Views:
    """The views that belong to the models of the request's unit of work."""
    return views_of(env().models)
