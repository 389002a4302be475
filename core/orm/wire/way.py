"""Wire paths: `stage_id.is_won` and the fields that it leads along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid, nearest
from core.i18n import Text, _
from core.orm.fields.aggregate import Aggregate
from core.orm.fields.base import Field
from core.orm.filter import OWN
from core.orm.registry import ModelInfo, Models

LONGEST = 8
"""Hops of a path: more than any question needs, and a bound on the joins that one may ask for."""

Sees = Callable[[str, str], bool]
"""Whether (model, field name) exists for the one who asks."""


@dataclass(frozen=True)
class Way:
    """Where a wire path leads.

    infos: the model that each name is on. fields: the field of each name; None where a record answers it
    itself (`OWN`), which only the last can be.
    """

    wire: str
    names: tuple[str, ...]
    infos: tuple[ModelInfo, ...]
    fields: tuple[Field[Any] | None, ...]

    @property
    def path(self) -> str:
        """The same path in Python names."""
        return ".".join(self.names)

    def end(self) -> Field[Any] | None:
        """The field that it ends in; None where the record answers itself."""
        return self.fields[-1]

    @property
    def crosses_many(self) -> bool:
        """Whether a to-many relation lies before its end, so that it has more than one value."""
        return any(field is not None and field.many for field in self.fields[:-1])


def in_database(field: Field[Any]) -> bool:
    """Whether the database can compare and sort by a field: it keeps a value of it, or works out the figure."""
    kept = field.stored or field.via_stored or isinstance(field, Aggregate)
    return kept and field.kind != "json" and not field.many


def everything(model: str, name: str) -> bool:
    """Nothing is hidden."""
    return True


def unknown(info: ModelInfo, name: str, sees: Sees = everything) -> Text:
    """Why `name` is refused: there is no such field, and which is nearest."""
    hint = nearest(name, [*(wire for wire, field in info.by_wire.items() if sees(info.name, field.name)), *OWN])
    if hint:
        return _("field '{name}' is not on {model}; {hint}", name=name, model=info.name, hint=hint)
    return _("field '{name}' is not on {model}", name=name, model=info.name)


def resolve(models: Models, model: str, wire: str, sees: Sees = everything) -> Way:
    """The way that a wire path describes. Raises Invalid, with the path as the name of what is wrong."""
    steps = wire.split(".")
    if len(steps) > LONGEST:
        raise _refused(wire, _("'{path}' follows more than {count} relations", path=wire, count=LONGEST - 1))
    info, names, infos, fields = models[model], [], [], []  # type: ModelInfo, list[str], list[ModelInfo], list[Any]
    for position, step in enumerate(steps):
        last = position == len(steps) - 1
        field = info.by_wire.get(step)
        if field is None or not sees(info.name, field.name):
            if not (last and step in OWN):
                raise _refused(wire, unknown(info, step, sees))
            field = None
        names.append(field.name if field is not None else step)
        infos.append(info)
        fields.append(field)
        if not last and field is not None:
            if not field.target:
                following = steps[position + 1]
                raise _refused(wire, _("'{name}' has no fields of its own, so no '{next}'", name=step, next=following))
            info = models[field.target]
    return Way(wire, tuple(names), tuple(infos), tuple(fields))


def wire_path(models: Models, model: str, names: tuple[str, ...]) -> str:
    """The wire path of a path in Python names."""
    info, steps = models[model], []
    for name in names:
        field = info.fields.get(name)
        steps.append(field.wire_name if field is not None else name)
        if field is not None and field.target:
            info = models[field.target]
    return ".".join(steps)


def _refused(wire: str, reason: Text) -> Invalid:
    return Invalid(reason, fields={wire: [reason]})
