"""Where an automation's page leads to."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from addons.automation.models import Log
from core import Env
from core.hooks import Beside
from core.i18n import _
from core.orm.model import Model


def runs_of(env: Env, automation: Model) -> Beside:
    """Its runs."""
    asked = urlencode({"filter": json.dumps([["automation_id", "=", automation.id]])})
    count = env[Log].count(Log.automation.is_(automation.id), most=1000)
    return Beside(_("Runs"), count, f"/records/{Log._name}?{asked}")


def trial_of(automation: Model) -> Beside:
    """What it would have done."""
    return Beside(_("What it would have done"), None, f"/automations/{automation.id}/trial")
