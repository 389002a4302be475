"""Gathering what the `jobs` module of an addon declares."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from core.errors import DeclarationError
from core.jobs.declare import Job, Schedule

if TYPE_CHECKING:
    from core.orm.registry import Models

_CACHE = "jobs"


def collect_jobs(addon: str, package: ModuleType) -> list[Job]:
    """The jobs and schedules that a module, or the modules of a package, define; each gets its name."""
    found: list[Job] = []
    for module in _modules(package):
        for value in vars(module).values():
            # What is imported from another addon is declared there.
            if isinstance(value, Job) and value.function.__module__ == module.__name__:
                value.name = f"{addon}.{value.function.__name__}"
                found.append(value)
    return found


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for item in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}."):
        yield importlib.import_module(item.name)


def keep_jobs(models: Models, jobs: Sequence[Job]) -> None:
    """Let the models of a registry know its jobs. Raises DeclarationError where two have one name."""
    known: dict[str, Job] = {}
    for job in jobs:
        if job.name in known and known[job.name] is not job:
            raise DeclarationError(
                f"there is a job '{job.name}' at {known[job.name].where} already", where=job.where,
                hint="give it another name",
            )  # fmt: skip
        known[job.name] = job
    models.caches[_CACHE] = known


def jobs_of(models: Models) -> Mapping[str, Job]:
    """Name → job, of all that the enabled addons declare."""
    return models.caches.get(_CACHE, {})


def schedules_of(models: Models) -> list[Schedule]:
    """The jobs that run by themselves."""
    return [job for job in jobs_of(models).values() if isinstance(job, Schedule)]
