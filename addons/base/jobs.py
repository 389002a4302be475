"""What base does in the background."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from addons.base.models import Job
from addons.base.operations.invitations import send_reset
from core import Env
from core.i18n import _
from core.jobs import LOW, Work, job, schedule
from core.jobs.seen import forget
from core.jobs.states import CANCELLED, DONE

KEPT = timedelta(days=30)
"""Jobs that were done stay so long in the list; those that failed stay until somebody deletes them."""
AT_ONCE = 1000


@schedule(_("Remove old jobs"), at="03:40", priority=LOW)
def remove_old_jobs(env: Env) -> None:
    """Forget what was done, or cancelled, a month ago."""
    ended = Job.state.in_((DONE, CANCELLED)) & (Job.asked_at < env.now() - KEPT)
    old = env[Job].search(ended, order=("id",), limit=AT_ONCE)
    numbers = old.ids
    old.delete()
    forget(env, numbers)
    if len(numbers) == AT_ONCE:
        remove_old_jobs.later(env, priority=LOW)


@job(_("New password"), tries=3)
def reset_password(env: Env, login: str) -> None:
    """Send a link to whoever has this log-in. In the background, so that an answer does not tell whether there is
    one by how long it takes."""
    send_reset(env, login)


@job(_("Import"), tries=1, resumes=False)
def import_files(work: Work, mapping: str, folder: str, report: str = "") -> None:
    """Import CSV files that the worker can read. mapping: its file. report: where rows that need attention go."""
    from core.data import import_in_batches, read_mapping  # slow to import, and few workers ever do

    import_in_batches(work, read_mapping(Path(mapping)), Path(folder), report_file=Path(report) if report else None)
