"""Values of records as documents show them: by the kind of their field, in the language of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from core.errors import Restricted, UnknownName, nearest
from core.i18n import _, translate
from core.orm.fields.kinds import NUMBERS
from core.orm.files import File
from core.orm.records import Records

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.fields.base import Field
    from core.orm.model import Model

RIGHT = (*NUMBERS, "date", "datetime")
"""Kinds that stand right in a table."""


def shown(record: Model, path: str, formats: Formats) -> str:
    """The value at a path of a record as text, or as markup where it is a rich text; "" where there is none."""
    try:
        owner, field = walked(record, path)
        if owner is None:
            return ""
        return _text(owner, field, getattr(owner, field.name), formats)
    except Restricted:
        return translate(_("(restricted)"), formats.language)


def label_of(record: Model | Records[Any], path: str, formats: Formats) -> str:
    """What people call the field at a path."""
    return translate(field_of(record, path).label, formats.language)


def field_of(record: Model | Records[Any], path: str) -> Field[Any]:
    """The field at a path, whether or not the record has anything there. Raises UnknownName."""
    models, info = record.env.models, record._view.info
    *steps, last = path.split(".")
    for name in steps:
        if name not in info.fields or not info.fields[name].target:
            raise UnknownName(f"'{name}' of {info.name} leads nowhere", hint=nearest(name, info.fields))
        info = models[info.fields[name].target]
    if last not in info.fields:
        raise UnknownName(f"field '{last}' is not on {info.name}", hint=nearest(last, info.fields))
    return info.fields[last]


def walked(record: Model, path: str) -> tuple[Model | None, Field[Any]]:
    """The record that has the field at the end of a path, and the field; None where nothing is on the way."""
    field = field_of(record, path)
    owner: Any = record
    for name in path.split(".")[:-1]:
        owner = getattr(owner, name)
        if owner is None:
            break
    return owner, field


def _text(owner: Model, field: Field[Any], value: Any, formats: Formats) -> str:
    if value is None or value == "":
        return ""
    match field.kind:
        case "monetary":
            return formats.money(value, getattr(owner, str(getattr(field, "currency"))))
        case "boolean":
            return translate(_("Yes") if value else _("No"), formats.language)
        case "date":
            return formats.date(value)
        case "datetime":
            return formats.datetime(value)
        case "duration":
            return formats.duration(value)
        case "selection":
            return translate(getattr(field, "label_of")(value), formats.language)
        case "html":
            return Markup(value)  # cleaned when it was written
        case "text":
            return Markup("<br>").join(escape(line) for line in str(value).splitlines())
    if field.kind in NUMBERS:
        text = formats.number(value)
        return f"{text}\u00a0{translate(field.unit, formats.language)}" if field.unit else text
    if isinstance(value, Records):
        return ", ".join(one.display_name for one in value)
    if isinstance(value, File):
        return value.name
    return str(getattr(value, "display_name", value))
