"""marshmallow schemas, made from the fields of a model.

Each value of a row goes through one call of ours; the schema walks the rows, keeps all problems and knows
what was not expected. A schema is made once for each model, mode and set of fields that may be written,
and kept with the registry: it never changes, so everybody shares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow
from marshmallow import ValidationError, missing

from core.orm.fields.base import REQUIRED, BadValue, Field
from core.orm.registry import ModelInfo, Models
from core.orm.wire.values import reader

UNEXPECTED = "unexpected"
"""What a schema says of a name that it does not know; `load` says why instead."""


class WireField(marshmallow.fields.Field[Any]):
    """One field of a model, as it is read from JSON."""

    def __init__(self, field: Field[Any], *, needed: bool, kept: Field[Any]) -> None:
        """kept: the variant of the field that is written, or the field itself."""
        super().__init__(data_key=field.wire_name, attribute=field.name, required=needed, allow_none=True)
        self.field = field
        self._holds = kept.required
        self._is_absent = kept.is_absent
        self._read = reader(kept)

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **options: Any
    ) -> Any:
        """The value as its record keeps it.

        One call instead of marshmallow's six hooks, since ten thousand rows pass here in one import.
        """
        if value is missing:
            if self.required:
                raise ValidationError(REQUIRED)
            return value
        try:
            if self._holds and self._is_absent(value):
                raise ValidationError(REQUIRED)
            return self._read(value)
        except BadValue as error:
            raise ValidationError(error.reason) from None


class Row(marshmallow.Schema):
    """The base of all schemas."""

    error_messages = {"unknown": UNEXPECTED}


def schema_of(
    models: Models, info: ModelInfo, names: Iterable[str], *, partial: bool, given: str, kept: Mapping[str, str]
) -> marshmallow.Schema:
    """The schema that reads these fields of a model.

    partial: of a change, where what is not named stays as it is. given: a field that is set elsewhere, so
    that a new record need not bring it. kept: of fields that differ, the name of the variant that is written.
    """
    known: dict[Any, marshmallow.Schema] = models.caches.setdefault("wire", {})
    writes = frozenset(names)
    key = (info.name, partial, given, writes, frozenset(kept))
    found = known.get(key)
    if found is None:
        # In the order of declaration, so that problems are told in the order of the form.
        fields: dict[str, marshmallow.fields.Field[Any]] = {
            name: WireField(field, needed=_needed(field), kept=info.fields[kept.get(name, name)])
            for name, field in info.fields.items()
            if name in writes and name != given
        }
        found = known[key] = Row.from_dict(fields, name=f"{info.cls.__name__}Row")(partial=partial)
    return found


def _needed(field: Field[Any]) -> bool:
    """Whether a new record must bring the field, since nothing else fills it."""
    return field.required and field.default is None and not field.is_computed and not field.delegate
