"""Identity: who acts, as the database knows them at the start of a unit of work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.errors import AccessDenied
from core.i18n import _


@dataclass(frozen=True)
class Identity:
    """A user and what follows from who they are.

    roles: keys as given to the user; what they imply is added by the environment. company_ids: the
    companies whose records they see at present. allowed_ids: all that they may choose from; those that they see
    where it is empty. branches: (branch, the company right above it). session_stamp: changes with the password, so that
    sessions made before end. colour: that of their company, as in `#0e6b4c`, or empty.
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
    allowed_ids: tuple[int, ...] = ()
    branches: tuple[tuple[int, int], ...] = ()
    colour: str = ""

    @property
    def allowed(self) -> tuple[int, ...]:
        """The companies that they may work in."""
        return self.allowed_ids or self.company_ids

    def working_in(self, companies: Iterable[int]) -> Identity:
        """The same user at work in some of the companies that they may work in: new records belong to the first.

        They see the records of these and of all branches below them. Raises AccessDenied for one that is not allowed.
        """
        chosen = tuple(dict.fromkeys(companies))
        if not chosen:
            return self
        allowed = self.allowed
        if not set(chosen) <= set(allowed):
            raise AccessDenied(_("You may not work in this company."))
        seen = set(chosen)
        while new := {branch for branch, above in self.branches if above in seen} - seen:
            seen |= new
        return replace(self, company_id=chosen[0], company_ids=tuple(sorted(seen)), allowed_ids=allowed)
