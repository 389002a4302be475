"""What a model refuses: in the database (Unique, Check) and in Python (`@constraint`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from core.orm.compute import Dependency
from core.orm.where import caller

F = TypeVar("F", bound=Callable[[Any], None])


@dataclass(frozen=True)
class DatabaseConstraint:
    """What both engines enforce by themselves. message: what the person reads who runs into it."""

    message: str = ""
    where: str = field(default="", compare=False)


class Unique(DatabaseConstraint):
    """No two records have the same values in these fields. A record of which one of them is absent is not compared."""

    def __init__(self, *names: str, message: str = "") -> None:
        super().__init__(message, caller())
        object.__setattr__(self, "names", names)

    names: tuple[str, ...]


class Check(DatabaseConstraint):
    """Every record meets an SQL condition over its own columns, the same words on both engines."""

    def __init__(self, name: str, condition: str, message: str = "") -> None:
        super().__init__(message, caller())
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "condition", condition)

    name: str
    condition: str

    def words(self) -> set[str]:
        """The words of the condition, among which are the columns that it is about."""
        return set(re.findall(r"\w+", re.sub(r"'[^']*'", "", self.condition)))


def constraint(*dependencies: Dependency) -> Callable[[F], F]:
    """Mark a method that raises Invalid where the record breaks a rule.

    It runs on each record whose named fields changed, when the code asks to write and at the end of the
    unit of work, with elevated rights, so that what the user cannot see still counts.
    """

    def mark(function: F) -> F:
        function._constrains = dependencies  # type: ignore[attr-defined]
        return function

    return mark


def constraint_name(kind: str, table: str, columns: list[str]) -> str:
    """A name that fits PostgreSQL's 63 characters and says what it is about."""
    name = f"{kind}_{table}__{'_'.join(columns)}"
    return name if len(name) <= 63 else f"{name[:54]}_{abs(hash_text(name)) % 10**8:08d}"


def hash_text(text: str) -> int:
    """A hash of a text that is the same in every process."""
    value = 0
    for character in text:
        value = (value * 31 + ord(character)) & 0x7FFFFFFF
    return value


def violated(error: sa.exc.IntegrityError) -> tuple[str, tuple[str, ...]]:
    """(constraint name or "", columns as table.column) of an integrity error of either engine."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        column = (f"{diagnostics.table_name}.{diagnostics.column_name}",) if diagnostics.column_name else ()
        return diagnostics.constraint_name or "", column
    text = str(error.orig)
    found = re.search(r"constraint failed: (.+)$", text)
    if not found:
        return "", ()
    subject = found.group(1)
    if "." in subject:
        return "", tuple(part.strip() for part in subject.split(","))
    return subject.strip(), ()
