"""Texts searched for a part or a pattern, as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.kinds import TEXTS
from core.orm.fold import fold, folded
from core.orm.pattern import for_glob, for_like, is_plain, literal
from core.orm.read.compared import check_kind, exactly, refusal

if TYPE_CHECKING:
    from core.orm.filter import Condition
    from core.orm.read.scope import Column, Scope

LONGEST = 1000
"""Letters of a pattern; the engines have bounds of their own, further out."""


def like(operator: str, column: Column, condition: Condition, scope: Scope) -> Any:
    """`ilike`, `like`, `=ilike` or `=like` on a column."""
    value, path = condition.plain(), ".".join(condition.names)
    if column.field is None or column.field.kind not in TEXTS:
        raise refusal(column, _("is no text to search in"), path)
    check_kind(column, value, path)
    if exactly(column, value, path) is None:
        return sa.false()
    if operator in ("=ilike", "=like") and len(value) > LONGEST:
        raise refusal(column, _("is compared with a pattern of more than {count} letters", count=LONGEST), path)
    if operator == "like":
        # The LIKE of SQLite does not mind case, so this is asked without it.
        find = sa.func.instr if scope.dialect == "sqlite" else sa.func.strpos
        return find(column.sql, value) > 0
    if operator == "=like":
        return _fits(column.sql, value, scope.dialect)
    shadow = scope.shadow(condition.names)
    subject = shadow if shadow is not None else folded(column.sql)
    text = fold(value)
    if operator == "=ilike":
        return _fits(subject, text, scope.dialect)
    return subject.contains(text, autoescape=True)


def _fits(subject: Any, pattern: str, dialect: str) -> Any:
    if is_plain(pattern):
        return subject == literal(pattern)
    if dialect == "sqlite":
        return subject.op("GLOB", is_comparison=True)(for_glob(pattern))
    return subject.like(for_like(pattern), escape="\\")
