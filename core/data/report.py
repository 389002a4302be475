"""What an import found and did, for the person who has to look after it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.errors import Invalid
from core.i18n import _

Level = Literal["note", "skipped", "error"]
NOTHING = _("nothing is imported before this is mended")
"""What is done about a mistake."""
SHOWN = 3
"""So many further wordings of a kind of finding are told."""
LEVELS: tuple[Level, ...] = ("error", "skipped", "note")


@dataclass(frozen=True)
class Finding:
    """A row that needs attention.

    line: where the row begins; 0 speaks of the file as a whole. level: "note" was imported, "skipped" was
    left out, "error" keeps the whole import from being done. reason: what is wrong. done: what the import
    made of it. kind: what findings of one sort share.
    """

    file: str
    line: int
    column: str
    value: str
    level: Level
    reason: str
    done: str

    @property
    def kind(self) -> tuple[str, str, str, str, str]:
        source = str(getattr(self.reason, "source", self.reason))
        return (self.file, self.column, self.level, source, str(getattr(self.done, "source", self.done)))


@dataclass
class Count:
    """What became of the rows of one step. rows: those that it read."""

    step: str
    model: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0


@dataclass
class Report:
    """Findings in the order of the steps and lines, and counts per step."""

    name: str
    dry_run: bool = False
    findings: list[Finding] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, findings: Iterable[Finding]) -> None:
        self.findings.extend(findings)

    @property
    def errors(self) -> int:
        return sum(finding.level == "error" for finding in self.findings)

    @property
    def refused(self) -> bool:
        """Whether mistakes kept everything from being imported."""
        return self.errors > 0

    @property
    def changes(self) -> int:
        """How many records were created or updated; in a dry run, would be."""
        return sum(count.created + count.updated for count in self.counts)

    def groups(self) -> list[tuple[Finding, int, list[int]]]:
        """(an example, how many, their first lines) of each kind of finding, the gravest first."""
        totals = Counter(finding.kind for finding in self.findings)
        examples: dict[tuple[str, ...], Finding] = {}
        lines: dict[tuple[str, ...], list[int]] = {}
        for finding in self.findings:
            examples.setdefault(finding.kind, finding)
            first = lines.setdefault(finding.kind, [])
            if len(first) < 5:
                first.append(finding.line)
        kinds = sorted(totals, key=lambda kind: (LEVELS.index(examples[kind].level), -totals[kind]))
        return [(examples[kind], totals[kind], lines[kind]) for kind in kinds]

    def others(self, example: Finding) -> list[Finding]:
        """Findings of the same kind with other words than the example's, one for each wording: the first few."""
        told = {str(example.reason): example}
        for finding in self.findings:
            if len(told) > SHOWN:
                break
            if finding.kind == example.kind:
                told.setdefault(str(finding.reason), finding)
        return list(told.values())[1:]

    def write(self, path: Path) -> None:
        """Write every finding as a CSV file that a spreadsheet opens. Raises Invalid where it cannot be written."""
        try:
            # utf-8-sig: without the mark at the start, Excel takes accents for something else
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["file", "line", "column", "value", "level", "reason", "done"])
                for item in self.findings:
                    line = str(item.line or "")
                    row = (item.file, line, item.column, item.value, item.level, item.reason, item.done)
                    writer.writerow(map(_plain, row))
        except OSError as error:
            raise Invalid(
                _("The report {file} cannot be written: {reason}.", file=path, reason=error.strerror)
            ) from None


def _plain(text: str) -> str:
    """`text` so that a spreadsheet takes it for a text: what begins like a formula gets an apostrophe."""
    return f"'{text}" if text[:1] in ("=", "@", "\t", "\r") or re.match(r"[+-][^\d.,]", text) else text
