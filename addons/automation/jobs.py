"""What automation does in the background."""

from __future__ import annotations

from datetime import timedelta

from addons.automation.models import Log
from addons.automation.operations.due import is_due, run_batch, see_to_dates, waiting
from core import Env
from core.i18n import _
from core.jobs import LOW, Work, job, schedule

KEPT = timedelta(days=90)
AT_ONCE = 5000


@schedule(_("Automations by the clock"), every="1 minute")
def look_at_the_clock(work: Work) -> None:
    """Run what dates that are reached set off, and ask for schedules that are due."""
    with work.reading() as env:
        dates, schedules = waiting(env, "date"), waiting(env, "schedule")
    for automation in dates:
        behind = -1
        while behind:
            with work.unit() as env:
                behind = see_to_dates(env, env.changed, automation, max(behind, 0))
    if schedules:
        with work.unit() as env:
            for automation in schedules:
                if is_due(env, automation):
                    run_schedule.later(env, automation, key=f"automation {automation}")


@job(_("Automation by a schedule"))
def run_schedule(work: Work, automation: int) -> None:
    """Run one automation on all records that meet its filter, in batches."""
    behind = int(work.memory.get("behind", 0))
    while True:
        with work.unit() as env:
            if automation not in waiting(env, "schedule"):
                return
            behind = run_batch(env, env.changed, automation, behind)
            work.memory["behind"] = behind
        if not behind:
            return


@schedule(_("Remove old runs of automations"), at="03:50", priority=LOW)
def remove_old_runs(env: Env) -> None:
    """Forget runs of more than three months ago; those that failed as well."""
    old = env[Log].search(Log.at < env.now() - KEPT, order=("id",), limit=AT_ONCE)
    is_more = len(old) == AT_ONCE
    old.delete()
    if is_more:
        remove_old_runs.later(env, priority=LOW)
