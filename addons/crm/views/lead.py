"""How people see deals."""

from __future__ import annotations

from datetime import date, timedelta

from addons.base.models import User
from addons.crm.models import Lead, Stage
from core import ALL, Env, Filter
from core.i18n import _
from core.views import Board, Button, Chart, Column, Facet, Form, Group, List, Pivot, Search, Tab, Tabs, Widget

OPEN = Lead.outcome == "open"


def month_of(day: date) -> tuple[date, date]:
    """The first days of the month that `day` is in and of the next one."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def quarter_of(day: date) -> tuple[date, date]:
    """The first days of the quarter that `day` is in and of the next one."""
    first = day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return first, (first + timedelta(days=95)).replace(day=1)


def closing_this_month(env: Env) -> Filter:
    """Open deals whose order is expected this month, by the user's calendar."""
    first, end = month_of(env.today())
    return OPEN & (Lead.closes_on >= first) & (Lead.closes_on < end)


def won_this_quarter(env: Env) -> Filter:
    """Deals won in this quarter of the user's calendar."""
    first, end = quarter_of(env.today())
    return (Lead.outcome == "won") & (Lead.closed_on >= first) & (Lead.closed_on < end)


TONES = {
    "good": Lead.outcome == "won",
    "bad": Lead.outcome == "lost",
    "warn": Lead.probability >= 75,
    "info": Lead.probability >= 25,
}

lead_list = List(
    Lead,
    key="crm.lead.list",
    label=_("Pipeline"),
    columns=[
        Lead.name,
        Column(Lead.expected_revenue, label=_("Expected"), total=True),
        Lead.partner,
        Column(Lead.salesperson, widget="face"),
        Column(Lead.probability, widget="meter"),
        Column(Lead.weighted_revenue, label=_("Weighted"), in_foot=True),
        Column(Lead.stage, widget="tag", tones=TONES),
        Column(Lead.closes_on, label=_("Closing"), due=Lead.outcome == "open"),
    ],
)


def stages_seen(env: Env) -> Filter:
    """The stages that all teams use, and those of the teams that the user works in or leads."""
    if env.has_role("crm.administrator"):
        return ALL
    own = Stage.team.leader.is_(env.user_id) | Stage.team.members.any(User.in_((env.user_id,)))
    return Stage.team.is_(None) | own


lead_board = Board(
    Lead,
    key="crm.lead.board",
    group=Lead.stage,
    columns=stages_seen,
    fold=Stage.is_folded,
    title=Lead.name,
    fields=[
        Lead.partner,
        Lead.expected_revenue,
        Column(Lead.priority, widget="stars"),
        Column(Lead.salesperson, widget="face"),
    ],
    total=Lead.expected_revenue,
    quick=[Lead.partner, Lead.expected_revenue],
)

forecast = Board(
    Lead,
    name="forecast",
    key="crm.lead.forecast",
    caption=_("Forecast"),
    icon="calendar-stats",
    group=Lead.closes_on,
    period="month",
    title=Lead.name,
    fields=[
        Lead.partner,
        Lead.weighted_revenue,
        Column(Lead.stage, widget="tag", tones=TONES),
        Column(Lead.salesperson, widget="face"),
    ],
    total=Lead.weighted_revenue,
    quick=[Lead.partner, Lead.expected_revenue],
)

lead_pivot = Pivot(
    Lead,
    key="crm.lead.pivot",
    rows=[Lead.salesperson],
    across=[Lead.stage],
    measures=[Lead.expected_revenue],
)

lead_chart = Chart(Lead, key="crm.lead.chart", by=[Lead.stage, Lead.salesperson], measure=Lead.expected_revenue)

lead_form = Form(
    Lead,
    key="crm.lead.form",
    title=Lead.name,
    status=Lead.stage,
    buttons=[
        Button(Lead.convert, _("Make an opportunity"), main=True, when=Lead.kind == "lead", icon="arrow-right"),
        Button(Lead.mark_won, _("Won"), main=True, when=OPEN & (Lead.kind == "opportunity"), icon="trophy"),
        Button(Lead.mark_lost, _("Lost"), when=OPEN, icon="thumb-down"),
        Button(Lead.restore, _("Restore"), when=~OPEN, icon="rotate"),
    ],
    body=[
        Group(
            Lead.partner, Lead.contact_name, Widget(Lead.email, widget="email"), Widget(Lead.phone, widget="phone"),
            key="customer", label=_("Customer"),
        ),
        Group(
            Lead.expected_revenue, Lead.currency, Lead.probability, Lead.weighted_revenue, Lead.product, Lead.closes_on,
            key="deal", label=_("Deal"),
        ),
        Group(
            Widget(Lead.salesperson, widget="face"), Lead.team, Widget(Lead.priority, widget="stars"), Lead.source,
            Widget(Lead.tags, widget="tag"), Lead.reference,
            key="work", label=_("Who and from where"),
        ),
        Tabs(
            Tab(_("Notes"), Lead.description, key="notes"),
            Tab(
                _("Outcome"), Widget(Lead.outcome, widget="tag", tones=TONES), Lead.lost_reason, Lead.engaged_on,
                Lead.closed_on,
                key="outcome",
            ),
            Tab(_("More"), Lead.kind, Lead.company, Lead.active, key="more"),
            key="tabs",
        ),
    ],
)  # fmt: skip

lead_search = Search(
    Lead,
    fields=[Lead.name, Lead.partner, Lead.contact_name, Lead.email, Lead.reference, Lead.salesperson],
    facets=[
        Facet("mine", _("My deals"), lambda env: Lead.salesperson.is_(env.user_id), group="whose"),
        Facet("my_teams", _("My teams' deals"), lambda env: Lead.team.leader.is_(env.user_id), group="whose"),
        Facet("open", _("Open"), OPEN, group="outcome"),
        Facet("won", _("Won"), Lead.outcome == "won", group="outcome"),
        Facet("lost", _("Lost"), Lead.outcome == "lost", group="outcome"),
        Facet("closing", _("Closing this month"), closing_this_month),
        Facet("late", _("Late"), lambda env: OPEN & (Lead.closes_on < env.today())),
        Facet("won_quarter", _("Won this quarter"), won_this_quarter),
        Facet("nobody", _("Nobody's"), Lead.salesperson.is_(None), group="whose"),
    ],
    groups=[Lead.stage, Lead.salesperson, Lead.team, Lead.partner, Lead.source, Lead.outcome, Lead.closes_on],
    dates=[Lead.closes_on, Lead.engaged_on, Lead.closed_on],
)
