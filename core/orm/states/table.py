"""The moves of a model as rows of a table, for the command line and for pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.states.declare import Approval


def rows_of(info: ModelInfo) -> Iterator[tuple[str, str, str, str, str, str]]:
    """(move, from, to, roles, approvals, declared at) of each move; first what records begin in."""
    lifecycle = info.lifecycle
    if lifecycle is None:
        return
    yield "(made)", "", ", ".join(lifecycle.start), "", "", ""
    for one in lifecycle.moves.values():
        approvals = "; then ".join(_agreeing(each) for each in one.approvals)
        yield one.name, ", ".join(one.sources), one.to, ", ".join(one.roles), approvals, one.declared_at


def _agreeing(approval: Approval) -> str:
    condition = "" if approval.when is None else f" if {approval.when.__name__}"
    return f"{approval.count} of {', '.join(approval.by)}{condition}"
