"""What people call the records that to-many values name: one statement a model, for a whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.orm.fields.reference import apart
from core.orm.files import ATTACHMENT, KINDS
from core.orm.wire.titles import titles_of

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.views import ColumnAt


def titles(env: Env, columns: Iterable[ColumnAt], rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, str]]:
    """Model → id → title, of all records in the references, files and lists of these rows that the reader may see."""
    wanted: dict[str, set[int]] = {}
    files: set[int] = set()
    for column in columns:
        if column.at.kind in KINDS:
            files.update(row[column.at.path] for row in rows if row[column.at.path] is not None)
        elif column.at.kind == "reference":
            for row in rows:
                if (value := row[column.at.path]) is not None:
                    model, identity = apart(value)
                    wanted.setdefault(model, set()).add(identity)
        elif column.at.field().many:
            ids = wanted.setdefault(column.at.target, set())
            for row in rows:
                ids.update(row[column.at.path])
    found = {model: titles_of(env, model, ids) for model, ids in wanted.items()}
    if files:
        # Who reads the field may read what its file is called; attachments themselves are granted to nobody.
        found[ATTACHMENT] = titles_of(env.sudo(), ATTACHMENT, files)
    return found


__all__ = ["titles", "titles_of"]
