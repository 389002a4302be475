"""Pages of base: a password by a link, one's own account, and who may do what."""

from __future__ import annotations

from flask import Blueprint

from addons.base.web import access, account, passwords, people

blueprint = Blueprint("base", __name__, template_folder="templates")
for pages in (passwords, account, people, access):
    pages.register(blueprint)
