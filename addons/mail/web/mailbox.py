"""The mailbox: what went out while no server was set, for administrators of mail. Nothing of it left this machine."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template

from addons.mail.models import Mail, Server
from addons.mail.operations.letters import opt_out_link
from core import AccessDenied
from core.i18n import _
from core.orm.fields.html import words_of
from core.web.screens.context import env, formats

SHOWN = 100
FRAME_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
"""What the frame of a mail may do: show it, and load nothing."""


def register(blueprint: Blueprint) -> None:
    """The addresses of these pages."""
    blueprint.add_url_rule("/mailbox", "mailbox", mailbox)
    blueprint.add_url_rule("/mailbox/<int:identity>", "kept", kept)
    blueprint.add_url_rule("/mailbox/<int:identity>/body", "body", body)


def mailbox() -> str:
    """The latest mails that stayed here. Raises AccessDenied."""
    _check()
    g.menu = "mail.mailbox"
    mails = env()[Mail].search(Mail.is_kept == True, limit=SHOWN)
    lines = [(mail, " ".join(words_of(mail.body).split())[:120]) for mail in mails]
    has_server = bool(env()[Server].count())
    return render_template(
        "mail/mailbox.html", lines=lines, has_server=has_server, shown=SHOWN, when=formats().datetime
    )


def kept(identity: int) -> str:
    """One mail. Raises Missing."""
    _check()
    g.menu = "mail.mailbox"
    mail = env()[Mail].get(identity)
    link = opt_out_link(env(), mail) if mail.purpose != "transactional" else ""
    return render_template("mail/kept.html", mail=mail, link=link, when=formats().datetime)


def body(identity: int) -> Response:
    """The rich text of a mail, for a frame that can do nothing."""
    _check()
    mail = env()[Mail].get(identity)
    page = f'<!doctype html><meta charset="utf-8"><body style="font-family:sans-serif;line-height:1.5">{mail.body}'
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _check() -> None:
    if not env()[Mail].can("read"):
        raise AccessDenied(_("The mailbox is for administrators of mail."))
