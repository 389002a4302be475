"""Invitations and new passwords: a link by mail where mail leaves, otherwise one that an administrator passes on."""

from __future__ import annotations

from addons.base.hookspecs import Letter
from addons.base.models import User
from addons.base.models.link import INVITATION, RESET
from addons.base.models.user import normal_login
from addons.base.operations.links import make_link
from addons.base.operations.passwords import is_password, set_password
from core import AccessDenied, Env, Invalid
from core.i18n import _, translate

ADMINISTRATOR = "base.administrator"
SUBJECTS = {INVITATION: _("You are invited to Banyan"), RESET: _("A new password for Banyan")}
TEXTS = {
    INVITATION: _(
        "Hello {name},\n\nyou can work in Banyan from now on; your log-in is {login}. Choose a password here:\n\n"
        "{secret}\n\nThe link is good for three days, and once."
    ),
    RESET: _(
        "Hello {name},\n\nsomebody, we hope you, has asked for a new password for the log-in {login}. Choose one here:"
        "\n\n{secret}\n\nThe link is good for two hours, and once. If it was not you, do nothing: your password "
        "stays as it is."
    ),
}


def check_administrator(env: Env) -> None:
    """Raises AccessDenied for whoever may not decide about users."""
    if not env.has_role(ADMINISTRATOR):
        raise AccessDenied(_("Users and what they may do are for administrators to decide."))


def mail_leaves(env: Env) -> bool:
    """Whether a letter to a user can leave."""
    return bool(env.hooks.web_address(env=env.sudo("where people reach Banyan")))


def offer_link(user: User, kind: str) -> str:
    """Make a link for a user. Gives its path where it could not be sent, to be passed on by hand; otherwise "".

    The environment of `user` is that of an administrator. Raises AccessDenied.
    """
    check_administrator(user.env)
    system = user.env.sudo("a link to a password")
    known = system[User].get(user.id)
    path = make_link(known, kind)
    return "" if _sent(known, kind, path) else path


def send_reset(env: Env, login: str) -> None:
    """Send a link to whoever has this log-in or email address; nothing where nobody does. For elevated code.

    An address that several users have is none of theirs, since it does not say who asks.
    """
    found = env[User].search(User.login == normal_login(login), limit=1) or env[User].search(
        User.email == login.strip(), limit=2
    )
    if len(found) == 1 and found[0].email and env.hooks.web_address(env=env):
        _sent(found[0], RESET, make_link(found[0], RESET))


def _sent(user: User, kind: str, path: str) -> bool:
    env = user.env
    address = env.hooks.web_address(env=env) if user.email else None
    if not address:
        return False
    language = user.language or env.main_language
    text = translate(_(TEXTS[kind], name=user.name, login=user.login, secret="{secret}"), language)
    subject = translate(SUBJECTS[kind], language)
    letter = Letter(subject, text, f"{address}{path}")
    return bool(env.hooks.letter_to_user(env=env, user=user, letter=letter))


def change_own_password(env: Env, old: str, new: str) -> None:
    """Give the user of `env` a new password. Raises Invalid where the old one is wrong, or the new one too short."""
    user = env.sudo("a person's own password")[User].get(env.user_id or 0)
    if not is_password(user.password_hash, old):
        raise Invalid(fields={"old": [_("is not your present password")]})
    set_password(user, new)
