"""The record of a job, as workers read and write it, and the environment that it runs in."""

from __future__ import annotations

import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, BanyanError
from core.i18n import _, translate
from core.jobs.states import JOB, WAITING, GiveUp
from core.orm.env import Env
from core.orm.filter import All, Condition, Filter

if TYPE_CHECKING:
    from core.orm.identity import Identity
    from core.orm.unit import UnitOfWork

TRACE_SIZE = 20_000


def due_filter(unit: UnitOfWork) -> Filter:
    """The jobs that may start now."""
    return All((Condition(JOB, ("state",), "=", WAITING), Condition(JOB, ("due_at",), "<=", unit.now())))


def due_jobs(unit: UnitOfWork, most: int) -> list[tuple[int, int]]:
    """(job, priority) of those that may start now, in the order in which they go."""
    rows = unit.system_env()[JOB].values(
        ["id", "priority"], due_filter(unit), order=["-priority", "due_at", "id"], limit=most
    )
    return [(row["id"], row["priority"]) for row in rows]


def waiting_record(unit: UnitOfWork, number: int) -> Any:
    """The record of a job that waits, locked until the unit ends; None where there is none any more."""
    jobs = unit.system_env("run a job")[JOB]
    record = next(iter(jobs.search(Condition(JOB, ("id",), "=", number))), None)
    if record is None:
        return None
    record.lock()
    return record if record.state == WAITING else None


def env_for(unit: UnitOfWork, record: Any) -> Env:
    """The environment of whoever asked for a job, with the access that they have now.

    Raises GiveUp where they are no active user any more, or may not work any more in the companies that they chose.
    """
    companies = tuple(dict.fromkeys(([record.company.id] if record.company else []) + list(record.companies or ())))
    reason = record.reason if record.elevated else unit.reason
    if record.user is None:
        if not record.elevated:
            raise GiveUp(_("Whoever asked for this is not there any more."))
        env = Env(unit, None, elevated=True, reason=reason)
        if companies:
            env.company_id, env.company_ids = companies[0], companies
        env.language = record.language or unit.language
        return env
    identity = _identity(unit, record)
    if record.elevated:
        identity = replace(identity, allowed_ids=(*identity.allowed, *companies))
    try:
        identity = identity.working_in(companies)
    except AccessDenied:
        text = _("{name} asked for this, and may not work any more in the company that it is for.", name=identity.name)
        raise GiveUp(text) from None
    return Env(unit, identity, elevated=record.elevated, reason=reason)


def _identity(unit: UnitOfWork, record: Any) -> Identity:
    system = unit.system_env("who asked for a job")
    found: Identity | None = system.hooks.identity_of(env=system, user_id=record.user.id)
    if found is None:
        raise GiveUp(_("{name} asked for this, and is not an active user any more.", name=record.user.name))
    return replace(found, language=record.language or found.language)


def reason_of(error: Exception, language: str) -> str:
    """Why a job failed, for people: the text of what was raised on purpose, else what kind of fault it is."""
    text = error.args[0] if isinstance(error, BanyanError) and error.args else ""
    if isinstance(text, str) and text:
        return translate(text, language)
    fault = f"{type(error).__name__}: {error}".removesuffix(": ")
    return translate(_("A fault in the program: {fault}", fault=fault), language)


def trace_of(error: Exception) -> str:
    """Where it was raised, for whoever mends it."""
    return "".join(traceback.format_exception(error))[-TRACE_SIZE:]
