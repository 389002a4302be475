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
    from core.orm.registry import Models

_KEPT = re.compile(r"([a-z0-9_]+(?:\.[a-z0-9_]+)+),([1-9][0-9]{0,18})", re.ASCII)
_CACHE = "open references"


class Reference(Field["Model | None"]):
    """Points at a record of one of several models, or at none.

    models: those that it may point at, as classes or names; None stands for every model whose history is kept, save
    those that point in this way themselves, and parts of these. on_delete: what deleting that record does:
    "clear" this field, "refuse" it, or "delete" the record that points. It is kept as the model's name and
    the id, `crm.lead,12`; the database itself knows nothing of what it points at.
    """

    kind = "reference"

    def __init__(
        self,
        models: Iterable[type[Model] | str] | None,
        label: str = "",
        *,
        on_delete: OnDelete = "clear",
        **common: Any,
    ) -> None:
        common.setdefault("index", True)
        super().__init__(label, **common)
        self.is_open = models is None
        self.models = tuple(model if isinstance(model, str) else model._name for model in models or ())
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
        if not self.is_open and found[1] not in self.models:
            known = ", ".join(self.models)
            raise BadValue(_("must be a record of one of {models}, not of {model}"), models=known, model=found[1])
        return found[0]

    def compared(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self.compared(member) for member in value)
        return kept(value._name, value.id) if hasattr(value, "_view") else value


def models_of(field: Reference, models: Models) -> tuple[str, ...]:
    """The models that a reference may point at, of those that are composed."""
    if not field.is_open:
        return field.models
    known = models.caches.setdefault(_CACHE, {})
    if not known:
        hanging = _hanging(models)
        known[()] = tuple(info.name for info in models.values() if info.history and info.name not in hanging)
    found: tuple[str, ...] = known[()]
    return found


def _hanging(models: Models) -> set[str]:
    """The models with an open reference, and those whose records are a part of such a record."""
    found = {
        info.name
        for info in models.values()
        if any(isinstance(field, Reference) and field.is_open for field in info.fields.values())
    }
    while more := {
        info.name
        for info in models.values()
        if info.name not in found
        and any(field.required and field.target in found for field in info.fields.values() if not field.many)
    }:
        found |= more
    return found


def kept(model: str, identity: int) -> str:
    """How a reference to a record is kept."""
    return f"{model},{identity}"


def apart(reference: str) -> tuple[str, int]:
    """The model and the id of a reference as it is kept."""
    model, _comma, identity = reference.partition(",")
    return model, int(identity)
