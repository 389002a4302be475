"""Banyan's core: the whole vocabulary of an addon's author, in one import. It knows no business."""

from core.errors import AccessDenied, Conflict, Invalid, Missing, NeedsApproval, Refused, Restricted
from core.hooks import hookimpl, hookspec
from core.orm import fields
from core.orm.access.beyond import allowed_beyond
from core.orm.access.declare import Grant, Role, Rule
from core.orm.collection import Collection
from core.orm.compute import computed
from core.orm.constraints import Check, Unique, constraint
from core.orm.env import Env
from core.orm.files import File, Upload
from core.orm.filter import ALL, NONE, Filter
from core.orm.identity import Identity
from core.orm.model import Model
from core.orm.records import Records
from core.orm.relative import relative
from core.orm.repeat import repeatable
from core.orm.sequence import Numbered
from core.orm.states.declare import Approval, States, move

__all__ = [
    "ALL", "NONE", "AccessDenied", "Approval", "Check", "Collection", "Conflict", "Env", "File", "Filter", "Grant",
    "Identity", "Invalid", "Missing", "Model", "NeedsApproval", "Numbered", "Records", "Refused", "Restricted", "Role",
    "Rule", "States", "Unique", "Upload", "allowed_beyond", "computed", "constraint", "fields", "hookimpl", "hookspec",
    "move", "relative", "repeatable",
]  # fmt: skip
