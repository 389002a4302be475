"""The models of automation, for other addons to import: `from addons.automation.models import Action`."""

from addons.automation.models.action import Action
from addons.automation.models.automation import Automation
from addons.automation.models.clock import Clock
from addons.automation.models.log import Log
from addons.automation.models.reached import Reached

__all__ = ["Action", "Automation", "Clock", "Log", "Reached"]
