"""Passwords on the command line: asked for or read, never an argument, which other users of the machine could see."""

from __future__ import annotations

import secrets
import sys

import click

from core.errors import Invalid
from core.i18n import _

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Letters and digits that are not mistaken for one another."""


def generated() -> str:
    """A password of 80 random bits that can be read out and typed."""
    letters = [secrets.choice(ALPHABET) for _position in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def given(login: str, *, stdin: bool) -> str:
    """The password that a person types twice, or the first line of standard input."""
    if stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise Invalid(_("Standard input holds no password."))
        return password
    prompt = _("Password for {login}", login=login)
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=_("The same again"), err=True))
