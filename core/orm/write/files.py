"""Keeping the files that records are given: the bytes in the folder, what is known of them as attachments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.errors import BanyanError, Invalid
from core.i18n import _
from core.orm.fields.base import Field
from core.orm.files import ATTACHMENT, File, Upload
from core.orm.read.fetch import Some

if TYPE_CHECKING:
    from core.orm.view import View


def keep_file(view: View, field: Field[Any], value: Any, identity: int | None) -> int | None:
    """The attachment of what a field of a record was given. identity: None where it has no id yet."""
    if value is None:
        return None
    # Attachments are granted to nobody: whoever may write the field may give it a file.
    attachments = view.env.sudo()[ATTACHMENT]
    common = {"record_model": view.info.name, "record_id": identity or 0, "record_field": field.name}
    if isinstance(value, File):
        made = attachments.create(**common, name=value.name, mimetype=value.mimetype, size=value.size, hash=value.hash)
        return int(made.id)
    if isinstance(value, Upload):
        store = view.env._unit.files
        if store is None:
            raise BanyanError("This database has no place for files.")
        hash = store.put(value.data)
        made = attachments.create(**common, name=value.name, mimetype=value.mimetype, size=len(value.data), hash=hash)
        return int(made.id)
    if identity is not None and not _is_kept(view, field, value, identity):
        _check_own(view, field, value, identity)
    return int(value)


def _is_kept(view: View, field: Field[Any], value: int, identity: int) -> bool:
    """Whether the number is that of the file which the record has: a former one is not a user's to bring back.

    Raises Invalid for a user where it is not.
    """
    held = getattr(view.cls(view, identity, Some((identity,))), field.name)
    if held is not None and held.id == value:
        return True
    if not view.env.elevated:
        raise _foreign(field)
    return False


def keep_new_files(view: View, rows: Sequence[dict[str, Any]]) -> None:
    """Put attachments in the place of the files that new records are given."""
    for name in view.info.files:
        field = view.info.fields[name]
        for row in rows:
            if row.get(name) is not None:
                row[name] = keep_file(view, field, row[name], None)


def own_new_files(view: View, ids: Sequence[int], rows: Sequence[dict[str, Any]]) -> None:
    """The new records have ids: say so to their attachments."""
    attachments = view.env.sudo()[ATTACHMENT] if view.info.files else None
    for name in view.info.files:
        for identity, row in zip(ids, rows, strict=True):
            if attachments is not None and row[name] is not None:
                attachment = attachments.browse(row[name])[0]
                if attachment.exists() and attachment.record_id == 0:
                    attachment.record_id = identity
                _check_own(view, view.info.fields[name], row[name], identity)


def _check_own(view: View, field: Field[Any], value: int, identity: int) -> None:
    """A number may name an attachment only where it is the record's own: others are not the writer's to give away."""
    found = view.env.sudo()[ATTACHMENT].browse(value)[0]
    if not found.exists() or (found.record_model, found.record_id, found.record_field) != (
        view.info.name,
        identity,
        field.name,
    ):
        raise _foreign(field)


def _foreign(field: Field[Any]) -> Invalid:
    reason = _("is no file of this record")
    return Invalid(_("{label} {reason}.", label=field.label, reason=reason), fields={field.name: [reason]})
