"""What mail does in the background."""

from __future__ import annotations

from datetime import timedelta

from addons.base.models import Job
from addons.mail.models import FetchServer, Mail
from addons.mail.models.mail import OUTGOING, SENDING
from addons.mail.operations.deliver import begin, finish, hand_over, mark_unsure
from addons.mail.operations.fetch import fetch
from core import Env
from core.i18n import _
from core.jobs import Work, job, schedule
from core.jobs.seen import running_in
from core.jobs.states import WAITING

LOST_AFTER = timedelta(minutes=10)
AT_ONCE = 500


@job(_("Send mail"))
def send_mail(work: Work, mail_id: int) -> None:
    """Hand one mail over; see `operations.deliver`."""
    with work.unit() as env:
        leaving = begin(env, mail_id)
    if leaving is None:
        return
    outcome = hand_over(leaving)
    with work.unit() as env:
        pause = finish(env, mail_id, outcome)
        if pause is not None:
            mail = env[Mail].get(mail_id)
            send_mail.later(env, mail_id, key=f"mail {mail_id}", at=env.now() + pause, about=mail.email_to)


@schedule(_("Look after the mail queue"), every="10 minutes")
def look_after_queue(env: Env) -> None:
    """Ask again for what waits without a job, and tell of what a worker left behind as it died."""
    at_work = running_in(env)
    before = env.now() - LOST_AFTER
    asked = (Job.job == send_mail.name) & (Job.state == WAITING)
    waiting = {row["key"] for row in env[Job].values(["key"], asked)}
    if not at_work:
        for mail in env[Mail].search(Mail.state == SENDING, Mail.changed_at < before, limit=AT_ONCE):
            if f"mail {mail.id}" not in waiting:
                mark_unsure(mail)
    for mail in env[Mail].search(Mail.state == OUTGOING, Mail.asked_at < before, order=("id",), limit=AT_ONCE):
        if f"mail {mail.id}" not in waiting:
            send_mail.later(env, mail.id, key=f"mail {mail.id}", at=mail.not_before, about=mail.email_to)


@schedule(_("Fetch mail"), every="5 minutes")
def fetch_mail(env: Env) -> None:
    """Ask for a fetch of each incoming server."""
    for server in env[FetchServer].search():
        server.fetch_now()


@job(_("Fetch mail"), tries=1)
def fetch_one(work: Work, server_id: int) -> None:
    """Fetch what is new in one mailbox; what goes wrong is noted on its server."""
    fetch(work, server_id)
