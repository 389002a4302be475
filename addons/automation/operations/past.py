"""What an automation would have done: found in the history of a period, without writing anything.

Changes are taken as units of work made them, since that is how automations hear of them. What other automations would
have done in their turn is not followed. A schedule leaves no trace in the past: for one, it is the records that meet
its filter now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from addons.automation.models import Action, Automation
from addons.automation.models.automation import DIRECT
from addons.automation.operations.due import moment_of, zone_of
from addons.automation.operations.rules import Rule, rule_of
from core import ALL, Env, Invalid, Refused
from core.errors import UserError
from core.i18n import Text, _, listed
from core.orm.read.history import Happening

MOST_CHANGES = 2000
"""So many changes of the period are looked at, the latest ones."""
MOST = 200
"""So many runs are shown."""
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Run:
    """One that would have been. reason: why the record changed then; problem: why it would have failed."""

    record_id: int
    name: str
    at: datetime
    told: str
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Trial:
    """All that would have been, the latest first. looked_at: changes that were looked at; is_whole: whether that was
    all of the period."""

    runs: tuple[Run, ...]
    looked_at: int
    is_whole: bool


def would_have_run(automation: Automation, since: datetime, until: datetime) -> Trial:
    """What an automation would have done in a period, as it is now. For elevated code. Raises Invalid."""
    env = automation.env
    until = min(until, env.now())
    if since >= until:
        raise Invalid(_("The period ends before it begins, or is still to come."))
    rule = rule_of(env, automation.id)
    if rule.problem:
        raise Invalid(rule.problem)
    actions = list(env[Action].search(Action.automation.is_(automation.id)))
    if rule.trigger == "schedule":
        found = env[rule.model].search(rule.after, limit=MOST + 1)
        runs = [_run(actions, record, env.now(), "") for record in found[:MOST]]
        return Trial(tuple(runs), len(found), len(found) <= MOST)
    rows = env[rule.model].history_between(since, until, limit=MOST_CHANGES + 1)
    is_whole = len(rows) <= MOST_CHANGES
    rows = rows[:MOST_CHANGES]
    seek = _of_changes(env, rule, actions, rows) if rule.trigger in DIRECT else _of_dates(
        automation, rule, actions, rows, (since, until)
    )  # fmt: skip
    runs = []
    for run in seek:
        if len(runs) == MOST:
            is_whole = False
            break
        runs.append(run)
    return Trial(tuple(sorted(runs, key=lambda run: run.at, reverse=True)), len(rows), is_whole)


def _of_changes(env: Env, rule: Rule, actions: list[Action], rows: list[Happening]) -> Iterator[Run]:
    """Runs that changes would have set off: each record of each unit of work once."""
    units: dict[str, dict[int, list[Happening]]] = {}
    for row in rows:
        units.setdefault(row.unit, {}).setdefault(row.record_id, []).append(row)
    for records in units.values():
        candidates = {identity: found for identity, found in records.items() if _may_set_off(rule, found)}
        if not candidates:
            continue
        every = [row for found in candidates.values() for row in found]
        after = env.as_of(max(row.at for row in every))
        before = env.as_of(min(row.at for row in every) - INSTANT)
        then = {record.id: record for record in after[rule.model].browse(*candidates)}
        once = {record.id: record for record in before[rule.model].browse(*candidates)}
        for identity, found in candidates.items():
            is_new = any(row.action == "create" for row in found)
            if _sets_off(rule, then[identity], None if is_new else once[identity]):
                yield _run(actions, then[identity], max(row.at for row in found), found[-1].reason)


def _may_set_off(rule: Rule, rows: list[Happening]) -> bool:
    actions = {row.action for row in rows}
    if "delete" in actions or (rule.trigger == "created" and "create" not in actions):
        return False
    if "create" in actions:
        return rule.trigger != "changed"
    return not rule.watched or any(not rule.watched.isdisjoint(row.changes) for row in rows)


def _sets_off(rule: Rule, then: Any, once: Any) -> bool:
    try:
        if not (then.exists() and rule.after.matches(then)):
            return False
        if once is None or not once.exists():
            return True
        if not rule.watched and rule.after is not ALL and rule.after.matches(once):
            return False
        return rule.before is ALL or rule.before.matches(once)
    except Refused:
        return False  # no copy is kept of what the filter asks for


def _of_dates(
    automation: Automation, rule: Rule, actions: list[Action], rows: list[Happening], period: tuple[datetime, datetime]
) -> Iterator[Run]:
    """Records whose date was reached in the period, by the value that it had at that moment."""
    env, delay = automation.env, automation.delay_as_interval
    zone = zone_of(env)
    values = {(row["id"], row[rule.date]) for row in env[rule.model].with_archived().values(["id", rule.date])}
    values |= {(row.record_id, value) for row in rows for value in row.changes.get(rule.date, ())}
    due = [(moment_of(value, delay, zone), identity, value) for identity, value in values if value is not None]
    for moment, identity, value in sorted((one for one in due if period[0] < one[0] <= period[1]), reverse=True):
        record = env.as_of(moment)[rule.model].browse(identity)[0]
        if record.exists() and getattr(record, rule.date) == value and _sets_off(rule, record, None):
            yield _run(actions, record, moment, "")


def _run(actions: list[Action], record: Any, at: datetime, reason: str) -> Run:
    told: list[Text] = []
    problem = ""
    for action in actions:
        try:
            told.append(action.told(record))
        except UserError as error:
            problem = str(error.args[0]) if error.args else ""
    return Run(record.id, record.display_name, at, listed(told, "; "), reason, problem)
