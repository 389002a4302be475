"""Following references: to a record of whichever model it is, with the set that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.errors import Restricted
from core.i18n import _
from core.orm.fields.base import Field
from core.orm.fields.reference import apart
from core.orm.read.fetch import fetch

if TYPE_CHECKING:
    from core.orm.model import Members, Model
    from core.orm.view import View


class Alike:
    """The records of one model that a set's references point at, found when they are needed."""

    __slots__ = ("_base", "_column", "_model")

    def __init__(self, column: dict[int, Any], base: Members, model: str) -> None:
        self._column, self._base, self._model = column, base, model

    @property
    def ids(self) -> Iterable[int]:
        found = (self._column.get(identity) for identity in self._base.ids)
        parts = (apart(reference) for reference in found if reference is not None)
        return tuple(dict.fromkeys(identity for model, identity in parts if model == self._model))


def follow_reference(view: View, field: Field[Any], record: Model, reference: str) -> Model:
    """The record that a reference points at. Raises Restricted where the reader may not see it."""
    model, identity = apart(reference)
    if model not in view.env.models:
        raise Restricted(
            _("{label} points at a record of '{model}', which no enabled addon has.", label=field.label, model=model)
        )
    target = view.env._view(model)
    found = target.cls(target, identity, Alike(view.columns[field.name], record._set, model))
    if identity not in target.shown:
        if view.env._allowed("read", model) is not None:
            fetch(target, found, target.light)
        if identity not in target.shown:
            raise Restricted(_("{label} is restricted: you may not see that {model}.",
                               label=field.label, model=target.info.label))  # fmt: skip
    return found
