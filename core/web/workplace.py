"""The companies that a form was opened in, which it is carried out in, whatever another tab has chosen since.

    tab 1: form, drawn while at work in company 1 ───────────────► saved: in company 1, which is chosen again
    tab 2:            the person chooses company 2 ─► pages of 2

The choice is in the session, which all tabs share. So a form carries the choice that it was drawn with, and sending it
chooses that again, with a word about it. It is a hint and no permission: each company is checked as any choice is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, request, session
from markupsafe import Markup

from core.errors import AccessDenied
from core.i18n import _, translate
from core.orm.compose import COMPANY
from core.orm.filter import Condition

if TYPE_CHECKING:
    from core.orm.identity import Identity
    from core.orm.unit import UnitOfWork

SESSION_COMPANIES = "companies"
DRAWN_IN = "_companies"
"""The hidden input with the numbers of the companies that were chosen; empty where none was."""


def chosen_companies() -> tuple[int, ...]:
    """The companies that the person chose to work in; none stands for all that they may."""
    return tuple(session.get(SESSION_COMPANIES, ()))


def company_field() -> Markup:
    """The hidden input of a form that is carried out where it was opened."""
    chosen = ",".join(str(company) for company in chosen_companies())
    return Markup('<input type="hidden" name="{}" value="{}">').format(DRAWN_IN, chosen)


def at_work(unit: UnitOfWork, identity: Identity) -> Identity:
    """Who is logged in, in the companies that they chose, or that the form which they send was opened in.

    Raises AccessDenied where they may not work any more in those of the form.
    """
    drawn_in = request.form.get(DRAWN_IN)
    if drawn_in is not None:
        _choose(unit, identity, drawn_in)
    chosen = chosen_companies()
    if chosen and set(chosen) <= set(identity.allowed):
        return identity.working_in(chosen)
    if chosen:
        session.pop(SESSION_COMPANIES)  # they may not work there any more
    return identity


def _choose(unit: UnitOfWork, identity: Identity, drawn_in: str) -> None:
    """Work again where the form was opened, and say so where that is a change."""
    numbers = drawn_in.split(",") if drawn_in else []
    if not all(number.isdecimal() and len(number) < 19 and int(number) in identity.allowed for number in numbers):
        raise AccessDenied(
            _("This page was opened in a company in which you may not work any more. Nothing was saved.")
        )
    companies = [int(number) for number in numbers]
    if tuple(companies) == chosen_companies():
        return
    if companies:
        session[SESSION_COMPANIES] = companies
        text = _("This page was opened in {companies}, so you work there again.", companies=_names(unit, companies))
    else:
        session.pop(SESSION_COMPANIES, None)
        text = _("This page was opened in all companies, so you work in all of them again.")
    flash(translate(text, identity.language), "info")


def _names(unit: UnitOfWork, companies: list[int]) -> str:
    env = unit.system_env(reason="name the company that a form was opened in")
    rows = env[COMPANY].with_archived().values(("display_name",), Condition(COMPANY, ("id",), "in", tuple(companies)))
    return ", ".join(row["display_name"] for row in rows)
