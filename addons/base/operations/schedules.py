"""Schedules: from what the addons declare to records that administrators change."""

from __future__ import annotations

from addons.base.models import Cron
from core import Env
from core.i18n import translate
from core.jobs.collect import schedules_of
from core.jobs.times import Times


def sync_schedules(env: Env) -> None:
    """Let there be a record for each schedule that an enabled addon declares; those that are there stay as they are."""
    known = {row["job"] for row in env[Cron].with_archived().values(["job"])}
    for schedule in schedules_of(env.models):
        if schedule.name in known:
            continue
        timing = schedule.timing
        values: dict[str, object] = {"name": translate(schedule.label, env.main_language), "job": schedule.name}
        if isinstance(timing, Times):
            values |= {"kind": "times", "times": timing.text}
        else:
            values |= {"interval_number": timing.number, "interval_type": timing.unit}
        env[Cron].create(**values)
