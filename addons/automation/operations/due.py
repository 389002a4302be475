"""Dates that are reached, and schedules that are due: looked at by the clock, in batches.

A date: the records whose moment lies between the last look, a day before it to be sure, and now. Those that have been
seen to, by (automation, record, value), are left out; that mark is written with what the automation does. So each
record is seen to once for each value, also where nothing ran for a while, or a worker was killed half-way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from addons.automation.models import Automation, Clock, Reached
from addons.automation.operations.rules import Rule, rule_of
from addons.automation.operations.run import Chain
from addons.base.models import Company
from core import Env, Filter
from core.jobs.times import Interval
from core.orm.changed import Changed
from core.orm.filter import Condition

AT_ONCE = 200
OVERLAP = timedelta(days=1)
"""A record that is written while others look at the clock may come with a moment that has just passed."""


@dataclass(frozen=True)
class Position:
    """Where a walk over the records stands: behind the record with this date and id, or before all."""

    moment: Any = None
    id: int = 0


def waiting(env: Env, trigger: str) -> list[int]:
    """The automations of a trigger that are at work."""
    filters = (Automation.trigger == trigger, Automation.active == True, Automation.stopped_at.is_(None))
    return list(env[Automation].search(*filters, order=("sequence", "id")).ids)


def clock_of(env: Env, automation: int) -> Clock:
    """The clock of an automation, made where there is none yet."""
    found = env[Clock].search(Clock.automation.is_(automation), limit=1)
    return found[0] if found else env[Clock].create(automation=automation)


def zone_of(env: Env) -> ZoneInfo:
    """Whose days count: those of the first company."""
    first = env[Company].search(order=("id",), limit=1)
    return ZoneInfo(first[0].time_zone if first else "UTC")


def moment_of(value: date | datetime, delay: Interval, zone: ZoneInfo) -> datetime:
    """When a date is reached. A day begins where the company is."""
    start = value if isinstance(value, datetime) else datetime.combine(value, time(), zone)
    return delay.after(start, zone)


def window(env: Env, automation: Automation, clock: Clock) -> tuple[datetime, datetime]:
    """(after, until): the moments that count in this look."""
    begun = automation.changed_on or env.now()
    last = clock.checked_until
    return (max(begun, last - OVERLAP) if last is not None else begun), env.now()


def see_to_dates(env: Env, changed: Changed, automation: int, behind: int) -> int:
    """Run a batch of what is due of one automation: gives the id behind which to go on, 0 where there is no more."""
    found = env[Automation].get(automation)
    clock = clock_of(env, automation)
    after, until = window(env, found, clock)
    rule, delay, zone = rule_of(env, automation), found.delay_as_interval, zone_of(env)
    rows = _page(env, rule, _bounds(env, rule, delay, zone, after, until), behind)
    due = {
        row["id"]: row[rule.date] for row in rows if after < moment_of(row[rule.date], delay, zone) <= until
    }  # fmt: skip
    fresh = _unseen(env, automation, due)
    if fresh:
        env[Reached].create_many(
            [{"automation": automation, "record_id": one, "value": due[one].isoformat()} for one in fresh]
        )
        Chain(env, changed).begin(rule, fresh)
    if len(rows) < AT_ONCE:
        clock.checked_until = until
        return 0
    return int(rows[-1]["id"])


def _bounds(
    env: Env, rule: Rule, delay: Interval, zone: ZoneInfo, after: datetime, until: datetime
) -> tuple[Filter, ...]:
    """What the database looks for: dates that lie about the window, the delay taken off, some days wider."""
    back = Interval(-delay.number, delay.unit)
    wide = timedelta(days=4)
    low, high = back.after(after, zone) - wide, back.after(until, zone) + wide
    is_day = env.models[rule.model].fields[rule.date].kind == "date"
    limits: tuple[Any, Any] = (low.date(), high.date()) if is_day else (low, high)
    return (
        Condition(rule.model, (rule.date,), ">=", limits[0]),
        Condition(rule.model, (rule.date,), "<=", limits[1]),
    )


def _page(env: Env, rule: Rule, bounds: Sequence[Filter], behind: int) -> list[dict[str, Any]]:
    more = Condition(rule.model, ("id",), ">", behind)
    return env[rule.model].values(["id", rule.date], more, *bounds, rule.after, order=("id",), limit=AT_ONCE)


def _unseen(env: Env, automation: int, due: dict[int, Any]) -> list[int]:
    if not due:
        return []
    seen = env[Reached].values(
        ["record_id", "value"], Reached.automation.is_(automation), Reached.record_id.in_(tuple(due))
    )
    known = {(row["record_id"], row["value"]) for row in seen}
    return [identity for identity, value in due.items() if (identity, value.isoformat()) not in known]


def is_due(env: Env, automation: int) -> bool:
    """Whether a schedule's time has come; says when it comes next. What was missed runs once."""
    found, clock = env[Automation].get(automation), clock_of(env, automation)
    now, zone = env.now(), zone_of(env)
    timing = f"{found.interval_number} {found.interval_unit} {found.times}"
    if clock.next_at is None or clock.timing != timing:
        clock.write(next_at=found.timing.next(now, now, zone), timing=timing)
        return False
    if clock.next_at > now:
        return False
    clock.next_at = found.timing.next(clock.next_at, now, zone)
    return True


def run_batch(env: Env, changed: Changed, automation: int, behind: int) -> int:
    """Run a batch of a schedule: gives the id behind which to go on, 0 where there is no more."""
    rule = rule_of(env, automation)
    more = Condition(rule.model, ("id",), ">", behind)
    ids = list(env[rule.model].search(more, rule.after, order=("id",), limit=AT_ONCE).ids)
    Chain(env, changed).begin(rule, ids)
    return ids[-1] if len(ids) == AT_ONCE else 0
