"""The kinds of field that a database can add, and how an entry becomes one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal as Number
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any

from core.addons.overlay.choices import options_of
from core.addons.overlay.entries import Added
from core.errors import Invalid
from core.i18n import Worded, _
from core.orm.fields.base import BadValue, Field
from core.orm.fields.duration import Duration, seconds_of
from core.orm.fields.moments import now, today
from core.orm.fields.number import Decimal, Integer, Monetary
from core.orm.fields.relation import Many2one
from core.orm.fields.simple import Boolean, Date, DateTime, Selection
from core.orm.fields.text import Char, Text

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo

KINDS = (
    ("char", _("Text, one line")),
    ("text", _("Text, many lines")),
    ("integer", _("Whole number")),
    ("decimal", _("Decimal number")),
    ("monetary", _("Amount of money")),
    ("boolean", _("Yes or no")),
    ("date", _("Date")),
    ("datetime", _("Date and time")),
    ("duration", _("Length of time")),
    ("selection", _("Choice")),
    ("many2one", _("Link to a record")),
)
CURRENCY = "res.currency"
TODAY, NOW = "today", "now"

Build = Callable[[Added, dict[str, Any]], Field[Any]]


def field_of(entry: Added, info: ModelInfo) -> Field[Any]:
    """The field that an entry describes. info: the model as the addons make it. Raises Invalid."""
    common: dict[str, Any] = {
        "label": Worded(entry.label, vi=entry.label_vi),
        "help": Worded(entry.help, vi=entry.help_vi),
        "required": entry.required,
        "roles": entry.roles,
    }
    build = _BUILD.get(entry.kind)
    if build is None:
        raise _refused("kind", _("is no kind of field"))
    if entry.kind == "monetary":
        common["currency"] = _currency(info)
    field = build(entry, common)
    field.name = entry.name
    field.where, field.strict = entry.where, False
    if entry.default:
        try:
            field.default = default_of(field, entry.default.strip())
            if not callable(field.default):
                field.convert(field.default)
        except BadValue as error:
            raise _refused("default", error.reason) from None
    return field


def _choice(entry: Added, common: dict[str, Any]) -> Field[Any]:
    try:
        options = options_of(entry.options)
    except BadValue as error:
        raise _refused("options", error.reason) from None
    values = [value for value, _label in options]
    if not options:
        raise _refused("options", _("is empty: write a line for each choice"))
    twice = next((value for value in values if values.count(value) > 1), "")
    if twice:
        raise _refused("options", _("has “{value}” twice", value=twice))
    return Selection(options, **common)


def _decimal(entry: Added, common: dict[str, Any]) -> Field[Any]:
    if not 0 <= entry.digits <= 12:
        raise _refused("digits", _("must be between {least} and {greatest}", least=0, greatest=12))
    return Decimal(digits=entry.digits, **common)


def _link(entry: Added, common: dict[str, Any]) -> Field[Any]:
    if not entry.target:
        raise _refused("target", _("is needed: to which kind of record does it lead?"))
    # Deleting what is pointed at must not depend on fields that are added: it clears them.
    return Many2one(entry.target, on_delete="clear" if not entry.required else "refuse", **common)


_BUILD: dict[str, Build] = {
    "char": lambda entry, common: Char(search=entry.searched, **common),
    "text": lambda entry, common: Text(**common),
    "integer": lambda entry, common: Integer(**common),
    "decimal": _decimal,
    "monetary": lambda entry, common: Monetary(**common),
    "boolean": lambda entry, common: Boolean(**common),
    "date": lambda entry, common: Date(**common),
    "datetime": lambda entry, common: DateTime(**common),
    "duration": lambda entry, common: Duration(**common),
    "selection": _choice,
    "many2one": _link,
}


def _currency(info: ModelInfo) -> str:
    """The field that says in which currency an amount of the model is."""
    found = [field.name for field in info.stored if field.target == CURRENCY and not field.via]
    if not found:
        reason = _("needs a currency, and no field of {model} points at one", model=info.label)
        raise _refused("kind", reason)
    return "currency" if "currency" in found else found[0]


def default_of(field: Field[Any], text: str) -> Any:
    """The value, or the function of an environment that gives it, which `text` says. Raises BadValue."""
    kind = field.kind
    try:
        if kind in ("char", "text", "selection"):
            return text
        if kind == "integer":
            return int(text)
        if kind in ("decimal", "monetary"):
            return Number(text.replace(",", "."))
        if kind == "duration":
            return seconds_of(text)
        if kind == "date":
            return today if text.casefold() == TODAY else _day(text)
        if kind == "datetime" and text.casefold() in (NOW, TODAY):
            return now
        if kind == "boolean":
            return _yes(text)
    except (ValueError, InvalidOperation) as error:
        if isinstance(error, BadValue):
            raise
        raise BadValue(_("cannot be “{text}”"), text=text) from None
    if kind == "datetime":
        raise BadValue(_("can only be “now”, or nothing"))
    raise BadValue(_("cannot be given for a link"))


def _day(text: str) -> date:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)


def _yes(text: str) -> bool:
    answers = {"yes": True, "no": False, "có": True, "không": False, "1": True, "0": False}
    if text.casefold() not in answers:
        raise BadValue(_("must be yes or no"))
    return answers[text.casefold()]


def _refused(name: str, reason: str) -> Invalid:
    return Invalid(fields={name: [reason]})
