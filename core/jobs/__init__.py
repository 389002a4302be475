"""Background work: jobs, long work in batches, and schedules. All that an addon needs is here.

    request ─► unit of work: its changes + a record of `ir.job` ─► commit ─► wake-up (a number, in a queue of its own)
                                                                                │
    worker ◄────────────────────────────────────────────────────────────────────┘
      └─ unit of work: the record, locked and looked at again ─► the function ─► "done" ─► commit

The record is the truth, the wake-up a hint: one that is lost is made again by a sweep of what is due, one that
comes twice finds the record done. Who is at work on what, how far it has come and what it says stand outside
the main database, so that no writer waits for them. A worker that dies leaves nothing: its transaction is
rolled back, and its claim goes with the process.
"""

from core.jobs.declare import Job, Schedule, job, schedule
from core.jobs.states import HIGH, LOW, NORMAL, GiveUp, Stopped
from core.jobs.work import Work

__all__ = ["HIGH", "LOW", "NORMAL", "GiveUp", "Job", "Schedule", "Stopped", "Work", "job", "schedule"]
