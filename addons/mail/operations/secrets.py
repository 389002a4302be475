"""Passwords of servers: written and never shown."""

from __future__ import annotations

MASK = "••••••••"
"""Stands where a password is kept; whoever saves a form with it changes nothing."""


def shown(secret: str) -> str:
    """What is shown of a secret: whether there is one."""
    return MASK if secret else ""
