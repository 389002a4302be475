"""What mail does when a message comes in, and when an activity has been done."""

from __future__ import annotations

import json
from html import escape
from typing import Any
from urllib.parse import urlencode

from addons.base.hookspecs import Letter
from addons.base.models import Group, User
from addons.base.operations.roles import give_roles
from addons.mail.models import Activity, Mail, Message
from addons.mail.models.activity import day_in
from addons.mail.operations.addresses import home_domain
from addons.mail.operations.post import post
from addons.mail.operations.receive import receive
from addons.mail.operations.transports import server_of
from core import Collection, Env, Filter, hookimpl
from core.hooks import CARE, Beside
from core.i18n import _, translate
from core.mail import words_as_html
from core.orm.fields.reference import Reference, apart, models_of
from core.orm.filter import ALL, All, Pointed
from core.orm.model import Model


@hookimpl
def mail_received(env: Env, raw: bytes) -> str:
    return receive(env, raw)


@hookimpl
def activity_done(env: Env, activity: Activity) -> None:
    """What came of it becomes a note on the record that it was about."""
    if activity.record is not None:
        text = translate(_("Done: {activity}", activity=activity.display_name), env.language)
        post(activity.record, f"<p>{escape(text)}</p>{words_as_html(activity.feedback)}")


@hookimpl
def addon_enabled(env: Env, addon: str) -> None:
    """While nobody can set mail up, whoever administers the database can; after that, the role is given by hand."""
    if addon == "mail" and not env[User].count(User.groups.any(Group.key == "mail.administrator")):
        for user in env[User].search(User.groups.any(Group.key == "base.administrator")):
            give_roles(user, ["mail.administrator"])


@hookimpl
def web_address(env: Env) -> str | None:
    """Where people reach Banyan, where a server takes mail: what is kept in the mailbox here reaches nobody."""
    domain = home_domain(env)
    return domain.web_address.rstrip("/") or None if domain is not None and server_of(env) is not None else None


@hookimpl
def letter_to_user(env: Env, user: User, letter: Letter) -> bool:
    env[Mail].create(
        subject=letter.subject, body=words_as_html(letter.text), email_to=user.email, purpose="transactional",
        language=user.language, secret=letter.secret,
    )  # fmt: skip
    return True


@hookimpl
def beside_record(env: Env, record: Model) -> list[Beside]:
    """Messages and activities of a record, which its page leads to."""
    about = env.models[Message._name].fields["record"]
    if not isinstance(about, Reference) or record._name not in models_of(about, env.models):
        return []
    return [
        _beside(env, record, env[Message], Message.record.is_(record), _("Messages")),
        _beside(env, record, env[Activity], Activity.record.is_(record), _("Activities")),
    ]


@hookimpl
def care_of_records(env: Env, model: str, filters: tuple[Filter, ...]) -> dict[int, str] | None:
    """The most urgent open activity of each record; the day is that where the one who does it is."""
    about = env.models[Message._name].fields["record"]
    if not isinstance(about, Reference) or model not in models_of(about, env.models) or not env[Activity].can("read"):
        return None
    of = Pointed(Activity._name, ("record",), model, All(tuple(filters)) if filters else ALL)
    states: dict[int, str] = {}
    for row in env[Activity].values(["record", "deadline", "user.time_zone"], of, order=()):
        today = day_in(row["user.time_zone"] or env.time_zone, env.now())
        state = "late" if row["deadline"] < today else "today" if row["deadline"] == today else "planned"
        _model, identity = apart(row["record"])
        states[identity] = max(states.get(identity, state), state, key=CARE.index)
    return states


def _beside(env: Env, record: Model, found: Collection[Any], of: Filter, label: str) -> Beside:
    name = found.info.name
    kept = f"{record._name},{record.id}"
    asked = urlencode({"filter": json.dumps([["record", "=", kept]])})
    new = f"/records/{name}/new?{urlencode({'set.record': kept})}" if found.can("create") else ""
    return Beside(label, found.count(of), f"/records/{name}?{asked}", new)
