"""Where contacts and settings are found."""

from __future__ import annotations

from addons.base.models import (
    AddedField,
    ApprovalRequest,
    ChangedField,
    Company,
    Country,
    Cron,
    Currency,
    CustomModel,
    DocumentLayout,
    Group,
    Job,
    Key,
    LoginAttempt,
    Parameter,
    Partner,
    Precision,
    Sequence,
    User,
)
from addons.base.views.approval import to_approve
from core.i18n import _
from core.views import Menu

SETTINGS = ("base.administrator",)

contacts = Menu("contacts", _("Contacts"), icon="address-book", sequence=50)
everybody = Menu("contacts.all", _("Contacts"), parent="contacts", model=Partner, sequence=10)
companies = Menu(
    "contacts.companies",
    _("Companies"),
    parent="contacts",
    model=Partner,
    where=Partner.is_company == True,
    sequence=20,
)
people = Menu(
    "contacts.people", _("People"), parent="contacts", model=Partner, where=Partner.is_company == False, sequence=30
)

approvals = Menu("approvals", _("Approvals"), icon="check", sequence=60)
waiting = Menu(
    "approvals.waiting", _("To approve"), parent="approvals", model=ApprovalRequest, where=to_approve, sequence=10
)
all_approvals = Menu("approvals.all", _("All approvals"), parent="approvals", model=ApprovalRequest, sequence=20)

settings = Menu("settings", _("Settings"), icon="settings", sequence=90, roles=SETTINGS)
users = Menu("settings.users", _("Users"), parent="settings", model=User, sequence=10, roles=SETTINGS)
invite = Menu("settings.invite", _("Invite"), parent="settings", page="/users/invite", sequence=12, roles=SETTINGS)
access = Menu("settings.access", _("Access"), parent="settings", page="/access", sequence=15, roles=SETTINGS)
roles = Menu("settings.roles", _("Roles"), parent="settings", model=Group, sequence=20, roles=SETTINGS)
our_companies = Menu(
    "settings.companies", _("Companies"), parent="settings", model=Company, sequence=30, roles=SETTINGS
)
layouts = Menu(
    "settings.layouts", _("Document layouts"), parent="settings", model=DocumentLayout, sequence=35, roles=SETTINGS
)
currencies = Menu(
    "settings.currencies", _("Currencies"), parent="settings", model=Currency, sequence=40, roles=SETTINGS
)
countries = Menu("settings.countries", _("Countries"), parent="settings", model=Country, sequence=50, roles=SETTINGS)
sequences = Menu("settings.sequences", _("Sequences"), parent="settings", model=Sequence, sequence=55, roles=SETTINGS)
parameters = Menu(
    "settings.parameters", _("Parameters"), parent="settings", model=Parameter, sequence=57, roles=SETTINGS
)
keys = Menu("settings.keys", _("Keys"), parent="settings", model=Key, sequence=60, roles=SETTINGS)
attempts = Menu(
    "settings.attempts", _("Failed log-ins"), parent="settings", model=LoginAttempt, sequence=70, roles=SETTINGS
)

jobs = Menu("settings.jobs", _("Jobs"), parent="settings", model=Job, sequence=80, roles=SETTINGS)
schedules = Menu("settings.schedules", _("Schedules"), parent="settings", model=Cron, sequence=85, roles=SETTINGS)

customise = Menu("customise", _("Customise"), icon="adjustments-horizontal", sequence=95, roles=SETTINGS)
added_fields = Menu(
    "customise.fields", _("Added fields"), parent="customise", model=AddedField, sequence=10, roles=SETTINGS
)
changed_fields = Menu(
    "customise.changes", _("Changed fields"), parent="customise", model=ChangedField, sequence=20, roles=SETTINGS
)
kinds = Menu(
    "customise.kinds", _("Kinds of record"), parent="customise", model=CustomModel, sequence=30, roles=SETTINGS
)
precisions = Menu(
    "customise.precisions", _("Precisions"), parent="customise", model=Precision, sequence=40, roles=SETTINGS
)
