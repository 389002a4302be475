"""What there is: the models that one may read, and their fields, for whoever writes a client."""

from __future__ import annotations

from typing import Any

from flask import Response, g, url_for

from core.api import json
from core.api.moves import describe_states
from core.api.records import asked
from core.errors import AccessDenied
from core.i18n import _, translate
from core.orm.access.declare import ACTIONS
from core.orm.env import Env
from core.orm.fields.base import Field
from core.orm.fields.number import Monetary
from core.orm.registry import ModelInfo
from core.orm.wire.way import in_database, wire_path


def list_models() -> Response:
    """GET /: the models that the reader may read, by name."""
    env: Env = g.env
    models = [
        {
            "name": info.name,
            "label": translate(info.label, env.language),
            "label_plural": translate(info.label_plural, env.language),
            "href": url_for("api.list_records", model=info.name),
        }
        for info in sorted(env.models.values(), key=lambda info: info.name)
        if env[info.name].can("read")
    ]
    return json.answer({"models": models})


def describe_model(model: str) -> Response:
    """GET /<model>/fields: what the model is called, what the reader may do, and each field that they may see."""
    env, info = asked(model)
    collection = env[model]
    if not collection.can("read"):
        raise AccessDenied(_("You may not see {models}.", models=info.label_plural))
    title = info.fields.get(info.title)
    return json.answer(
        {
            "model": info.name,
            "label": translate(info.label, env.language),
            "label_plural": translate(info.label_plural, env.language),
            "title": title.wire_name if title is not None else None,
            "order": [_order(env, info, item) for item in info.order],
            "can": {action: collection.can(action) for action in ACTIONS},
            "fields": [_field(env, info, field) for field in info.fields.values() if collection.readable(field.name)],
            **describe_states(env, info),
        }
    )


def _moves_only(info: ModelInfo, field: Field[Any]) -> bool:
    return info.lifecycle is not None and info.lifecycle.field == field.name


def _order(env: Env, info: ModelInfo, item: str) -> str:
    sign = "-" if item.startswith("-") else ""
    return sign + wire_path(env.models, info.name, tuple(item.removeprefix("-").split(".")))


def _field(env: Env, info: ModelInfo, field: Field[Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.wire_name,
        "kind": field.kind,
        "label": translate(field.label, env.language),
        "help": translate(field.help, env.language),
        "required": field.required,
        "readonly": not field.editable or not env[info.name].writable(field.name) or _moves_only(info, field),
        "computed": field.is_computed,
        "filterable": field.many or in_database(field),
        "sortable": in_database(field),
    }
    if field.varies:
        described["varies_by"] = field.varies
    if field.unit:
        described["unit"] = translate(field.unit, env.language)
    if field.target:
        described["target"] = field.target
    if field.options:
        described["options"] = [
            {"value": value, "label": translate(label, env.language)} for value, label in field.options
        ]
    if field.kind == "char" and field.size is not None:
        described["size"] = field.size
    if field.kind in ("decimal", "monetary"):
        described["digits"] = field.digits
    if isinstance(field, Monetary):
        described["currency"] = info.fields[field.currency].wire_name
    return described
