"""Jobs in tests: they run in the test's own process, one after the other, when the test says so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from core.jobs.record import due_jobs
from core.jobs.run import Outcome, Runner
from core.jobs.sweep import ask_for_schedules

if TYPE_CHECKING:
    from core.addons.system import System

MOST = 10_000
"""A test whose jobs ask for one another without end fails instead of hanging."""


class RunJobs:
    """Runs what is due in a system."""

    def __init__(self, system: System) -> None:
        self._system = system

    def __call__(
        self, *, at: datetime | None = None, schedules: bool = False, failing: bool = False
    ) -> dict[int, Outcome]:
        """Run all jobs that are due, the higher priority first, and those that they ask for; job → what came of it.

        at: the instant that counts as now, for what is to wait. schedules: those that are due ask for their jobs
        first. failing: what a job raises is left in its record; otherwise it is raised here.
        """
        database = self._system._database
        clock = database._clock
        if at is not None:
            database._clock = lambda: at
        try:
            if schedules:
                ask_for_schedules(self._system)
            return self._run(Runner(self._system, pause=lambda seconds: None, raising=not failing))
        finally:
            database._clock = clock

    def _run(self, runner: Runner) -> dict[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        for _each in range(MOST):
            with self._system.unit() as unit:
                due = [number for number, _priority in due_jobs(unit, len(outcomes) + 1) if number not in outcomes]
            if not due:
                return outcomes
            outcomes[due[0]] = runner.run(due[0])
        raise AssertionError(f"{MOST:,} jobs have run, and there are more")
