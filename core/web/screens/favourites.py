"""Favourites: what is set on a list, kept under a name, for oneself or for everybody; one of them opens with its menu.

They are records of `ir.filters`, so that renaming, sharing and deleting one is done on its form.

GET  /menu/crm.pipeline                        the list, as the reader's favourite of that menu has it
POST /records/crm.lead/favourites?…            keep what the address says
POST /records/crm.lead/favourites/7/default?…  let the menu open with it, or not any more
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from core.errors import AccessDenied, Missing
from core.i18n import _
from core.orm.filter import Condition
from core.web.screens.address import LIST, Asked
from core.web.screens.context import env
from core.web.screens.finding import readable_model
from core.web.screens.menu import menu_of
from core.web.templating import say

if TYPE_CHECKING:
    from core.orm.env import Env

blueprint = Blueprint("favourites", __name__)
FAVOURITES = "ir.filters"
"""The model that they are records of; the addon `base` has it."""
SHARERS = "base.favourites"
"""The role of those who keep favourites for everybody."""
PASSING = ("menu", "page", "at", "open")
"""What an address says of a moment only."""


@dataclass(frozen=True)
class Favourite:
    """One that the reader has. edit: its form, where they may change it. default: where its star is pressed."""

    name: str
    href: str
    is_shared: bool
    is_default: bool
    on: bool
    edit: str = ""
    default: str = ""


def favourites_of(env: Env, asked: Asked) -> list[Favourite]:
    """Those of a list, the reader's own first. One statement."""
    if FAVOURITES not in env.models or not env[FAVOURITES].can("read"):
        return []
    rows = env[FAVOURITES].values(["id", "name", "user", "address", "is_default"], *_of_list(asked))
    now, shares = _kept(asked), may_share(env)
    found = []
    for row in sorted(rows, key=lambda row: row["user"] is None):
        mine = row["user"] is not None or shares
        address = f"/records/{asked.model}/favourites/{row['id']}/default?{urlencode(asked.pairs('page', 'at'))}"
        found.append(
            Favourite(
                row["name"], address_of(asked, row["address"]), row["user"] is None, row["is_default"],
                row["address"] == now, f"/records/{FAVOURITES}/{row['id']}" if mine else "", address if mine else "",
            )
        )  # fmt: skip
    return found


def may_share(env: Env) -> bool:
    """Whether the reader may keep favourites for everybody."""
    if FAVOURITES not in env.models:
        return False
    return env.elevated or env.has_role(SHARERS)


def address_of(asked: Asked, address: str) -> str:
    """The address of a list with what a favourite keeps."""
    args = MultiDict(parse_qsl(address or ""))
    args["menu"] = asked.menu
    return Asked.read(asked.model, args).list_address()


@blueprint.get("/menu/<key>")
def opened(key: str) -> AnyResponse:
    """A menu: with the favourite that opens first, one's own before everybody's; else with its own facets."""
    menu = menu_of(env(), key)
    if menu is None:
        raise Missing(_("There is nothing called {name} here. Perhaps its area is not enabled.", name=key))
    asked = Asked(menu.model, menu=menu.key, facets=menu.facets, view=menu.view or LIST)
    first = [favourite for favourite in favourites_of(env(), asked) if favourite.is_default]
    return redirect(first[0].href if first else asked.list_address())


@blueprint.post("/records/<model>/favourites")
def keep(model: str) -> AnyResponse:
    """Keep what the address says. Raises Invalid without a name."""
    readable_model(env(), model)
    asked = Asked.read(model, request.args)
    shared, default = "shared" in request.form, "default" in request.form
    owner = None if shared else env().user_id
    if shared and not may_share(env()):
        raise AccessDenied(_("You may not keep favourites for everybody."))
    made = env()[FAVOURITES].create(
        name=request.form.get("name", "").strip(), user=owner, model_name=model, menu=asked.menu, address=_kept(asked)
    )
    if default:
        _let_open(made, asked)
    say(_("“{name}” is kept among the favourites.", name=made.name))
    return redirect(asked.list_address(), 303)


@blueprint.post("/records/<model>/favourites/<int:identity>/default")
def default(model: str, identity: int) -> AnyResponse:
    """Let the menu open with a favourite, or no longer. Raises Missing."""
    readable_model(env(), model)
    asked = Asked.read(model, request.args)
    favourite = env()[FAVOURITES].get(identity)
    if favourite.is_default:
        favourite.is_default = False
    else:
        _let_open(favourite, asked)
    return redirect(asked.list_address(), 303)


def _let_open(favourite: Any, asked: Asked) -> None:
    """One at a time for each user, and for everybody."""
    user = favourite.user
    others = env()[FAVOURITES].search(
        *_of_list(asked),
        Condition(FAVOURITES, ("is_default",), "=", True),
        Condition(FAVOURITES, ("user",), "=", user.id if user is not None else None),
    )
    others.write(is_default=False)
    favourite.is_default = True


def _of_list(asked: Asked) -> list[Condition]:
    return [
        Condition(FAVOURITES, ("model_name",), "=", asked.model),
        Condition(FAVOURITES, ("menu",), "=", asked.menu),
    ]


def _kept(asked: Asked) -> str:
    return urlencode(asked.pairs(*PASSING))
