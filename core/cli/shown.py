"""Values of fields as people read them on a terminal: names for numbers of records, and no Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from core.i18n import translate
from core.orm.env import Env
from core.orm.fields.base import Field
from core.orm.fields.reference import apart
from core.orm.fields.simple import Selection
from core.orm.files import ATTACHMENT, KINDS
from core.orm.undo.plan import Step
from core.orm.variants import SIGN, base_name
from core.orm.wire.titles import titles_of
from core.orm.wire.values import plain

NOTHING = "nothing"
LONG = 60
"""So many characters of a text are shown."""


class Told:
    """Tells the fields of steps. What the records in them are called is asked for once, a statement a model."""

    def __init__(self, env: Env, steps: Iterable[Step]) -> None:
        self._env = env
        wanted: dict[str, set[int]] = {}
        for step in steps:
            for name, *values in step.fields:
                for value in values:
                    for model, identity in _points_at(self._field(step, name), value):
                        wanted.setdefault(model, set()).add(identity)
        self._titles = {model: titles_of(env, model, ids) for model, ids in wanted.items()}

    def change(self, step: Step, name: str, now: Any, back: Any) -> str:
        """`label: value now → value to go back to`."""
        field = self._field(step, name)
        _base, sign, key = name.partition(SIGN)
        label = f"{translate(field.label, self._env.language)}{f' ({key})' if sign else ''}"
        return f"{label} {self._value(field, now)} → {self._value(field, back)}"

    def _field(self, step: Step, name: str) -> Field[Any]:
        info = self._env.models[step.model]
        return info.fields[name] if name in info.fields else info.fields[base_name(name)]

    def _value(self, field: Field[Any], value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if value is None or value == "" or value == ():
            return NOTHING
        pointed = list(_points_at(field, value))
        if pointed:
            return ", ".join(self._titles[model].get(id, f"{model} {id}") for model, id in pointed)
        if isinstance(field, Selection):
            return translate(field.label_of(value), self._env.language)
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        text = " ".join(str(plain(value)).split())
        return f"{text[:LONG]}…" if len(text) > LONG else text


def _points_at(field: Field[Any], value: Any) -> Iterator[tuple[str, int]]:
    """(model, id) of the records that a value names."""
    if value is None:
        return
    if field.kind == "reference":
        yield apart(value)
    elif field.kind in KINDS:
        yield ATTACHMENT, value
    elif field.target:
        for identity in value if field.many else (value,):
            yield field.target, identity
