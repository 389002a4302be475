"""What CRM tells others: deals that were won or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import Env, hookspec

if TYPE_CHECKING:
    from addons.crm.models import Lead


@hookspec
def lead_won(env: Env, lead: Lead) -> None:
    """Somebody marked a deal as won.

    When: after it has been written, once for each deal that `mark_won` closes; an import that brings won
    deals in, or a stage that is written by itself, does not call it. Transaction: the one that closes the
    deal. Returning: nothing. Raising: the deal stays as it was, and the person reads the error's text.
    """


@hookspec
def lead_lost(env: Env, lead: Lead) -> None:
    """Somebody marked a deal as lost.

    When: after it has been written, once for each deal that `mark_lost` closes, not for imports. Transaction:
    the one that closes the deal. Returning: nothing. Raising: the deal stays as it was, and the person reads
    the error's text.
    """
