"""Filters of grants, rules, facets and menus that cannot be asked of their model: told when composed, not when read."""

from __future__ import annotations

import pytest

from core.addons.discover import discover
from core.addons.registry import compose
from core.settings import Settings

from .conftest import WriteAddon
from .mistakes import access, check, view

MISTAKES = {
    "a value of another kind in a function of a grant": (
        access("access = [Grant(salesperson, Lead, 'read',\n"
               "                where=lambda env: (Lead.salesperson.is_(env.user_id)) |\n"
               "                (Lead.expected_revenue < 'a'))]"),
        "access.py:8: the filter on 'expected_revenue' of crm.lead, compared with 'a', must be a number",
    ),
    "a value of another kind in a rule, behind a list": (
        access(
            "from core import Rule\nfrom addons.crm.models import Tag\n\n"
            "access = [Rule(Lead, lambda env: Lead.tags.any(\n    Tag.name == 5))]"),
        "access.py:10: the filter on 'name' of crm.tag, compared with 5, must be a text",
    ),
    "a word that a selection does not have": (
        access("from core import Rule\n\naccess = [Rule(Lead, lambda env: Lead.outcome != 'losst')]"),
        "access.py:8: the filter on 'outcome' of crm.lead, compared with 'losst', cannot be 'losst'; nearest: 'lost'",
    ),
    "a function of a rule that gives no filter": (
        access("from core import Rule\n\naccess = [Rule(Lead, lambda env: Lead.is_lost)]"),
        "access.py:8: <path crm.lead: is_lost> is no filter of crm.lead; give a condition",
    ),
    "a function of a rule that fails": (
        access("from core import Rule\n\ndef ours(env):\n    return Lead.closes_on > env.todday()\n\n"
               "access = [Rule(Lead, ours)]"),
        "access.py:9: AttributeError: 'Env' object has no attribute 'todday'",
    ),
    "a rule about another model": (
        access("from core import Rule\nfrom addons.crm.models import Tag\n\n"
               "access = [Rule(Lead, lambda env: Tag.name == 'VIP')]"),
        "access.py:9: the filter on name of crm.tag cannot be asked of crm.lead",
    ),
    "a value of another kind in a facet": (
        view("from core.views import Facet; from addons.crm.views.lead import lead_search\n"
             "late = Facet('a', 'A', Lead.closes_on < '2026-01-01')\n"
             "views = [Extend(lead_search, inside('facets', late))]"),
        "views/lead.py:7: the filter on 'closes_on' of crm.lead, compared with '2026-01-01', must be a date",
    ),
    "a value of another kind in a function of a facet": (
        view("from core.views import Facet; from addons.crm.views.lead import lead_search\n"
             "late = Facet('a', 'A', lambda env: Lead.closes_on < env.now())\n"
             "views = [Extend(lead_search, inside('facets', late))]"),
        "views/lead.py:7: the filter on 'closes_on' of crm.lead, compared with .*, must be a date",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "message"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_filter_that_cannot_be_asked_is_one_message(
    settings: Settings, write_addon: WriteAddon, files: dict[str, str], message: str
) -> None:
    check(settings, write_addon, f"asking_{list(MISTAKES.values()).index((files, message))}", files, message)


def test_a_function_that_looks_for_records_first_is_left_to_its_use(
    settings: Settings, write_addon: WriteAddon
) -> None:
    write_addon("looking", depends=["crm"], **access("""from core import Rule

def ours(env):
    return Lead.team.in_(env.sudo()["crm.team"].search())

access = [Rule(Lead, ours)]"""))  # fmt: skip
    assert "crm.lead" in compose(discover(settings), ["looking"]).models
