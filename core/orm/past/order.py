"""The order that a list had: what `core.orm.read.order` asks of the database, asked of records of the past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.errors import Refused
from core.orm.fields.base import Field
from core.orm.fold import fold
from core.orm.read.fetch import Some

if TYPE_CHECKING:
    from core.orm.past.view import PastView


def in_order(view: PastView, field: Field[Any], ids: Sequence[int]) -> list[int]:
    """The ids of members of a list, sorted by the values of then."""
    everybody = view.env.sudo()._view(view.info.name)
    order = getattr(field, "order", ()) or view.info.order
    found = sorted(ids)
    terms = []
    for item in order:
        terms.append(item)
        if item.lstrip("-") == "id":
            break
    for item in reversed(terms):
        descending, names = item.startswith("-"), tuple(item.lstrip("-").split("."))
        keys = {identity: _value(everybody, identity, names) for identity in found}
        present = [identity for identity in found if keys[identity] is not None]
        absent = [identity for identity in found if keys[identity] is None]
        found = sorted(present, key=lambda identity: keys[identity], reverse=descending) + absent
    return found


def _value(view: Any, identity: int, names: tuple[str, ...]) -> Any:
    """What a record is sorted by: texts folded, a many-to-one by what its model is sorted by or called."""
    if names == ("id",):
        return identity
    record: Any = view.cls(view, identity, Some((identity,)))
    for name in names:
        field = record._view.info.fields.get(name)
        try:
            value = getattr(record, name)
        except Refused:
            return None
        if value is None:
            return None
        if field is not None and field.kind == "many2one":
            record = value
    if hasattr(value, "_view"):
        target = value._view.info
        first = next((item for item in target.order if not item.startswith("-") and item != "id"), "")
        return _value(value._view, value.id, tuple(first.split(".")) if first else (target.title or "id",))
    return fold(value) if isinstance(value, str) and (field is None or field.kind in ("char", "text")) else value
