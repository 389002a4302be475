"""What the pages see of running jobs, in the unit of work that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.jobs.aside import Aside, Run
    from core.orm.env import Env
    from core.orm.unit import UnitOfWork

_SEEN: WeakKeyDictionary[UnitOfWork, Mapping[int, Run]] = WeakKeyDictionary()
"""Asked once in a unit of work, however many records show it."""


def _aside(env: Env) -> Aside | None:
    backstage = env._unit.backstage
    return None if backstage is None else backstage.aside


def running_in(env: Env) -> Mapping[int, Run]:
    """Job → its run, of those that a worker is at work on; known once for the unit of work."""
    unit = env._unit
    if unit not in _SEEN:
        aside = _aside(env)
        _SEEN[unit] = {} if aside is None else aside.running()
    return _SEEN[unit]


def progress_of(env: Env, job: int) -> str:
    """How far a job has come, in numbers; empty where it is not at work or does not tell."""
    run = running_in(env).get(job)
    if run is None:
        return ""
    told = f"{run.done:,} / {run.total:,}" if run.total else f"{run.done:,}" if run.done else ""
    return " ".join(part for part in (told, run.note) if part)


def log_of(env: Env, job: int, time_zone: str) -> str:
    """What a job has said, a line each, with the time by the clock of that zone."""
    aside = _aside(env)
    lines = [] if aside is None else aside.log(job)
    zone = ZoneInfo(time_zone)
    return "\n".join(f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {line.text}" for line in lines)


def ask_to_stop(env: Env, job: int) -> bool:
    """Ask a job that is at work to stop; False where it has ended meanwhile."""
    aside = _aside(env)
    return aside is not None and aside.ask_to_stop(job)


def forget(env: Env, jobs: tuple[int, ...]) -> None:
    """Forget what jobs have said whose records are gone."""
    aside = _aside(env)
    if aside is not None and jobs:
        aside.forget(jobs)
