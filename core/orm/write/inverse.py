"""Writing computed fields that say how: `@computed(…, inverse=…)` gives the value to a method of the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.orm.fields.base import Field

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.view import View


def inverse_of(field: Field[Any]) -> str:
    """The method that takes what is written to a field; "" where it is kept as it is."""
    return field.compute.inverse if field.compute is not None else ""


def take_inverse(info: ModelInfo, values: dict[str, Any]) -> dict[str, Any]:
    """Take the values that methods are to be given out of those that columns keep."""
    return {name: values.pop(name) for name in list(values) if inverse_of(info.fields[name])}


def invert(view: View, ids: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> None:
    """Give written values to the methods that take them, record by record, as the view's environment."""
    from core.orm.records import Records  # records write, and so load this

    for record, values in zip(Records[Any](view, ids), rows, strict=True):
        for name, value in values.items():
            getattr(record, inverse_of(view.info.fields[name]))(value)
