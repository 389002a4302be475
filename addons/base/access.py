"""Who may do what with users, contacts and the settings of the company.

Whoever works here (`base.user`) may look up contacts, colleagues and the lists that every record refers to.
Changing contacts is a role of its own, which the roles of the business areas bring along. Everything about
users, roles and companies is the administrator's. What is a secret is on the models: `roles=None`.
"""

from __future__ import annotations

from addons.base.models import (
    AddedField,
    ApprovalDecision,
    ApprovalRequest,
    ChangedField,
    Choice,
    Company,
    Country,
    Cron,
    Currency,
    CurrencyRate,
    CustomModel,
    DocumentLayout,
    Favourite,
    Group,
    Job,
    Key,
    Link,
    LoginAttempt,
    Parameter,
    ParameterValue,
    Partner,
    Precision,
    PrintBatch,
    Sequence,
    Session,
    User,
)
from core import Env, Filter, Grant, Role
from core.i18n import _

user = Role("base.user", _("Internal user"), help=_("Works here: sees contacts and colleagues."))
favourites = Role(
    "base.favourites", _("Shared favourites"), implies=(user,), help=_("Keeps searches of lists for everybody.")
)
contacts = Role("base.contacts", _("Contacts"), implies=(user,), help=_("Makes and changes contacts."))
administrator = Role(
    "base.administrator",
    _("Administrator"),
    implies=(contacts, favourites),
    help=_("Users, roles, companies and settings. What an area keeps to itself needs that area's own role."),
    may_explain=True,
)


def own_favourites(env: Env) -> Filter:
    """Searches that somebody keeps for themselves."""
    return Favourite.user.is_(env.user_id)


def favourites_seen(env: Env) -> Filter:
    """Their own, and those of everybody."""
    return own_favourites(env) | Favourite.user.is_(None)


def approvals_seen(env: Env) -> Filter:
    """What somebody has asked for, is to decide about, or has decided about."""
    asked, decided = ApprovalRequest.asked_by.is_(env.user_id), ApprovalDecision.by.is_(env.user_id)
    return asked | approvals_decided(env) | ApprovalRequest.decisions.any(decided)


def approvals_decided(env: Env) -> Filter:
    """What waits for somebody of one of their roles, or did when it was decided."""
    return ApprovalRequest.approvers.any(Group.key.in_(tuple(env.roles)))


def decisions_seen(env: Env) -> Filter:
    """What was decided about a request that somebody sees."""
    own = ApprovalDecision.by.is_(env.user_id) | ApprovalDecision.request.asked_by.is_(env.user_id)
    return own | ApprovalDecision.request.approvers.any(Group.key.in_(tuple(env.roles)))


access = [
    Grant(user, Choice, "read", "write", "create", "delete", where=lambda env: Choice.user.is_(env.user_id)),
    Grant(user, Partner, "read"),
    Grant(user, User, "read"),
    Grant(user, Country, "read"),
    Grant(user, Currency, "read"),
    *(Grant(user, model, "read") for model in (CurrencyRate, Parameter, ParameterValue)),
    Grant(user, Company, "read", where=lambda env: Company.in_(env.company_ids)),
    Grant(user, Key, "read", "delete", where=lambda env: Key.user.is_(env.user_id)),
    Grant(user, Session, "read", "delete", where=lambda env: Session.user.is_(env.user_id)),
    # Who decides writes the reason; all else of a request is the installation's to write.
    Grant(user, ApprovalRequest, "read", where=approvals_seen),
    Grant(user, ApprovalRequest, "write", where=lambda env: approvals_decided(env) & (ApprovalRequest.state == "open")),
    Grant(user, ApprovalDecision, "read", where=decisions_seen),
    Grant(user, PrintBatch, "read", "delete", where=lambda env: PrintBatch.user.is_(env.user_id)),
    Grant(user, Favourite, "read", where=favourites_seen),
    Grant(user, Favourite, "write", "create", "delete", where=own_favourites),
    Grant(favourites, Favourite, "write", "create", "delete", where=favourites_seen),
    Grant(contacts, Partner, "write", "create", "delete"),
    Grant(administrator, Company, "read", "write", "create", "delete"),
    Grant(administrator, Country, "write", "create", "delete"),
    Grant(administrator, Currency, "write", "create", "delete"),
    *(Grant(administrator, model, "write", "create", "delete") for model in (CurrencyRate, Parameter, ParameterValue)),
    Grant(administrator, Sequence, "read", "write", "create", "delete"),
    Grant(administrator, User, "write", "create", "delete"),
    # Roles follow the declarations of the addons: an administrator gives them, and does not make them.
    Grant(administrator, Group, "read"),
    # What everybody sees of every record is the administrator's to shape. Kinds of record follow the addons.
    Grant(administrator, AddedField, "read", "write", "create", "delete"),
    Grant(administrator, ChangedField, "read", "write", "create", "delete"),
    Grant(administrator, Precision, "read", "write", "create", "delete"),
    Grant(administrator, CustomModel, "read", "write"),
    Grant(administrator, DocumentLayout, "read", "write", "create", "delete"),
    Grant(administrator, Key, "read", "delete"),
    Grant(administrator, Session, "read", "delete"),
    Grant(administrator, Link, "read", "delete"),
    # People see the jobs that they have asked for. What runs, with which rights, is only ever written by code.
    Grant(user, Job, "read", where=lambda env: Job.user.is_(env.user_id)),
    Grant(administrator, Job, "read", "write", "delete"),
    Grant(administrator, Cron, "read", "write"),
    Grant(administrator, LoginAttempt, "read", "delete"),
]
