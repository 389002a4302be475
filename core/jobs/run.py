"""Running one job, so that its effect and the mark of being done are in the database together or not at all.

wake-up ─► unit: lock the record, is it still due? ─► claim, for all to see ─► the function ─► done ─► commit
             │ no: nothing                              │ another has it: nothing      │ raised
             ▼                                          ▼                              ▼
            (somebody was quicker)            (it, or one of its key, runs)   rolled back; a unit of its own:
                                                                              when it is tried again, or why not
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, Protocol

from core import logs
from core.errors import BanyanError, Busy, Conflict
from core.i18n import _, translate
from core.jobs.aside import Run
from core.jobs.collect import jobs_of
from core.jobs.declare import Job
from core.jobs.record import env_for, reason_of, trace_of, waiting_record
from core.jobs.states import CANCELLED, DONE, FAILED, GiveUp, Overtaken, Paused, Stopped, pause_after
from core.jobs.taken_back import take_back
from core.jobs.work import Work

if TYPE_CHECKING:
    from core.jobs.backstage import Backstage
    from core.orm.unit import UnitOfWork

Outcome = Literal["done", "failed", "again", "cancelled", "skipped"]
"""skipped: it was not to be run, or somebody else runs it. again: it failed and will be tried again."""

_DEATHS = 5
"""A job at which so many workers have died is not given to another one."""
_AT_ONCE = 5
"""So often a job that others were in the way of is tried again without counting."""
_log = logging.getLogger("banyan.jobs")


class System(Protocol):
    """What jobs run on; `core.addons.system.System` is one."""

    @property
    def backstage(self) -> Backstage:
        """What jobs need beside the main database."""

    def unit(self, write: bool = False, reason: str = "", trace: str = "") -> AbstractContextManager[UnitOfWork]:
        """One transaction. trace: what its statements are known by in PostgreSQL."""

    def let_others_write(self) -> None:
        """Let those go first who wait for SQLite."""

    def follow(self) -> None:
        """Go on with the addons that the database has now."""


class Runner:
    """Runs jobs of a system in this process.

    pause: how it waits, in seconds. raising: whether an error that a job raises is raised again when it has been
    noted, for tests. is_ending: whether the process is to end, so that long work leaves the rest to another.
    """

    def __init__(self, system: System, *, pause: Callable[[float], None] = time.sleep, raising: bool = False) -> None:
        self.system, self.pause, self.raising = system, pause, raising
        self.is_ending: Callable[[], bool] = lambda: False
        self._followed_for: set[str] = set()

    def run(self, number: int) -> Outcome:
        """Run a job, where it is still due and nobody else has it. Gives what came of it."""
        aside = self.system.backstage.aside
        taken: list[Run] = []
        logs.clear()
        logs.bind(job=number)
        try:
            for attempt in range(_AT_ONCE):
                try:
                    return self._run(number, taken)
                except (Busy, Conflict) as error:
                    if attempt == _AT_ONCE - 1:
                        return self._failed(number, error)
                    self.pause(0.02 * 2**attempt)
                except (Overtaken, Paused):
                    return "skipped"
                except Exception as error:  # a job may raise anything; it must not end its worker
                    return self._failed(number, error)
            raise AssertionError("the last attempt returns")
        finally:
            if taken:
                aside.release(number)
                if self.is_ending():
                    self.system.backstage.wake([(number, 0)])

    def _run(self, number: int, taken: list[Run]) -> Outcome:
        self.system.let_others_write()
        with self.system.unit(write=True, trace=f"job {number}") as unit:
            record = waiting_record(unit, number)
            if record is None or record.due_at > unit.now():
                return "skipped"
            if not taken:
                run = self.system.backstage.aside.take(number, record.key, unit.now())
                if run is None:
                    return "skipped"
                taken.append(run)
            job = self._job(unit, record)
            if record.position and not job.resumes:
                raise GiveUp(_("Its worker died. All that it had written was taken back."))
            if taken[0].deaths >= _DEATHS:
                text = _("Its worker has died {count} times while it was at work on this.", count=taken[0].deaths)
                raise GiveUp(text)
            unit.reason = record.name
            if not job.is_long:
                job.function(env_for(unit, record), *record.arguments)
                unit.flush()
                _finish(record, unit)
            arguments, position = record.arguments, record.position or {}
        if not job.is_long:
            return "done"
        work = Work(self.system, number, position, keeps_units=not job.resumes, is_ending=self.is_ending)
        job.function(work, *arguments)
        with self.system.unit(write=True) as unit:
            record = work.record_in(unit)
            _finish(record, unit)
        return "done"

    def _job(self, unit: UnitOfWork, record: Any) -> Job:
        """The job that a record names. Raises GiveUp where no enabled addon declares it."""
        job = jobs_of(unit.models).get(record.job)
        if job is None and record.job not in self._followed_for:
            self._followed_for.add(record.job)
            raise _Unknown(record.job)
        if job is None:
            raise GiveUp(_("No enabled addon declares the job '{job}'.", job=record.job))
        return job

    def _failed(self, number: int, error: Exception) -> Outcome:
        """Note why a job failed, and whether it will be tried again."""
        if isinstance(error, _Unknown):  # another process may have enabled its addon
            self.system.follow()
            with self.system.unit(write=True) as unit:
                if error.job in jobs_of(unit.models):
                    unit.woken.append((number, 0))
                    return "skipped"
            error = GiveUp(_("No enabled addon declares the job '{job}'.", job=error.job))
        try:
            left = take_back(self.system, number)
        except Exception as trouble:  # somebody has to look, or it would be tried each second
            _log.exception("job %s cannot be taken back", number)
            left, error = 0, GiveUp(_("What it had written cannot be taken back: {reason}", reason=trouble))
        outcome = self._note(number, error, left)
        if self.raising and outcome in ("failed", "again"):
            raise error
        return outcome

    def _note(self, number: int, error: Exception, left: int) -> Outcome:
        with self.system.unit(write=True, reason="a job failed") as unit:
            record = waiting_record(unit, number)
            if record is None:
                return "skipped"
            now, tries = unit.now(), record.tries + 1
            text = reason_of(error, record.language or unit.language)
            if left:
                more = _("{count} records that others have changed or used since were left as they are.", count=left)
                text = f"{text} {translate(more, record.language)}"
            job = jobs_of(unit.models).get(record.job)
            if isinstance(error, Stopped):
                record.write(state=CANCELLED, problem=text, finished_at=now)
                return "cancelled"
            is_final = isinstance(error, GiveUp) or job is None or tries >= job.tries
            values = {"tries": tries, "problem": text, "trace": trace_of(error)}
            if is_final:
                record.write(state=FAILED, finished_at=now, **values)
            else:
                record.write(due_at=now + pause_after(tries), **values)
            name = record.job
        self.system.backstage.aside.say(number, text, now)
        if not isinstance(error, GiveUp):
            fault = None if isinstance(error, BanyanError) else error
            _log.warning("job %s (%s) failed: %s", number, name, text, exc_info=fault)
        return "failed" if is_final else "again"


class _Unknown(Exception):
    """A record names a job that this process does not know; perhaps another does."""

    def __init__(self, job: str) -> None:
        super().__init__(job)
        self.job = job


def _finish(record: Any, unit: UnitOfWork) -> None:
    record.write(state=DONE, finished_at=unit.now(), problem="", trace="", position=None)
