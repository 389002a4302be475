"""What base does when the core asks who somebody is, or when an addon is enabled."""

from __future__ import annotations

from addons.base.models import User
from addons.base.operations import log_in, sessions
from addons.base.operations.invitations import ADMINISTRATOR
from addons.base.operations.kinds_of_record import sync_kinds
from addons.base.operations.layouts import layout_of_company
from addons.base.operations.roles import sync_roles
from addons.base.operations.schedules import sync_schedules
from core import Env, Identity, hookimpl
from core.hooks import Beside, OpenSession, Verdict
from core.i18n import _
from core.orm.model import Model
from core.reports import Layout


@hookimpl
def authenticate(env: Env, login: str, password: str, address: str) -> Verdict:
    return log_in.authenticate(env, login, password, address)


@hookimpl
def identity_of(env: Env, user_id: int) -> Identity | None:
    return log_in.identity_of(env, user_id)


@hookimpl
def identity_of_key(env: Env, key: str) -> Identity | None:
    return log_in.identity_of_key(env, key)


@hookimpl
def session_began(env: Env, user_id: int, address: str, browser: str) -> str:
    return sessions.begin(env, user_id, address, browser)


@hookimpl
def identity_of_session(env: Env, session: str) -> OpenSession | None:
    return sessions.find(env, session)


@hookimpl
def session_used(env: Env, session: str) -> None:
    sessions.use(env, session)


@hookimpl
def session_ended(env: Env, session: str) -> None:
    sessions.end(env, session)


@hookimpl
def document_layout(env: Env, company: int | None) -> Layout | None:
    return layout_of_company(env, company)


@hookimpl
def beside_record(env: Env, record: Model) -> list[Beside]:
    """The page of a user leads to what they may do, for who decides about it."""
    if record._name != User._name or not env.has_role(ADMINISTRATOR):
        return []
    return [Beside(_("Access"), len(env[User].get(record.id).groups), f"/users/{record.id}/access")]


@hookimpl
def addon_enabled(env: Env) -> None:
    """What addons declare becomes records: roles to be given, models to be customised, schedules to be changed."""
    sync_roles(env)
    sync_kinds(env)
    sync_schedules(env)
