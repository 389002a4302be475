"""The sweep: what keeps wake-ups honest. It asks for schedules that are due, and wakes jobs that nobody has woken:
those that were to wait for a time, whose wake-up was lost, or whose worker has died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.jobs.record import due_jobs
from core.jobs.states import CRON
from core.orm.filter import All, Condition

if TYPE_CHECKING:
    from core.jobs.run import System
    from core.orm.unit import UnitOfWork

MOST = 1000
"""So many jobs one sweep wakes."""


def sweep(system: System) -> int:
    """Wake what is due and is neither queued nor at work. Gives how many were woken. Safe to do twice at once."""
    aside, wakes = system.backstage.aside, system.backstage.wakes
    dead = aside.clear_up()
    with system.unit() as unit:
        is_due = bool(unit.system_env()[CRON].count(_due_schedules(unit), most=1))
        due = due_jobs(unit, MOST)
    if is_due:
        ask_for_schedules(system)
    numbers = {number for number, _priority in due}
    for number in dead:
        if number not in numbers:  # its worker died when it was done
            aside.release(number)
    if not due:
        return 0
    known = wakes.waiting() | aside.running().keys()
    woken = [(number, priority) for number, priority in due if number not in known]
    wakes.wake(woken)
    return len(woken)


def ask_for_schedules(system: System) -> None:
    """Ask for the jobs of all schedules that are due: once each, however many times were missed."""
    with system.unit(write=True, reason="schedules") as unit:
        crons = unit.system_env()[CRON]
        for record in crons.search(_due_schedules(unit), order=("nextcall", "id")):
            record.lock()
            if record.active and record.nextcall is not None and record.nextcall <= unit.now():
                record.ask_when_due()


def _due_schedules(unit: UnitOfWork) -> All:
    return All((Condition(CRON, ("active",), "=", True), Condition(CRON, ("nextcall",), "<=", unit.now())))
