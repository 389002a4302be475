"""Where automations are found."""

from __future__ import annotations

from addons.automation.models import Automation, Log
from core.i18n import _
from core.views import Menu

ADMINISTRATORS = ("base.administrator",)

area = Menu("automation", _("Automation"), icon="rotate", sequence=94, roles=ADMINISTRATORS)
automations = Menu(
    "automation.all", _("Automations"), parent="automation", model=Automation, sequence=10, roles=ADMINISTRATORS
)
runs = Menu("automation.log", _("Runs"), parent="automation", model=Log, sequence=20, roles=ADMINISTRATORS)
