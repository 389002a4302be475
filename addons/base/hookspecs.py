"""What base asks other addons: base itself knows no mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core import Env, hookspec

if TYPE_CHECKING:
    from addons.base.models import User


@dataclass(frozen=True)
class Letter:
    """A letter to a user. text: of a few lines, where `{secret}` stands for the secret: a link that lets whoever has it
    log in as the user."""

    subject: str
    text: str
    secret: str = field(repr=False)


@hookspec(firstresult=True)
def web_address(env: Env) -> str | None:
    """Where people reach Banyan, with `https://` and no slash at the end, if a letter to a user can leave this machine.

    When: somebody asks for a password, or invites a user. Transaction: the one that asks. Returning: the address, which
    must be set by somebody, and never come from a request; None where no letter can leave: an administrator passes a
    link on instead. Raising: nothing is asked for.
    """


@hookspec(firstresult=True)
def letter_to_user(env: Env, user: User, letter: Letter) -> bool | None:
    """Send a letter to a user at their own address, in their language.

    Its secret is for the letter alone: nobody may read it in a queue, a history or a log. When: `web_address` has said
    where people reach Banyan. Transaction: the one that asks, and the letter leaves after its commit. Returning: True
    where it will; None passes it on. Raising: nothing is asked for.
    """
