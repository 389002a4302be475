"""How administrators see users, their roles and keys."""

from __future__ import annotations

from addons.base.models import Group as Role
from addons.base.models import Key, LoginAttempt, User
from core.i18n import _
from core.views import Column, Facet, Form, Group, List, Search, Widget

user_list = List(
    User,
    columns=[
        Column(User.name),
        User.login,
        Column(User.email, widget="email"),
        User.company,
        User.language,
        User.has_password,
        User.active,
    ],
)
user_form = Form(
    User,
    title=User.name,
    body=[
        Group(
            User.login, Widget(User.email, widget="email"), Widget(User.phone, widget="phone"), User.active, key="user"
        ),
        Group(User.company, User.companies, User.language, User.time_zone, key="work", label=_("Works in")),
        Group(Widget(User.groups, readonly=True), Widget(User.has_password, readonly=True), key="access"),
    ],
)
user_search = Search(
    User,
    fields=[User.name, User.login, User.email],
    facets=[
        Facet("invited", _("No password yet"), User.has_password == False),
        Facet("archived", _("Not active"), User.active == False),
    ],
)

role_list = List(Role, columns=[Role.name, Role.key, Role.help])
role_form = Form(Role, title=Role.name, body=[Group(Role.key, Widget(Role.help, readonly=True), key="role")])

key_list = List(Key, columns=[Key.name, Column(Key.user, widget="face"), Key.prefix, Key.expires_on])
attempt_list = List(
    LoginAttempt, columns=[LoginAttempt.at, LoginAttempt.kind, LoginAttempt.login, LoginAttempt.address]
)
