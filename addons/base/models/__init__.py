"""The models of base, for other addons to import: `from addons.base.models import Partner`."""

from addons.base.models.added_field import AddedField
from addons.base.models.approval import ApprovalRequest
from addons.base.models.approval_decision import ApprovalDecision
from addons.base.models.attachment import Attachment
from addons.base.models.attempt import LoginAttempt
from addons.base.models.batch import PrintBatch
from addons.base.models.changed_field import ChangedField
from addons.base.models.choice import Choice
from addons.base.models.company import Company, home_company, home_currency
from addons.base.models.country import Country
from addons.base.models.cron import Cron
from addons.base.models.currency import Currency
from addons.base.models.currency_rate import CurrencyRate
from addons.base.models.custom_model import CustomModel
from addons.base.models.favourite import Favourite
from addons.base.models.group import Group
from addons.base.models.job import Job
from addons.base.models.key import Key
from addons.base.models.layout import DocumentLayout
from addons.base.models.link import Link
from addons.base.models.parameter import Parameter
from addons.base.models.parameter_value import ParameterValue
from addons.base.models.partner import Partner
from addons.base.models.precision import Precision
from addons.base.models.sequence import Sequence
from addons.base.models.session import Session
from addons.base.models.user import User

__all__ = [
    "AddedField", "ApprovalDecision", "ApprovalRequest", "Attachment", "ChangedField", "Choice", "Company", "Country",
    "Cron", "Currency", "CurrencyRate",
    "CustomModel", "DocumentLayout", "Favourite", "Group", "Job", "Key", "Link", "LoginAttempt",
    "Parameter", "ParameterValue", "Partner", "Precision", "PrintBatch", "Sequence", "Session", "User",
    "home_company", "home_currency",
]  # fmt: skip
