"""How people see what CRM is set up with: teams, stages and lists."""

from __future__ import annotations

from addons.crm.models import LostReason, Source, Stage, Tag, Team
from core.i18n import _
from core.views import Column, Facet, Form, Group, List, Search, Tab, Tabs, Widget

team_list = List(Team, columns=[Team.name, Column(Team.leader, widget="face"), Team.office, Team.company])
team_form = Form(
    Team,
    title=Team.name,
    body=[
        Group(Widget(Team.leader, widget="face"), Team.office, Team.company, Team.sequence, Team.active, key="team"),
        Tabs(Tab(_("Members"), Widget(Team.members, columns=["name", "email"]), key="members"), key="tabs"),
    ],
)
team_search = Search(
    Team,
    fields=[Team.name, Team.office],
    facets=[Facet("mine", _("I lead"), lambda env: Team.leader.is_(env.user_id))],
)

stage_list = List(
    Stage,
    columns=[
        Stage.name,
        Column(Stage.probability, widget="meter"),
        Stage.is_won,
        Stage.is_folded,
        Stage.team,
        Stage.sequence,
    ],
)
stage_form = Form(
    Stage,
    title=Stage.name,
    body=[Group(Stage.probability, Stage.is_won, Stage.is_folded, Stage.team, Stage.sequence, key="stage")],
)

lost_reason_list = List(LostReason, columns=[LostReason.name, LostReason.active])
lost_reason_form = Form(LostReason, title=LostReason.name, body=[Group(LostReason.active, key="reason")])
tag_list = List(Tag, columns=[Tag.name])
source_list = List(Source, columns=[Source.name])
