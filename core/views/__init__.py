"""The vocabulary of an addon's `views` package: lists, forms, searches and menus as Python objects.

    lead_form = Form(
        Lead,
        title=Lead.name,
        buttons=[Button(Lead.mark_won, _("Won"), main=True)],
        status=Lead.stage,
        body=[Group(Lead.partner, Lead.expected_revenue, key="deal"), Tabs(Tab(_("Notes"), Lead.description))],
    )
    views = [Extend(another_form, after(Partner.city, Partner.leads_count))]

`kinds` and `nodes` are what is declared, `extend` how others change it, `compose` checks everything, `composed` is what
the shell works with, `defaults` serves the models that declare nothing.
"""

from core.views.collect import collect_views
from core.views.compose import Views, compose_views, views_of
from core.views.composed import (
    ButtonAt,
    ColumnAt,
    FacetAt,
    FieldAt,
    FormView,
    GroupAt,
    ItemAt,
    ListView,
    MenuAt,
    SearchView,
    ShownAt,
    TabsAt,
    WidgetAt,
)  # fmt: skip
from core.views.extend import Extend, after, before, inside, move, remove
from core.views.kinds import Form, List, Menu, Search
from core.views.nodes import Button, Column, Facet, Group, Tab, Tabs, Widget

__all__ = [
    "Button",
    "ButtonAt",
    "Column",
    "ColumnAt",
    "Extend",
    "Facet",
    "FacetAt",
    "FieldAt",
    "Form",
    "FormView",
    "Group",
    "GroupAt",
    "ItemAt",
    "List",
    "ListView",
    "Menu",
    "MenuAt",
    "Search",
    "SearchView",
    "ShownAt",
    "Tab",
    "Tabs",
    "TabsAt",
    "Views",
    "Widget",
    "WidgetAt",
    "after",
    "before",
    "collect_views",
    "compose_views",
    "inside",
    "move",
    "remove",
    "views_of",
]
