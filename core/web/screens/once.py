"""A form that is sent twice, by a double click or an impatient person, makes one record.

A page for a new record carries a token. The same form with the same token leads to the record that the first
one made; somebody who goes back and types something else means another record.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass

from flask import g, request

from core.orm.once import claim, keep

ONCE = "_once"
"""The hidden input with the token."""


def new_token() -> str:
    """A token for a page that is shown now."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class Once:
    """What a form with a token asks for. key: "" where the form has none."""

    key: str
    model: str

    @classmethod
    def read(cls, model: str) -> Once:
        """What the request sends."""
        token = request.form.get(ONCE, "")
        if not token:
            return cls("", model)
        typed = json.dumps([token, sorted(request.form.items(multi=True))], ensure_ascii=False)
        return cls(f"form {hashlib.sha256(typed.encode()).hexdigest()}", model)

    def known(self) -> str | None:
        """The address of the record that the same form has made; None where it is to be made now."""
        if not self.key:
            return None
        found = claim(g.unit, g.identity.user_id, self.key, hashlib.sha256(self.model.encode()).hexdigest())
        return None if found is None else str(found["address"])

    def keep(self, address: str) -> None:
        """Remember the record that was made."""
        if self.key:
            keep(g.unit, g.identity.user_id, self.key, {"address": address})
