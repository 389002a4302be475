"""Taking back what a long job has committed, where it cannot go on: its units of work, the newest first.

Each is undone in a unit of its own, together with its place in the job's record, so that a worker that dies at
this leaves the rest to the next one. What others have changed or used since stays, and is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import Missing
from core.i18n import _
from core.jobs.collect import jobs_of
from core.jobs.record import waiting_record
from core.orm.undo import plan_undo, undo

if TYPE_CHECKING:
    from core.jobs.run import System
    from core.orm.unit import UnitOfWork


def take_back(system: System, number: int) -> int:
    """Take back what a job has committed that does not resume. Gives how many changes could not be."""
    while True:
        system.let_others_write()
        with system.unit(write=True, reason=_("Taken back: job {number}", number=number)) as unit:
            record = waiting_record(unit, number)
            position: dict[str, Any] = (record.position or {}) if record is not None else {}
            job = jobs_of(unit.models).get(record.job) if record is not None else None
            if job is None or job.resumes or not position.get("units"):
                left = int(position.get("left", 0))
                if record is not None and position and job is not None and not job.resumes:
                    record.write(position=None)
                return left
            *units, newest = position["units"]
            left = int(position.get("left", 0)) + _take_back_one(unit, newest)
            record.write(position={**position, "units": units, "left": left})
            name = record.name
        system.backstage.aside.note(number, 0, len(units), name)


def _take_back_one(unit: UnitOfWork, identity: str) -> int:
    env = unit.system_env(unit.reason)
    try:
        plan = plan_undo(env, identity)
    except Missing:
        return 0  # it has written nothing that has a history
    undo(env, plan, reason=unit.reason)
    return len(plan.clashes)
