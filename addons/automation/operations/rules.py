"""Rules: what an automation says about when it runs, read once for each version of its record and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from addons.automation.models import Automation
from addons.automation.models.automation import DIRECT
from addons.automation.operations.check import read_filter
from addons.automation.operations.values import fields_of
from core import ALL, Env, Filter

_CACHE = "automation"
_MOST = 10_000
NAMES = ("id", "row_version", "name", "about.key", "trigger", "before", "after", "watched", "rights", "user", "date")


@dataclass(frozen=True)
class Rule:
    """When an automation runs, and with which rights. user: nobody where it acts with all rights."""

    id: int
    name: str
    model: str
    trigger: str
    before: Filter
    after: Filter
    watched: frozenset[str]
    user: int | None
    date: str
    problem: str = ""

    @property
    def reason(self) -> str:
        """What the history has as the reason of its changes."""
        return f"automation {self.name}"


def watched_models(env: Env) -> set[str]:
    """The models whose changes set automations off: one small statement."""
    return {row["about.key"] for row in env[Automation].values(["about.key"], *_at_work())}


def rules_of(env: Env, models: Any) -> list[Rule]:
    """The rules that changes of these models may set off, in their order."""
    rows = env[Automation].values(NAMES, *_at_work(), order=("sequence", "id"))
    return [_rule(env, row) for row in rows if row["about.key"] in models and row["about.key"] in env.models]


def rule_of(env: Env, automation: int) -> Rule:
    """The rule of one automation."""
    return _rule(env, env[Automation].with_archived().values(NAMES, Automation.is_(automation))[0])


def _at_work() -> tuple[Filter, ...]:
    return Automation.trigger.in_(DIRECT), Automation.active == True, Automation.stopped_at.is_(None)


def _rule(env: Env, row: dict[str, Any]) -> Rule:
    known = env.models.caches.setdefault(_CACHE, {})
    key = (row["id"], row["row_version"], tuple(map(str, row.values())))
    if key not in known:
        if len(known) >= _MOST:
            known.clear()
        known[key] = _read(env, row)
    found: Rule = known[key]
    return found


def _read(env: Env, row: dict[str, Any]) -> Rule:
    models, model = env.models, row["about.key"]
    before, after, watched, problem = ALL, ALL, frozenset[str](), ""
    try:
        before = read_filter(models, model, row["before"], "before")
        after = read_filter(models, model, row["after"], "after")
        watched = frozenset(field.name for field in fields_of(models, model, row["watched"]))
    except Exception as error:  # what it named has gone since it was saved: it fails with the reason, and others go on
        problem = str(error)
    user = row["user"] if row["rights"] == "user" else None
    by_wire = models[model].by_wire
    date = by_wire[row["date"]].name if row["date"] in by_wire else ""
    return Rule(row["id"], row["name"], model, row["trigger"], before, after, watched, user, date, problem)
