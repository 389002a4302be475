"""Pages of mail: the mailbox of what did not leave, and opting out."""

from __future__ import annotations

from flask import Blueprint

from addons.mail.web import mailbox, opt_out

blueprint = Blueprint("mail", __name__, template_folder="templates")
mailbox.register(blueprint)
opt_out.register(blueprint)
