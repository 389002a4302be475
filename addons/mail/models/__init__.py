"""The models of mail, for other addons to import: `from addons.mail.models import Message`."""

from addons.mail.models.activity import Activity
from addons.mail.models.activity_type import ActivityType
from addons.mail.models.alias import Alias
from addons.mail.models.blacklist import Blacklist
from addons.mail.models.domain import Domain
from addons.mail.models.fetch_server import FetchServer
from addons.mail.models.follower import Follower
from addons.mail.models.mail import Mail
from addons.mail.models.message import Message
from addons.mail.models.message_file import MessageFile
from addons.mail.models.not_understood import NotUnderstood
from addons.mail.models.partner import Partner
from addons.mail.models.server import Server
from addons.mail.models.template import Template

__all__ = [
    "Activity", "ActivityType", "Alias", "Blacklist", "Domain", "FetchServer", "Follower", "Mail", "Message",
    "MessageFile", "NotUnderstood", "Partner", "Server", "Template",
]  # fmt: skip
