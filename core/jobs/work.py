"""Long work: batches that each are a unit of work, remembered with their position.

    batch 1 ─► unit: changes + position 50  ─► commit ─┐
    batch 2 ─► unit: changes + position 100 ─► commit ─┤  a worker that dies has done exactly what it committed:
    batch 3 ─► unit: …                       ✗ killed  ┘  the next one goes on with batch 3, or takes all back

On SQLite there is one writer at a time. So a batch is to take well below a second, and before each the work lets those
go first who wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import BanyanError
from core.i18n import _
from core.jobs.record import env_for, waiting_record
from core.jobs.states import Overtaken, Paused, Stopped

if TYPE_CHECKING:
    from core.jobs.run import System
    from core.orm.env import Env
    from core.orm.unit import UnitOfWork

T = TypeVar("T")


class Work:
    """What a long job works with. memory: what it wants to remember, what JSON holds; kept with each unit."""

    def __init__(
        self,
        system: System,
        number: int,
        position: dict[str, Any],
        *,
        keeps_units: bool = False,
        is_ending: Callable[[], bool] = lambda: False,
    ) -> None:
        self._system, self._number = system, number
        self._stored, self._keeps_units, self._is_ending = position, keeps_units, is_ending
        self._at: tuple[int, int] = tuple(position.get("at", (0, 0)))
        self._next: tuple[int, int] | None = None
        self._phase = 0
        self._is_batch_written = False
        self._done = self._total = 0
        self.memory: dict[str, Any] = dict(position.get("memory", {}))

    def batches(self, items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
        """The items in batches, those left out that an earlier worker has committed.

        Each batch is to be written in one `unit()`, with whose commit it counts as done. Tells the progress, and
        raises Stopped where somebody has cancelled the job. A job that goes over several lists calls this for each,
        in the same order at each try, and the items are the same at each try too: ids that are its arguments, or
        that it keeps in `memory`.
        """
        phase, total = self._phase, len(items)
        self._phase += 1
        start = 0
        if phase <= self._at[0]:
            start = self._at[1] if phase == self._at[0] else total
        self.progress(start, total)
        while start < total:
            if self._is_ending() and not self._keeps_units:
                raise Paused(f"the worker of job {self._number} is to end")
            end = min(start + size, total)
            self._next, self._is_batch_written = (phase, end), False
            yield items[start:end]
            if not self._is_batch_written:
                with self.unit():
                    pass
            self._next = None
            start = end
            self.progress(start, total)

    @contextmanager
    def unit(self) -> Iterator[Env]:
        """A unit of work that may write, as whoever asked for the job; committed with the position of the batch.

        Once in a batch, or the position would say that a batch is done of which only a part is. Keep it below a
        second, and do what is slow (mail, other systems) outside of it.
        """
        if self._next is not None and self._is_batch_written:
            raise BanyanError("A batch is written in one unit of work; this job opened a second one in it.")
        self._system.let_others_write()
        with self._system.unit(write=True, trace=f"job {self._number}") as unit:
            record = self.record_in(unit)
            unit.reason = record.name
            yield env_for(unit, record)
            unit.flush()
            stored = self._position(unit)
            record.write(position=stored)
        self._stored = stored
        self._at = self._next or self._at
        self._is_batch_written = True

    @contextmanager
    def reading(self) -> Iterator[Env]:
        """A unit of work that only reads, as whoever asked for the job."""
        with self._system.unit(trace=f"job {self._number}") as unit:
            record = self._record(unit)
            unit.reason = record.name
            yield env_for(unit, record)

    def progress(self, done: int, total: int = 0, note: str = "") -> None:
        """Tell how far the work has come. note: what it does at present.

        Raises Stopped where somebody has cancelled the job.
        """
        self._done, self._total = done, total or self._total
        if self._system.backstage.aside.note(self._number, done, self._total, note):
            raise Stopped(_("It was cancelled at {done} of {total}.", done=done, total=self._total))

    def say(self, text: str) -> None:
        """Add a line to the log of the job."""
        with self._system.unit() as unit:
            now = unit.now()
        self._system.backstage.aside.say(self._number, text, now)

    # -- internal to core.jobs ---------------------------------------------------------------------

    def record_in(self, unit: UnitOfWork) -> Any:
        """The record, locked. Raises Overtaken where it is not as this worker left it."""
        record = waiting_record(unit, self._number)
        if record is None or (record.position or {}) != self._stored:
            raise Overtaken(f"job {self._number} has been changed by somebody else")
        return record

    def _record(self, unit: UnitOfWork) -> Any:
        return unit.system_env("run a job")["ir.job"].get(self._number)

    def _position(self, unit: UnitOfWork) -> dict[str, Any]:
        units = {"units": [*self._stored.get("units", ()), unit.id]} if self._keeps_units else {}
        return {"at": list(self._next or self._at), "memory": deepcopy(self.memory), **units}
