"""How people see messages, followers and activities."""

from __future__ import annotations

from addons.mail.models import Activity, ActivityType, Follower, Message, MessageFile
from core.i18n import _
from core.views import Button, Column, Facet, Form, Group, List, Search, Tab, Tabs, Widget

message_list = List(
    Message,
    columns=[
        Message.preview, Column(Message.kind, widget="tag"), Message.record, Column(Message.user, widget="face"),
        Message.author, Message.at,
    ],
)  # fmt: skip
message_form = Form(
    Message,
    title=Message.subject,
    body=[
        Group(
            Message.kind, Message.record, Widget(Message.user, widget="face"), Message.author, Message.email_from,
            Message.at, Message.parent,
            key="message",
        ),
        Tabs(
            Tab(_("Content"), Message.body, key="text"),
            Tab(_("Files"), Widget(Message.files, columns=["name", "file"]), key="files"),
            key="tabs",
        ),
    ],
)  # fmt: skip
message_search = Search(
    Message,
    fields=[Message.subject, Message.email_from],
    facets=[
        Facet("notes", _("Notes"), Message.kind == "note"),
        Facet("mails", _("Emails"), Message.kind == "email"),
        Facet("mine", _("My messages"), lambda env: Message.user.is_(env.user_id)),
    ],
)
file_list = List(MessageFile, columns=[MessageFile.name, MessageFile.file, MessageFile.message])
follower_list = List(Follower, columns=[Follower.record, Column(Follower.user, widget="face"), Follower.partner])

TONES = {
    "bad": Activity.state == "overdue",
    "warn": Activity.state == "today",
    "good": Activity.state == "done",
    "info": Activity.state == "planned",
}
activity_list = List(
    Activity,
    columns=[
        Activity.summary, Activity.kind, Activity.record, Column(Activity.user, widget="face"),
        Column(Activity.deadline, due=Activity.active == True), Column(Activity.state, widget="tag", tones=TONES),
    ],
)  # fmt: skip
activity_form = Form(
    Activity,
    title=Activity.summary,
    buttons=[
        Button(Activity.mark_done, _("Done"), main=True, when=Activity.active == True, icon="check"),
        Button(Activity.reopen, _("Open again"), when=Activity.active == False, icon="rotate"),
    ],
    body=[
        Group(
            Activity.record, Activity.kind, Widget(Activity.user, widget="face"), Activity.deadline,
            Widget(Activity.state, widget="tag", tones=TONES),
            key="activity",
        ),
        Tabs(
            Tab(_("Note"), Activity.note, key="note"),
            Tab(_("What came of it"), Activity.feedback, Activity.done_at, key="feedback"),
            key="tabs",
        ),
    ],
)  # fmt: skip
activity_search = Search(
    Activity,
    fields=[Activity.summary],
    facets=[
        Facet("mine", _("Mine"), lambda env: Activity.user.is_(env.user_id)),
        Facet("overdue", _("Overdue"), Activity.state == "overdue"),
        Facet("today", _("Today"), Activity.state == "today"),
        Facet("planned", _("Planned"), Activity.state == "planned"),
        Facet("done", _("Done"), Activity.active == False),
    ],
)
type_list = List(ActivityType, columns=[ActivityType.name, ActivityType.summary, ActivityType.days])
