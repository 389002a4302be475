"""From the record of a server to the connection that takes mail. The one place that has the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import Env
from core.mail.transport import NotNow, Rejected, Smtp, Transport, Unsure

if TYPE_CHECKING:
    from addons.mail.models.server import Server

MODEL = "ir.mail_server"


def server_of(env: Env) -> Server | None:
    """The server that takes what goes out; None where mail stays here. For elevated code."""
    found: Server | None = next(iter(env[MODEL].search(limit=1)), None)
    return found


def transport_of(server: Server) -> Transport:
    """The connection to a server, not opened yet. For elevated code: it holds the password."""
    return Smtp(server.host, server.port, server.security or "starttls", server.user, server.secret)


def problem_of(server: Server) -> str:
    """Why a server cannot be reached or does not let us in; empty where it does."""
    known: Server = server.env.sudo("try a mail server")[MODEL].get(server.id)
    try:
        Smtp(known.host, known.port, known.security or "starttls", known.user, known.secret).check()
    except NotNow as error:
        return str(error)
    return ""


__all__ = ["NotNow", "Rejected", "Transport", "Unsure", "problem_of", "server_of", "transport_of"]
