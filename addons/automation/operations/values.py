"""The lines of an action: `field = value`, where values are constants, fields of a record, and texts of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import Invalid, Model, relative
from core.data.cells import parse
from core.data.csvfile import Notation
from core.errors import nearest
from core.i18n import _
from core.orm.fields.base import BadValue, Field
from core.orm.filter import Condition
from core.orm.registry import Models
from core.orm.relative import is_relative
from core.orm.wire import Way, resolve
from core.orm.wire.values import reader

TEXTS = ("char", "text", "html")
NUMBERS = ("integer", "decimal", "monetary", "float")
MOMENTS = ("date", "datetime")
CONSTANTS = (*TEXTS, *NUMBERS, *MOMENTS, "boolean", "selection", "duration")
_PART = re.compile(r"\{([^{}]*)\}")
NOTATION = Notation()


@dataclass(frozen=True)
class Assignment:
    """One value that an action gives. words: as it is written; value: finds it for the record that set it off."""

    fields: tuple[Field[Any]]
    words: str
    value: Callable[[Any], Any]

    def field(self) -> Field[Any]:
        """The field that gets it. (A method, since a field is a descriptor.)"""
        return self.fields[0]

    def value_for(self, record: Model) -> Any:
        """The value, as the field takes it. Raises Invalid."""
        try:
            return self.value(record)
        except BadValue as error:
            text = _("{label} {reason}.", label=self.field().label, reason=error.reason)
            raise Invalid(text, fields={self.field().name: [error.reason]}) from None

    def text_for(self, record: Model) -> str:
        """The value for people, who may look at a record of the past."""
        value = self.value_for(record)
        if self.field().kind == "selection":
            return str(next((label for option, label in self.field().options if option == value), value))
        if self.field().target and isinstance(value, int):
            found = record.env.models[self.field().target]
            return plain_text(next(iter(_present(record)[found.name].browse(value)), value))
        return plain_text(value)


def assignments(models: Models, source: str, target: str, lines: str) -> list[Assignment]:
    """The values of an action. source: the model whose records set it off; target: the one that gets the values.

    Raises Invalid, whose reason names the line.
    """
    found = [_read(models, source, target, line.strip()) for line in lines.splitlines() if line.strip()]
    if not found:
        raise Invalid(fields={"words": [_("give a value to one field at least, as in priority = 2")]})
    return found


def _read(models: Models, source: str, target: str, line: str) -> Assignment:
    name, sign, words = line.partition("=")
    if not sign:
        raise _wrong(line, _("it has no =, as in priority = 2"))
    field = _field(models, target, name.strip(), line)
    words = words.strip()
    try:
        return Assignment((field,), words, _value(models, source, field, words))
    except Invalid as error:
        raise _wrong(line, error.args[0]) from None
    except BadValue as error:
        raise _wrong(line, error.reason) from None


def _field(models: Models, target: str, name: str, line: str) -> Field[Any]:
    info = models[target]
    field = info.by_wire.get(name)
    if field is None:
        hint = nearest(name, info.by_wire)
        text = _("{model} has no field '{name}'; {hint}", model=info.label, name=name, hint=hint)
        raise _wrong(line, text if hint else _("{model} has no field '{name}'", model=info.label, name=name))
    guarded = info.lifecycle is not None and info.lifecycle.field == field.name
    if field.roles is None or field.readonly or not field.editable or guarded or field.kind == "one2many":
        raise _wrong(line, _("{label} is not to be written by hand, nor by an automation", label=field.label))
    return field


def _value(models: Models, source: str, field: Field[Any], words: str) -> Callable[[Any], Any]:
    whole = _PART.fullmatch(words)
    if whole is not None:
        return _reference(models, source, field, whole[1].strip())
    if _PART.search(words):
        return _sentence(models, source, field, words)
    if field.many or field.target:
        return _records(models, field, words)
    if not words:
        absent = field.absent
        field.convert(absent)
        return lambda record: absent
    if field.kind not in CONSTANTS:
        raise BadValue(_("takes no value that is typed"))
    value = reader(field)(parse(field, words, NOTATION))
    return lambda record: value


def _reference(models: Models, source: str, field: Field[Any], words: str) -> Callable[[Any], Any]:
    """What a field of the record holds, or a moment that is told from now."""
    if is_relative(words):
        if field.kind not in MOMENTS:
            raise BadValue(_("is no date"))
        moment = relative(words)
        return lambda record: _moment(moment, record, field)
    way = _way(models, source, words)
    convert = _fitting(field, way, source)
    return lambda record: convert(step(record, way))


def _moment(moment: Any, record: Model, field: Field[Any]) -> Any:
    first = moment.span(record.env, field.kind)[0]
    return first if field.kind == "datetime" or not isinstance(first, datetime) else first.date()


def _fitting(field: Field[Any], way: Way, source: str) -> Callable[[Any], Any]:
    """A function from what a path gives to what the field takes. Raises BadValue where that can never be."""
    end = way.end()
    if end is None:  # the id of a record, or its name
        if way.names[-1] == "display_name" and field.kind in TEXTS:
            return plain_text
        if way.names[-1] == "id":
            return _fitting_record(field, way.infos[-1].name, is_id=True)
        raise BadValue(_("takes nothing of that kind"))
    if end.target:
        return plain_text if field.kind in TEXTS and not end.many else _fitting_record(field, end.target, many=end.many)
    if field.kind in TEXTS:
        return plain_text
    same = field.kind == end.kind or (field.kind in NUMBERS and end.kind in NUMBERS)
    if not same and not (field.kind in MOMENTS and end.kind in MOMENTS):
        raise BadValue(_("takes no value of {label}", label=end.label))
    return _converter(field)


def _converter(field: Field[Any]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if field.kind == "date" and isinstance(value, datetime):
            return value.date()
        if field.kind == "datetime" and isinstance(value, date) and not isinstance(value, datetime):
            raise BadValue(_("takes an instant, and not a day"))
        if field.kind in ("decimal", "monetary") and isinstance(value, int | float):
            return Decimal(str(value))
        if field.kind == "integer" and isinstance(value, Decimal) and value == int(value):
            return int(value)
        return float(value) if field.kind == "float" else value

    return convert


def _fitting_record(field: Field[Any], model: str, *, many: bool = False, is_id: bool = False) -> Callable[[Any], Any]:
    if field.kind == "integer" and is_id:
        return lambda value: value
    if field.kind == "reference" and not many:
        return lambda value: (model, value if is_id else value.id) if value is not None else None
    if field.target != model or (many and not field.many):
        raise BadValue(_("takes no record of {model}", model=model))
    if field.many:
        return lambda value: list(value.ids) if many else ([] if value is None else [getattr(value, "id", value)])
    return lambda value: getattr(value, "id", value)


def _sentence(models: Models, source: str, field: Field[Any], words: str) -> Callable[[Any], Any]:
    if field.kind not in TEXTS:
        raise BadValue(_("takes one value, and no text with values in it"))
    ways = {part: _way(models, source, part.strip()) for part in _PART.findall(words)}

    def text(record: Model) -> str:
        return _PART.sub(lambda found: plain_text(step(record, ways[found[1]])), words)

    return text


def _records(models: Models, field: Field[Any], words: str) -> Callable[[Any], Any]:
    """Records by their numbers, or by what people call them, with commas between several."""
    names = [part.strip() for part in words.split(",") if part.strip()] if field.many else [words] if words else []
    if field.kind == "reference":
        raise BadValue(_("takes a record of the automation, as in {id}"))
    info = models[field.target]

    def find(record: Model) -> Any:
        ids = [_named(_present(record), info.name, info.title, name) for name in names]
        return ids if field.many else (ids[0] if ids else None)

    return find


def _named(env: Any, model: str, title: str, name: str) -> int:
    names = ("id",) if name.isdecimal() else (title or "id",)
    wanted: Any = int(name) if name.isdecimal() else name
    found = env[model].search(Condition(model, names, "=", wanted), limit=2).ids
    if len(found) != 1:
        text = _("there is no “{name}”", name=name) if not found else _("there are several “{name}”", name=name)
        raise BadValue(text)
    return int(found[0])


def _present(record: Model) -> Any:
    """The environment that can be searched: a record of the past points at what is there now."""
    return getattr(record.env, "present", record.env)


def way_to(models: Models, source: str, wire: str) -> Way:
    """Where a path of names on the wire leads. Raises Invalid."""
    try:
        return _way(models, source, wire)
    except BadValue as error:
        raise Invalid(error.reason) from None


def _way(models: Models, source: str, wire: str) -> Way:
    way = resolve(models, source, wire)
    for info, field in zip(way.infos, way.fields, strict=True):
        if field is not None and field.roles is None:
            raise BadValue(_("{label} of {model} is for nobody's eyes", label=field.label, model=info.label))
    if way.crosses_many:
        raise BadValue(_("'{path}' leads to more than one value", path=wire))
    return way


def step(record: Any, way: Way) -> Any:
    """What a path leads to; nothing where a record on the way is absent."""
    value = record
    for name in way.names:
        if value is None:
            return None
        value = getattr(value, name)
    return value


def plain_text(value: Any) -> str:
    """A value in words."""
    if value is None or value is False:
        return ""
    if isinstance(value, Model):
        return str(value.display_name)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, list | tuple):
        return ", ".join(map(plain_text, value))
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def fields_of(models: Models, model: str, names: str) -> Iterator[Field[Any]]:
    """The fields of a list of names on the wire, with commas. Raises Invalid with the nearest name."""
    for name in (part.strip() for part in names.split(",")):
        if name:
            way = resolve(models, model, name)
            end = way.end()
            if len(way.names) > 1 or end is None or end.roles is None:
                raise Invalid(_("'{name}' is no field of the record itself", name=name))
            yield end


def _wrong(line: str, reason: str) -> Invalid:
    return Invalid(fields={"words": [_("“{line}”: {reason}", line=line, reason=reason)]})
