"""The models of base, for other addons to import: `from addons.base.models import Partner`."""

from addons.base.models.added_field import AddedField
from addons.base.models.approval import ApprovalRequest
from addons.base.models.approval_decision import ApprovalDecision
from addons.base.models.attachment import Attachment
from addons.base.models.attempt import LoginAttempt
from addons.base.models.changed_field import ChangedField
from addons.base.models.company import Company, home_company, home_currency
from addons.base.models.country import Country
from addons.base.models.currency import Currency
from addons.base.models.custom_model import CustomModel
from addons.base.models.group import Group
from addons.base.models.key import Key
from addons.base.models.partner import Partner
from addons.base.models.precision import Precision
from addons.base.models.sequence import Sequence
from addons.base.models.user import User

__all__ = [
    "AddedField", "ApprovalDecision", "ApprovalRequest", "Attachment", "ChangedField", "Company", "Country", "Currency",
    "CustomModel", "Group", "Key", "LoginAttempt", "Partner", "Precision", "Sequence", "User",
    "home_company", "home_currency",
]  # fmt: skip
