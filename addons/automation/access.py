"""Who may automate: administrators alone.

An automation acts as a user that its maker chooses, or with all rights: whoever makes one could gain by it what they
lack. So nobody but administrators, who may give themselves any role, makes or changes one. Who grants more, grants
that. What ran is written by automations; administrators read it, and may clear it.
"""

from __future__ import annotations

from addons.automation.models import Action, Automation, Log
from addons.base.access import administrator
from core import Grant

access = [
    Grant(administrator, Automation, "read", "write", "create", "delete"),
    Grant(administrator, Action, "read", "write", "create", "delete"),
    Grant(administrator, Log, "read", "delete"),
]
