"""Records over HTTP: list, read, create, change, delete.

Who asks is settled before a view runs (`g.env`); access, rules and history are the model layer's own, so
there is nothing about them here. A view that raises leaves nothing behind: its unit of work rolls back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Response, g, request, url_for

from core.api import json
from core.api.params import read_one, read_query
from core.api.problem import BadBody
from core.api.sums import totals
from core.errors import AccessDenied, Conflict, Invalid, Missing, hinted, nearest
from core.i18n import _, translate
from core.orm.env import Env
from core.orm.filter import Condition
from core.orm.read.select import Counted
from core.orm.registry import ModelInfo
from core.orm.wire import dumper, load, load_many, unknown_references

MOST_ROWS = 10_000
"""Records that one POST may bring."""

MOST_COUNTED = 10_000
"""Records that are counted unless an exact number is asked for."""


def list_records(model: str) -> Response:
    """GET /<model>: a page of records, and how many there are in all, exactly to `MOST_COUNTED` or if asked."""
    env, info = asked(model)
    query = read_query(env, info, request.args)
    collection = env[model]
    write = dumper(env.models, model, query.fields)
    rows: Sequence[Mapping[str, Any]] = ()
    if query.limit:
        rows = collection.values(write.columns, query.where, order=query.order, limit=query.limit, offset=query.offset)
    # A page that is not full is the last one: what came before it is known, so nobody need count.
    last = 0 < len(rows) < query.limit
    most = None if query.count_all else MOST_COUNTED
    count = Counted(query.offset + len(rows)) if last else collection.count(query.where, most=most)
    found: dict[str, Any] = {
        "records": write.page(env, rows),
        "count": count,
        "count_is_exact": not count.has_more,
    }
    if query.sums:
        found["sums"] = totals(env, info, query.sums, query.where)
    return json.answer(found)


def read_record(model: str, id: int) -> Response:
    """GET /<model>/<id>."""
    env, info = asked(model)
    return json.answer(_one(env, info, id, read_one(env, info, request.args)))


def create_records(model: str) -> Response:
    """POST /<model>: an object makes one record, a list makes several, all or none."""
    env, info = asked(model)
    fields = read_one(env, info, request.args)
    collection = env[model]
    if not collection.can("create"):
        raise AccessDenied(_("You may not create {models}.", models=info.label_plural))
    given = json.body()
    if isinstance(given, list):
        if not 0 < len(given) <= MOST_ROWS:
            raise BadBody(_("A list must hold 1 to {count} records.", count=MOST_ROWS))
        rows = load_many(env, model, given, partial=False)
        _refuse_unknown(
            {f"{position}.{name}": reasons}
            for position, found in enumerate(unknown_references(env, model, rows))
            for name, reasons in found.items()
        )
        with wire_names(info):
            ids = list(collection.create_many(rows).ids)
            env.conclude()
        return json.answer({"ids": ids}, 201)
    values = load(env, model, _object(given), partial=False)
    _refuse_unknown(unknown_references(env, model, [values]))
    with wire_names(info):
        record = collection.create(**values)
        env.conclude()
    response = json.answer(after(env, info, record.id, fields), 201)
    response.headers["Location"] = url_for("api.read_record", model=model, id=record.id)
    return response


def change_record(model: str, id: int) -> Response:
    """PATCH /<model>/<id>: what the object names changes, the rest stays.

    `row_version` is the version that the sender has seen; if it is no longer the stored one, nothing changes.
    """
    env, info = asked(model)
    fields = read_one(env, info, request.args)
    collection = env[model]
    if not collection.can("write"):
        raise AccessDenied(_("You may not change {models}.", models=info.label_plural))
    given = dict(_object(json.body()))
    version = given.pop("row_version", None)
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise Invalid(fields={"row_version": [_("must be a whole number")]})
    record = collection.get(fitting(info, id))
    values = load(env, model, given, partial=True)
    _refuse_unknown(unknown_references(env, model, [values], _pointed_at(env, info, id, values)))
    with wire_names(info):
        if version is not None:
            record.expect_version(version)
        if values:
            record.write(**values)
        env.conclude()
    return json.answer(after(env, info, id, fields))


def delete_record(model: str, id: int) -> Response:
    """DELETE /<model>/<id>."""
    env, info = asked(model)
    collection = env[model]
    if not collection.can("delete"):
        raise AccessDenied(_("You may not delete {models}.", models=info.label_plural))
    with wire_names(info):
        collection.get(fitting(info, id)).delete()
        env.conclude()
    return Response(status=204)


def read_deletion(model: str, id: int) -> Response:
    """GET /<model>/<id>/deletion: what deleting would do, to those that point at the record too. Nothing is done."""
    env, info = asked(model)
    plan = env[model].get(fitting(info, id)).deletion_plan()
    told: dict[str, Any] = {
        "possible": plan.possible and env[model].can("delete"),
        "warning": translate(plan.warning, env.language) or None,
        "refusal": translate(plan.refusal, env.language) or None,
    }
    for deed in ("deleted", "cleared", "archived", "unlinked", "refused"):
        told[deed] = [
            {
                "model": one.model or None,
                "field": _on_wire(env.models[one.model], one.field) if one.field else None,
                "label": translate(one.label, env.language) or None,
                "count": one.count if one.model else None,
            }
            for one in getattr(plan, deed)
        ]
    return json.answer(told)


def asked(model: str) -> tuple[Env, ModelInfo]:
    """The environment of who asks, and the model that they name. Raises Missing with the nearest name."""
    env: Env = g.env
    if model in env.models:
        return env, env.models[model]
    hint = nearest(model, (name for name in env.models if env[name].can("read")))
    raise Missing(hinted(_("There is no model '{model}'", model=model), hint))


@contextmanager
def wire_names(info: ModelInfo) -> Iterator[None]:
    """The model layer speaks of fields by their Python names; what it raises leaves with those of the wire."""
    try:
        yield
    except Invalid as error:
        fields = {_on_wire(info, name): reasons for name, reasons in error.fields.items()}
        raise Invalid(error.args[0], fields=fields) from error
    except Conflict as error:
        theirs = {_on_wire(info, name): value for name, value in error.theirs.items()}
        yours = {_on_wire(info, name): value for name, value in error.yours.items()}
        raise Conflict(error.args[0], theirs=theirs, yours=yours, is_final=error.is_final) from error


def _refuse_unknown(found: Iterable[Mapping[str, list[str]]]) -> None:
    """Raise Invalid where a body points at records that its sender may not see."""
    problems = {name: reasons for row in found for name, reasons in row.items()}
    if problems:
        raise Invalid(fields=problems)


def _pointed_at(env: Env, info: ModelInfo, id: int, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the many-to-ones among `values` point at so far: sending that back is no new reference."""
    names = [name for name in values if info.fields[name].kind == "many2one"]
    if not names:
        return {}
    rows = env[info.name].values(names, Condition(info.name, ("id",), "=", id), limit=1)
    return rows[0] if rows else {}


def _on_wire(info: ModelInfo, name: str) -> str:
    field = info.fields.get(name)
    return field.wire_name if field is not None else name


def _one(env: Env, info: ModelInfo, id: int, fields: Sequence[str]) -> dict[str, Any]:
    write = dumper(env.models, info.name, fields)
    rows = env[info.name].values(write.columns, Condition(info.name, ("id",), "=", fitting(info, id)), limit=1)
    if not rows:
        raise _missing(info)
    return write.page(env, rows)[0]


def after(env: Env, info: ModelInfo, id: int, fields: Sequence[str]) -> dict[str, Any]:
    """The record as it is after a write; only its id where its author may not read it."""
    try:
        return _one(env, info, id, fields)
    except (Missing, AccessDenied):
        return {"id": id}


def fitting(info: ModelInfo, id: int) -> int:
    """An id that a column can hold; any other is the id of no record."""
    if not 0 < id < 2**63:
        raise _missing(info)
    return id


def _missing(info: ModelInfo) -> Missing:
    return Missing(_("There is no such {model}, or you may not see it.", model=info.label))


def _object(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise BadBody(_("The body must be an object of fields and values."))
    return given
