"""Identity: who acts, as the database knows them at the start of a unit of work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """A user and what follows from who they are.

    roles: keys as given to the user; what they imply is added by the environment. company_ids: the
    companies whose records they see at present. session_stamp: changes with the password, so that
    sessions made before end.
    """

    user_id: int
    login: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    company_id: int | None = None
    company_ids: tuple[int, ...] = ()
    language: str = "en"
    time_zone: str = "UTC"
    session_stamp: str = ""
