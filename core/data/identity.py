"""What tells the rows of a step apart: the external id made from its columns, or the texts that it is matched by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.i18n import _

from .bind import BoundStep
from .csvfile import Row
from .mapping import Step
from .plan import Key
from .spelling import fill

LONGEST = 200


@dataclass(frozen=True)
class RowIdentity:
    """Which record a row is about."""

    key: Key
    external: str


@dataclass
class Identities:
    """The identities of a step's rows.

    by_row: position of the row → identity; rows that have none are absent. index: the texts of the key
    columns, joined, → record. problems: (line, text, reason).
    """

    by_row: dict[int, RowIdentity] = field(default_factory=dict)
    index: dict[str, Key] = field(default_factory=dict)
    problems: list[tuple[int, str, str]] = field(default_factory=list)


def key_text(columns: Iterable[str], row: Row) -> str:
    """The texts of the key columns as one; empty where all of them are."""
    texts = [row.cells[column] for column in columns]
    return " / ".join(texts) if any(texts) else ""


def _external_id(step: Step, row: Row, text: str, prefix: str) -> str:
    if step.verbatim:
        return text if "." in text else f"{prefix}.{text}"
    return f"{prefix}.{fill(step.id, row.cells, slugs=True)}" if step.id else ""


def identify(bound: BoundStep, rows: Iterable[Row], prefix: str) -> Identities:
    """Who each row is."""
    step, found = bound.step, Identities()
    texts: dict[Key, str] = {}
    for position, row in enumerate(rows):
        text = key_text(step.key, row)
        if not text:
            found.problems.append((row.line, "", _("empty, so that the row cannot be told from others")))
            continue
        external = _external_id(step, row, text, prefix)
        key = (step.model, external) if external else (step.model, "", *(row.cells[column] for column in step.key))
        if len(external) > LONGEST:
            found.problems.append(
                (row.line, text, _("too long for an external id: {count} characters", count=len(external)))
            )
        elif texts.setdefault(key, text) != text:
            reason = _("gives the same external id as '{other}': {id}", other=texts[key], id=external)
            found.problems.append((row.line, text, reason))
        else:
            found.by_row[position] = RowIdentity(key, external)
            found.index.setdefault(text, key)
    return found
