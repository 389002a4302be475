"""Reference: points at a record of one of several models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, overload

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import BadValue, Field
from core.orm.fields.relation import ON_DELETE, OnDelete
from core.orm.path import Path
from core.orm.words import check_word

if TYPE_CHECKING:
    from core.orm.model import Model

_KEPT = re.compile(r"([a-z0-9_]+(?:\.[a-z0-9_]+)+),([1-9][0-9]{0,18})", re.ASCII)


class Reference(Field["Model | None"]):
    """Points at a record of one of several models, or at none.

    models: those that it may point at, as classes or names. on_delete: what deleting that record does:
    "clear" this field, "refuse" it, or "delete" the record that points. It is kept as the model's name and
    the id, `crm.lead,12`; the database itself knows nothing of what it points at.
    """

    kind = "reference"

    def __init__(
        self, models: Iterable[type[Model] | str], label: str = "", *, on_delete: OnDelete = "clear", **common: Any
    ) -> None:
        common.setdefault("index", True)
        super().__init__(label, **common)
        self.models = tuple(model if isinstance(model, str) else model._name for model in models)
        self.on_delete: OnDelete = on_delete
        check_word(on_delete, ON_DELETE, "value of on_delete", self.where)

    @overload
    def __get__(self, record: None, owner: type[Any]) -> Path[Model | None]: ...
    @overload
    def __get__(self, record: Model, owner: type[Any]) -> Model | None: ...
    def __get__(self, record: Model | None, owner: Any) -> Any:
        kept: Any = super().__get__(record, owner)
        return kept if record is None or kept is None else record._view.follow_reference(self, record, kept)

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(96)

    def convert(self, value: Any) -> str | None:
        if value is None or value == "":
            return None
        if hasattr(value, "_view"):
            value = (value._name, value.id)
        elif isinstance(value, Mapping):
            value = (value.get("model"), value.get("id"))
        text = ",".join(str(part) for part in value) if isinstance(value, tuple | list) else value
        found = _KEPT.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise BadValue(_("must be a record, or its model and id as in crm.lead,12"))
        if found[1] not in self.models:
            known = ", ".join(self.models)
            raise BadValue(_("must be a record of one of {models}, not of {model}"), models=known, model=found[1])
        return found[0]

    def compared(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self.compared(member) for member in value)
        return kept(value._name, value.id) if hasattr(value, "_view") else value


def kept(model: str, identity: int) -> str:
    """How a reference to a record is kept."""
    return f"{model},{identity}"


def apart(reference: str) -> tuple[str, int]:
    """The model and the id of a reference as it is kept."""
    model, _comma, identity = reference.partition(",")
    return model, int(identity)
