"""The models of crm, for other addons to import: `from addons.crm.models import Lead`."""

from addons.crm.models.lead import Lead
from addons.crm.models.lost_reason import LostReason
from addons.crm.models.partner import Partner
from addons.crm.models.source import Source
from addons.crm.models.stage import Stage
from addons.crm.models.tag import Tag
from addons.crm.models.team import Team

__all__ = ["Lead", "LostReason", "Partner", "Source", "Stage", "Tag", "Team"]
