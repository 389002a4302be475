"""Actions of automations that mail makes possible."""

from addons.automation.bridges.mail.models.action import Action

__all__ = ["Action"]
