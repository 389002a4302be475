"""What an automation would have done in a period: a page, and the same as JSON. Nothing is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, jsonify, render_template, request

from addons.automation.models import Automation
from addons.automation.operations.past import Trial, would_have_run
from core import AccessDenied, Invalid
from core.i18n import _, translate
from core.web.screens.context import env, formats

MONTH = timedelta(days=30)


def register(blueprint: Blueprint) -> None:
    """The addresses of these pages."""
    blueprint.add_url_rule("/automations/<int:identity>/trial", "trial", trial)
    blueprint.add_url_rule("/automations/<int:identity>/trial.json", "trial_json", trial_json)


def trial(identity: int) -> str:
    """The page. Raises Missing or AccessDenied."""
    found = _found(identity)
    g.menu = "automation.all"
    first, last, problem, answer = env().today() - MONTH, env().today(), "", None
    try:
        first, last = _period()
        answer = _tried(found, first, last)
    except Invalid as error:
        problem = error.args[0]
    return render_template(
        "automation/trial.html", automation=found, first=first, last=last, trial=answer, problem=problem,
        when=formats().datetime, model=found.about.key,
    )  # fmt: skip


def trial_json(identity: int) -> Response:
    """The same for programs. Raises Missing, AccessDenied or Invalid."""
    found = _found(identity)
    first, last = _period()
    answer = _tried(found, first, last)
    language = env().language
    runs = [
        {
            "record": {"model": found.about.key, "id": run.record_id, "display_name": run.name},
            "at": run.at.astimezone(UTC).isoformat(), "would": translate(run.told, language),
            "because": run.reason, "problem": run.problem or None,
        }
        for run in answer.runs
    ]  # fmt: skip
    return jsonify({"runs": runs, "looked_at": answer.looked_at, "is_whole": answer.is_whole})


def _found(identity: int) -> Automation:
    if not env()[Automation].can("write"):
        raise AccessDenied(_("Automations are for administrators."))
    return env()[Automation].with_archived().get(identity)


def _period() -> tuple[date, date]:
    """The days that are asked for; the last month where none are. Raises Invalid."""
    today = env().today()
    try:
        first = date.fromisoformat(request.args.get("since") or (today - MONTH).isoformat())
        return first, date.fromisoformat(request.args.get("until") or today.isoformat())
    except ValueError:
        raise Invalid(_("A day is written like 2026-03-31.")) from None


def _tried(automation: Automation, first: date, last: date) -> Trial:
    zone = ZoneInfo(env().time_zone)
    since = datetime.combine(first, time(), zone).astimezone(UTC)
    until = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    # The history of all records of a model: administrators may look at what their automation would meet.
    return would_have_run(env().sudo("try an automation on the past")[Automation].get(automation.id), since, until)
