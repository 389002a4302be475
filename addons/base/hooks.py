"""What base does when the core asks who somebody is, or when an addon is enabled."""

from __future__ import annotations

from addons.base.operations import log_in
from addons.base.operations.kinds_of_record import sync_kinds
from addons.base.operations.layouts import layout_of_company
from addons.base.operations.roles import sync_roles
from addons.base.operations.schedules import sync_schedules
from core import Env, Identity, hookimpl
from core.hooks import Verdict
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
def document_layout(env: Env, company: int | None) -> Layout | None:
    return layout_of_company(env, company)


@hookimpl
def addon_enabled(env: Env) -> None:
    """What addons declare becomes records: roles to be given, models to be customised, schedules to be changed."""
    sync_roles(env)
    sync_kinds(env)
    sync_schedules(env)
