"""The vocabulary of an addon's `views` package: forms, lists, boards, pivots, charts, searches and menus as
Python objects.

    lead_form = Form(
        Lead,
        title=Lead.name,
        buttons=[Button(Lead.mark_won, _("Won"), main=True)],
        status=Lead.stage,
        body=[Group(Lead.partner, Lead.expected_revenue, key="deal"), Tabs(Tab(_("Notes"), Lead.description))],
    )
    views = [Extend(another_form, after(Partner.city, Partner.leads_count))]

`kinds` says what a kind of view is and has the three that every model has; `board`, `pivot` and `chart` are further
ones, as addons make theirs. `nodes` and `figures` are what views are made of, `extend` how others change them,
`compose` checks everything, `composed` is what the shell works with, `defaults` serves what declares nothing.
"""

from core.views.board import Board, BoardView
from core.views.chart import Chart, ChartView
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
    ViewAt,
    WidgetAt,
)  # fmt: skip
from core.views.extend import Extend, after, before, inside, move, remove
from core.views.figures import By, ByAt, Measure, MeasureAt
from core.views.kinds import Form, List, Menu, Search, View
from core.views.nodes import Button, Column, Facet, Group, Tab, Tabs, Widget
from core.views.pivot import Pivot, PivotView

__all__ = [
    "Board",
    "BoardView",
    "Button",
    "ButtonAt",
    "By",
    "ByAt",
    "Chart",
    "ChartView",
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
    "Measure",
    "MeasureAt",
    "Menu",
    "MenuAt",
    "Pivot",
    "PivotView",
    "Search",
    "SearchView",
    "ShownAt",
    "Tab",
    "Tabs",
    "TabsAt",
    "View",
    "ViewAt",
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
