"""How administrators of mail see what goes out, who has opted out, and templates."""

from __future__ import annotations

from addons.mail.models import Blacklist, Mail, Template
from core.i18n import _
from core.views import Button, Column, Facet, Form, Group, List, Search, Tab, Tabs, Widget

TONES = {
    "good": Mail.state == "sent",
    "bad": Mail.state.in_(["failed", "bounced"]),
    "warn": Mail.state == "cancelled",
    "info": Mail.state.in_(["outgoing", "sending"]),
}
mail_list = List(
    Mail,
    columns=[
        Mail.subject, Column(Mail.email_to, widget="email"), Column(Mail.purpose, widget="tag"),
        Column(Mail.state, widget="tag", tones=TONES), Mail.reason, Mail.changed_at,
    ],
)  # fmt: skip
mail_form = Form(
    Mail,
    title=Mail.subject,
    buttons=[
        Button(Mail.cancel, _("Do not send"), when=Mail.state == "outgoing", icon="x"),
        Button(Mail.send_again, _("Send again"), when=~Mail.state.in_(["outgoing", "sending"]), icon="rotate"),
    ],
    body=[
        Group(
            Mail.email_to, Mail.email_from, Mail.reply_to, Mail.purpose, Mail.partner, Mail.not_before,
            key="mail",
        ),
        Group(
            Widget(Mail.state, widget="tag", tones=TONES), Mail.reason, Mail.tries, Mail.is_kept, Mail.server,
            Mail.asked_at, Mail.changed_at,
            key="state", label=_("What became of it"),
        ), Tabs(Tab(_("Content"), Mail.body, key="text"), Tab(_("More"), Mail.message, Mail.header_id, key="more"),
        key="tabs"),
    ],
)  # fmt: skip
mail_search = Search(
    Mail,
    fields=[Mail.subject, Mail.email_to],
    facets=[
        Facet("waiting", _("Waiting"), Mail.state.in_(["outgoing", "sending"])),
        Facet("failed", _("Failed"), Mail.state.in_(["failed", "bounced"])),
        Facet("cancelled", _("Not sent"), Mail.state == "cancelled"),
        Facet("kept", _("Kept here"), Mail.is_kept == True),
    ],
)
blacklist_list = List(
    Blacklist, columns=[Blacklist.email, Column(Blacklist.blocks, widget="tag"), Blacklist.source, Blacklist.since]
)
blacklist_form = Form(
    Blacklist,
    title=Blacklist.email,
    body=[Group(Blacklist.blocks, Blacklist.source, Blacklist.reason, Blacklist.since, key="blacklist")],
)
blacklist_search = Search(
    Blacklist,
    fields=[Blacklist.email],
    facets=[Facet("everything", _("Gets nothing"), Blacklist.blocks == "everything")],
)
template_list = List(Template, columns=[Template.name, Template.about, Template.subject, Template.purpose])
template_form = Form(
    Template,
    title=Template.name,
    body=[
        Group(Template.about, Template.subject, Template.purpose, key="template"),
        Group(
            Template.partner, Template.email_to, Template.email_from, Template.reply_to,
            key="receivers", label=_("Who gets it"),
        ),
        Tabs(Tab(_("Content"), Template.body, key="text"), key="tabs"),
    ],
)  # fmt: skip
template_search = Search(Template, fields=[Template.name])
