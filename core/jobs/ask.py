"""Asking for a job: a record of `ir.job`, written with the transaction that asks."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import BanyanError
from core.i18n import translate
from core.jobs.states import JOB

if TYPE_CHECKING:
    from core.jobs.declare import Job
    from core.orm.env import Env
    from core.orm.model import Model

NAME_SIZE = 200
KEY_SIZE = 200


def ask(
    env: Env,
    job: Job,
    arguments: tuple[object, ...],
    *,
    key: str = "",
    priority: int | None = None,
    at: datetime | None = None,
    about: str = "",
    cron: int | None = None,
) -> Model:
    """Write the record of a job; see `Job.later`. cron: the schedule that asks. Gives the record, as `env` sees it."""
    if not job.name:
        raise BanyanError(f"{job!r} at {job.where} is not in the jobs.py of an enabled addon.")
    try:
        job.check(arguments)
    except TypeError as error:
        raise BanyanError(f"job '{job.name}' ({job.where}): {error}") from None
    unit = env._unit
    label = translate(job.label, env.language)
    asked = env.sudo(f"ask for {job.name}")[JOB].create(
        job=job.name,
        name=(f"{label}: {about}" if about else label)[:NAME_SIZE],
        arguments=_plain(job, arguments),
        user=env.user_id,
        elevated=env.elevated,
        reason=env.reason if env.elevated else "",
        company=env.company_id,
        companies=list(env.company_ids),
        language=env.language,
        key=key[:KEY_SIZE],
        priority=job.priority if priority is None else priority,
        asked_at=unit.now(),
        due_at=at or unit.now(),
        cron=cron,
    )
    if at is None or at <= unit.now():
        unit.woken.append((asked.id, asked.priority))
    found: Model = env[JOB].browse(asked.id)[0]
    return found


def _plain(job: Job, arguments: tuple[object, ...]) -> list[object]:
    """The arguments as they come back out of the database. Raises BanyanError for what JSON cannot hold."""
    try:
        plain: list[object] = json.loads(json.dumps(arguments, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise BanyanError(
            f"job '{job.name}' takes what JSON holds; {error}. Give the id of a record rather than the record itself."
        ) from None
    return plain
