"""Where mail is found."""

from __future__ import annotations

from addons.mail.models import (
    Activity,
    ActivityType,
    Alias,
    Blacklist,
    Domain,
    FetchServer,
    Mail,
    Message,
    NotUnderstood,
    Server,
    Template,
)
from core.i18n import _
from core.views import Menu

SETUP = ("mail.administrator",)

area = Menu("mail", _("Mail"), icon="mail", sequence=60)
activities = Menu("mail.activities", _("Activities"), parent="mail", model=Activity, facets=("mine",), sequence=10)
messages = Menu("mail.messages", _("Messages"), parent="mail", model=Message, sequence=20)
mailbox = Menu("mail.mailbox", _("Mailbox"), parent="mail", page="/mailbox", sequence=25, roles=SETUP)
mails = Menu("mail.mails", _("Mails"), parent="mail", model=Mail, sequence=30, roles=SETUP)
templates = Menu("mail.templates", _("Templates"), parent="mail", model=Template, sequence=40, roles=SETUP)
blacklist = Menu("mail.blacklist", _("Opted out"), parent="mail", model=Blacklist, sequence=50, roles=SETUP)
not_understood = Menu(
    "mail.not_understood", _("Not understood"), parent="mail", model=NotUnderstood, sequence=60, roles=SETUP
)
setup = Menu("mail_setup", _("Mail setup"), icon="world", sequence=92, roles=SETUP)
aliases = Menu(
    "mail_setup.aliases", _("Incoming addresses"), parent="mail_setup", model=Alias, sequence=70, roles=SETUP
)
domains = Menu("mail_setup.domains", _("Mail domains"), parent="mail_setup", model=Domain, sequence=75, roles=SETUP)
servers = Menu("mail_setup.servers", _("Outgoing servers"), parent="mail_setup", model=Server, sequence=80, roles=SETUP)
fetching = Menu(
    "mail_setup.fetching", _("Incoming servers"), parent="mail_setup", model=FetchServer, sequence=85, roles=SETUP
)
kinds = Menu(
    "mail_setup.kinds", _("Kinds of activity"), parent="mail_setup", model=ActivityType, sequence=90, roles=SETUP
)
