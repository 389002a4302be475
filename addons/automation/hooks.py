"""What automation does when a unit of work has changed records, and how its administrators find the past."""

from __future__ import annotations

from addons.automation.models import Automation
from addons.automation.operations.rules import watched_models
from addons.automation.operations.run import Chain
from core import Env, hookimpl
from core.hooks import Beside
from core.orm.changed import Changed
from core.orm.model import Model


@hookimpl
def records_watched(env: Env) -> set[str]:
    return watched_models(env)


@hookimpl
def records_changed(env: Env, changed: Changed) -> None:
    Chain(env, changed).follow()


@hookimpl
def beside_record(env: Env, record: Model) -> list[Beside]:
    """An automation leads to its runs, and to what it would have done."""
    if record._name != Automation._name:
        return []
    from addons.automation.web.links import runs_of, trial_of

    return [runs_of(env, record), trial_of(record)]
