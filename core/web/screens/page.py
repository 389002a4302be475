"""A page of many records: what every view of them is given, and the head that all of them have.

    /records/crm.lead?view=board ──► Page ──► the screen of the view's kind ──► its template, below the head

The core brings screens for its own kinds of view; an addon adds those of its kinds in `screens` of its `web` package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, make_response, render_template
from werkzeug.wrappers import Response

from core.reports import reports_of
from core.web.screens.address import Asked
from core.web.screens.context import env, formats, views
from core.web.screens.search_box import box_of

if TYPE_CHECKING:
    from core.orm.filter import Filter
    from core.orm.registry import ModelInfo
    from core.views import MenuAt, ViewAt

SCREENS = "screens"
"""Where an application keeps them: kind of view → its screen."""


@dataclass(frozen=True)
class Choice:
    """A view to choose. on: it is the one that is shown."""

    label: str
    icon: str
    href: str
    on: bool


@dataclass(frozen=True)
class Page:
    """Records that an address asks for, and the view that it wants to see them in.

    conditions: all that they have to meet. found: the view, whose own declaration is `found.view`.
    """

    info: ModelInfo
    asked: Asked
    menu: MenuAt | None
    found: ViewAt
    conditions: Sequence[Filter]

    def show(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """The page: the head that all views have, and what the template puts below it."""
        return make_response(render_template(template, **self.head(), **context), status)

    def head(self) -> dict[str, Any]:
        """What the head of the page says and offers."""
        return {
            "info": self.info,
            "label": self.menu.label if self.menu is not None else views().list(self.info.name).label,
            "asked": self.asked,
            "box": box_of(env(), views(), formats(), self.asked),
            "may_create": env()[self.info.name].can("create"),
            "prints": reports_of(env().models).of(self.info.name, env()),
            "choices": self.choices(),
        }

    def choices(self) -> list[Choice]:
        """The views to choose from; none where there is only one."""
        found = [
            Choice(one.caption, one.icon, self.asked.with_view(one.name).list_address(), one.name == self.found.name)
            for one in views().choices(self.info.name)
        ]
        return found if len(found) > 1 else []


Screen = Callable[[Page], Response]
"""What shows a page of one kind of view."""


def screens() -> Mapping[str, Screen]:
    """Kind of view → its screen, in the application that answers."""
    found: Mapping[str, Screen] = current_app.extensions[SCREENS]
    return found
