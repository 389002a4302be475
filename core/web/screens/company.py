"""The company that a user works in, where they may work in several: the menu in the bar, and the choice.

The choice is in the session, so it holds for all pages of one browser. With none, the user sees the records of
all companies that they may work in, and new ones belong to their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, request, session
from werkzeug.wrappers import Response

from core.errors import AccessDenied
from core.i18n import _
from core.orm.compose import COMPANY
from core.orm.filter import Condition
from core.web.auth import own_path
from core.web.workplace import SESSION_COMPANIES, chosen_companies

if TYPE_CHECKING:
    from core.orm.identity import Identity

blueprint = Blueprint("company", __name__)


@dataclass(frozen=True)
class Choice:
    """A company that may be chosen. level: how many it is a branch below."""

    id: int
    name: str
    level: int
    current: bool


@blueprint.post("/company")
def choose() -> Response:
    """Work in one company and its branches, or in all. Raises AccessDenied for one that the user may not work in."""
    text = request.form.get("company", "")
    session.pop(SESSION_COMPANIES, None)
    if text:
        identity: Identity = g.identity
        if not text.isdecimal() or int(text) not in identity.allowed:
            raise AccessDenied(_("You may not work in this company."))
        session[SESSION_COMPANIES] = [int(text)]
    path = own_path(request.form.get("next", "/"))
    # The record of a page may belong to a company that is not looked at any more; its list is there in any case.
    address = path.partition("?")[0].split("/")
    return redirect("/".join(address[:3]) if address[1:2] == ["records"] and len(address) > 3 else path, 303)


def companies() -> list[Choice]:
    """What the bar offers: nothing where there is no choice. One statement where there is."""
    identity: Identity | None = g.get("identity")
    if identity is None or len(identity.allowed) < 2:
        return []
    # The names of companies that a user may work in are theirs to see, whatever their grants.
    known = g.env.sudo("names of the companies to choose from")[COMPANY]
    rows = known.values(("id", "display_name"), Condition(COMPANY, ("id",), "in", identity.allowed))
    names = {row["id"]: row["display_name"] for row in rows}
    return list(_below(identity, names, None, 0, chosen_companies()))


def _below(
    identity: Identity, names: Mapping[int, str], above: int | None, level: int, chosen: tuple[int, ...]
) -> Iterator[Choice]:
    parents = dict(identity.branches)
    for company in sorted(names, key=lambda each: (names[each], each)):
        parent = parents.get(company)
        if (parent if parent in names else None) == above:
            yield Choice(company, names[company], level, company in chosen)
            yield from _below(identity, names, company, level + 1, chosen)
