"""Who may see messages and activities, and who sets mail up.

A message, its files, an activity and a follower are as visible as the record that they are about; whoever may change
that record may write about it. Nobody changes what others have said. The queue, templates and everything about
servers and addresses are the mail administrator's, what has opted out included. Mails that come in, and those that go
to followers, are made by elevated code.
"""

from __future__ import annotations

from addons.base.access import user
from addons.base.models import CustomModel
from addons.mail.models import (
    Activity,
    ActivityType,
    Alias,
    Blacklist,
    Domain,
    FetchServer,
    Follower,
    Mail,
    Message,
    MessageFile,
    NotUnderstood,
    Server,
    Template,
)
from core import Env, Filter, Grant, Role, allowed_beyond
from core.i18n import _

administrator = Role(
    "mail.administrator",
    _("Mail administrator"),
    implies=(user,),
    help=_("Sets up servers, addresses and templates; sees all mail that goes out, and who has opted out."),
)


def messages_seen(env: Env) -> Filter:
    """Those on what the user may read, and their own that are about nothing."""
    own: Filter = Message.record.is_(None) & Message.user.is_(env.user_id)
    return allowed_beyond(env, Message.record) | own


def messages_made(env: Env) -> Filter:
    """Those in the user's own name, on what they may change."""
    return allowed_beyond(env, Message.record, "write") & Message.user.is_(env.user_id) & Message.author.is_(None)


def files_seen(env: Env) -> Filter:
    """Those of the messages that the user may read."""
    own: Filter = MessageFile.message.record.is_(None) & MessageFile.message.user.is_(env.user_id)
    return allowed_beyond(env, MessageFile.message.record) | own


access = [
    administrator,
    Grant(user, Message, "read", where=messages_seen),
    Grant(user, Message, "create", where=messages_made),
    Grant(user, MessageFile, "read", where=files_seen),
    Grant(user, Activity, "read", where=lambda env: allowed_beyond(env, Activity.record)),
    Grant(user, Activity, "create", "write", where=lambda env: allowed_beyond(env, Activity.record, "write")),
    Grant(user, Activity, "delete", where=lambda env: Activity.user.is_(env.user_id)),
    Grant(user, ActivityType, "read"),
    Grant(user, Follower, "read", where=lambda env: allowed_beyond(env, Follower.record)),
    Grant(
        user, Follower, "create", "delete",
        where=lambda env: allowed_beyond(env, Follower.record) & Follower.user.is_(env.user_id),
    ),
    *(
        Grant(administrator, model, "read", "write", "create", "delete")
        for model in (ActivityType, Alias, Blacklist, Domain, FetchServer, Mail, Server, Template)
    ),
    Grant(administrator, NotUnderstood, "read", "write", "delete"),
    Grant(administrator, CustomModel, "read"),
]  # fmt: skip
