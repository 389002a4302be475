"""A filter that somebody puts together: a field, how it is compared, and with what. It becomes a term of the filter in
the address, where further ones join it.

GET /records/crm.lead/narrow?menu=crm.pipeline&by=expected_revenue&how=>=&to=5.000
GET /records/crm.lead/narrow?menu=crm.pipeline&dated=closes_on&from=2026-01-01&until=2026-03-31
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Invalid
from core.i18n import _, translate
from core.orm.fields.base import BadValue
from core.orm.fold import fold
from core.orm.notation import from_json
from core.orm.relative import is_relative
from core.web.screens.address import Asked
from core.web.screens.context import env, formats, views
from core.web.screens.finding import readable_model
from core.web.screens.related import find, same_name
from core.web.screens.spans import TO, days_of
from core.web.templating import say

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo

blueprint = Blueprint("custom", __name__)

WAYS = {
    "=": _("is"),
    "!=": _("is not"),
    "ilike": _("contains"),
    "not ilike": _("does not contain"),
    ">=": _("at least, from"),
    "<=": _("at most, until"),
    "set": _("is set"),
    "unset": _("is not set"),
}
"""How a field may be compared, in the words of the panel."""

_OF_TEXTS = ("ilike", "not ilike", "=", "!=", "set", "unset")
_OF_NUMBERS = ("=", "!=", ">=", "<=", "set", "unset")
FITTING = {
    **dict.fromkeys(("char", "text", "html"), _OF_TEXTS),
    **dict.fromkeys(("integer", "float", "decimal", "monetary", "date", "datetime"), _OF_NUMBERS),
    "many2one": _OF_TEXTS,
    "selection": ("=", "!=", "set", "unset"),
    "boolean": ("=", "!="),
    "many2many": ("=", "!=", "set", "unset"),
}


@dataclass(frozen=True)
class Choice:
    """A field that can be compared. ways: how, with spaces between. options: of a choice, what may be meant."""

    name: str
    label: str
    ways: tuple[str, ...]
    options: tuple[str, ...] = ()


def choices(env: Env, info: ModelInfo) -> list[Choice]:
    """The fields of a model that the reader may compare, by their labels. No statement."""
    found = [
        Choice(field.name, translate(field.label, env.language), FITTING[field.kind], _options(env, field))
        for field in info.fields.values()
        if field.kind in FITTING
        and (field.stored or field.many)
        and field.label
        and env[info.name].readable(field.name)
    ]
    return sorted(found, key=lambda choice: fold(choice.label))


@blueprint.get("/records/<model>/narrow")
def narrow(model: str) -> AnyResponse:
    """The list with one more condition; or as it was, with a word about what cannot be read."""
    info = readable_model(env(), model)
    asked = Asked.read(model, request.args)
    try:
        asked = _with_days(asked) if "dated" in request.args else _with_term(info, asked)
    except BadValue as error:
        field = info.fields.get(request.args.get("by", ""))
        label = translate(field.label, env().language) if field is not None else ""
        say(_("{field}: {reason}", field=label, reason=error.reason), "warn")
    except Invalid as error:
        say(error.args[0], "warn")
    return redirect(asked.list_address(), 303)


def _with_days(asked: Asked) -> Asked:
    span = f"{request.args.get('from', '')}{TO}{request.args.get('until', '')}"
    days_of(span)
    return asked.toggled_span(request.args["dated"], span)


def _with_term(info: ModelInfo, asked: Asked) -> Asked:
    """Raises BadValue or Invalid."""
    field = info.fields.get(request.args.get("by", ""))
    if field is None or not env()[info.name].readable(field.name):
        raise Invalid(_("Choose the field that is compared."))
    way, text = request.args.get("how", ""), request.args.get("to", "").strip()
    if way not in FITTING.get(field.kind, ()):
        words = ", ".join(translate(WAYS[one], env().language) for one in FITTING.get(field.kind, ()))
        raise Invalid(_("{field} is compared in one of these ways: {ways}.", field=field.label, ways=words))
    if way in ("set", "unset"):
        term = [field.wire_name, "!=" if way == "set" else "=", None]
    else:
        way, value = _value(field, way, text)
        term = [field.wire_name, way, value]
    terms = [*_terms(asked), term]
    from_json(env().models, info.name, terms)
    return asked.with_filter(json.dumps(terms, ensure_ascii=False, default=str))


def _terms(asked: Asked) -> list[Any]:
    if not asked.filter:
        return []
    try:
        found = json.loads(asked.filter, parse_float=Decimal)
    except ValueError:
        raise Invalid(_("The filter in the address is not JSON.")) from None
    return found if isinstance(found, list) else []


def _value(field: Field[Any], way: str, text: str) -> tuple[str, Any]:
    """(operator, value as JSON has it) of what was typed. Raises BadValue."""
    if not text:
        raise BadValue(_("say with what it is compared"))
    match field.kind:
        case "integer" | "float" | "decimal" | "monetary":
            return way, str(formats().parse_number(text))
        case "date" | "datetime":
            if is_relative(text):
                return way, text
            read = formats().parse_date(text) if field.kind == "date" else formats().parse_datetime(text)
            return way, read.isoformat() if read is not None else None
        case "boolean":
            return way, fold(text) in (fold(translate(_("yes"), env().language)), "yes", "1", "true")
        case "selection":
            for option, label in field.options:
                if fold(text) in (fold(translate(label, env().language)), fold(option)):
                    return way, option
            raise BadValue(_("there is no “{text}” to choose"), text=text)
        case "many2one" | "many2many" if way in ("=", "!="):
            found = same_name(env(), views(), field.target, text) or find(env(), views(), field.target, text)
            if not found:
                raise BadValue(_("there is no “{text}”"), text=text)
            return ("in" if way == "=" else "not in"), [one.id for one in found]
    return way, text


def _options(env: Env, field: Field[Any]) -> tuple[str, ...]:
    if field.kind == "selection":
        return tuple(translate(label, env.language) for _option, label in field.options)
    return (translate(_("yes"), env.language), translate(_("no"), env.language)) if field.kind == "boolean" else ()
