"""What the address of a list asks for: `?filter=…&fields=…&order=…&limit=…&offset=…&sums=…`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from core.api.json import Unreadable, parse
from core.api.problem import BadParameter
from core.errors import Invalid, nearest
from core.i18n import Text, _
from core.orm.env import Env
from core.orm.fields.kinds import EXACT
from core.orm.filter import ALL, Filter
from core.orm.notation import from_json
from core.orm.registry import ModelInfo
from core.orm.wire import Way, in_database, resolve

LIMIT, LARGEST_LIMIT = 80, 1000
MOST_FIELDS, MOST_ORDERS = 200, 10


@dataclass(frozen=True)
class Query:
    """A list as it was asked for; all names are Python paths. order: None is the model's own.

    count_all: an exact count, however many there are.
    """

    where: Filter
    fields: tuple[str, ...]
    order: tuple[str, ...] | None
    limit: int
    offset: int
    sums: tuple[str, ...]
    count_all: bool


def read_query(env: Env, info: ModelInfo, given: Mapping[str, str]) -> Query:
    """The query of an address. Raises BadParameter."""
    only(given, ("filter", "fields", "order", "limit", "offset", "sums", "count"))
    return Query(
        where=filter_in(env, info, given.get("filter", "")),
        fields=read_fields(env, info, given),
        order=_order(env, info, given.get("order", "")),
        limit=_whole("limit", given.get("limit", ""), LIMIT, LARGEST_LIMIT),
        offset=_whole("offset", given.get("offset", ""), 0, 2**63 - 1),
        sums=_sums(env, info, given.get("sums", "")),
        count_all=_exactly(given.get("count", "")),
    )


def read_one(env: Env, info: ModelInfo, given: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that the address of a single record asks for."""
    only(given, ("fields",))
    return read_fields(env, info, given)


def read_fields(env: Env, info: ModelInfo, given: Mapping[str, str]) -> tuple[str, ...]:
    """Python paths of the fields to answer with, `id` always first.

    Without `fields`, these are all stored fields that the reader may see, and the version.
    """
    if not given.get("fields"):
        collection = env[info.name]
        stored = (field.name for field in info.fields.values() if field.stored and not field.many)
        return ("id", *(name for name in stored if collection.readable(name)), "row_version")
    paths = {"id": None}
    for name in names_in("fields", given["fields"], MOST_FIELDS):
        way = resolved(env, info, "fields", name)
        field = way.end()
        if way.crosses_many or (field is not None and field.many and len(way.names) > 1):
            reason = _("'{path}' leads into a list of another record; ask for that record's own address", path=name)
            raise bad("fields", name, reason)
        if field is not None and len(way.names) > 1 and not field.stored and not in_database(field):
            reason = _("'{path}' is computed when its record is read; ask for that record's own address", path=name)
            raise bad("fields", name, reason)
        paths[way.path] = None
    return tuple(paths)


def filter_in(env: Env, info: ModelInfo, text: str) -> Filter:
    """The filter of an address. Raises BadParameter."""
    if not text:
        return ALL
    try:
        data = parse(text)
    except Unreadable as error:
        raise BadParameter("filter", _("'filter' is not JSON: {reason}", reason=error.args[0])) from None
    with about("filter"):
        return from_json(env.models, info.name, data, _sees(env))


def _order(env: Env, info: ModelInfo, text: str) -> tuple[str, ...] | None:
    if not text:
        return None
    order = []
    for item in names_in("order", text, MOST_ORDERS):
        way = resolved(env, info, "order", item.removeprefix("-"))
        field = way.end()
        if way.crosses_many or (field is not None and not in_database(field)):
            raise bad("order", way.wire, _("records cannot be put in order by '{path}'", path=way.wire))
        order.append(f"-{way.path}" if item.startswith("-") else way.path)
    return tuple(order)


def _sums(env: Env, info: ModelInfo, text: str) -> tuple[str, ...]:
    sums: dict[str, None] = {}
    for name in names_in("sums", text, MOST_FIELDS) if text else ():
        way = resolved(env, info, "sums", name)
        field = way.end()
        if field is None or len(way.names) > 1 or field.kind not in EXACT or not (field.stored or field.via_stored):
            raise bad("sums", name, _("'{path}' cannot be added up", path=name))
        sums[field.name] = None
    return tuple(sums)


def names_in(parameter: str, text: str, most: int) -> list[str]:
    """The names between the commas of a parameter. Raises BadParameter where there are more than `most`."""
    names = [name.strip() for name in text.split(",")]
    if len(names) > most:
        raise BadParameter(
            parameter, _("'{parameter}' names more than {count} fields", parameter=parameter, count=most)
        )
    return names


def _whole(parameter: str, text: str, default: int, largest: int) -> int:
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= largest:
        return int(text)
    raise BadParameter(
        parameter, _("'{parameter}' must be a whole number from 0 to {largest}", parameter=parameter, largest=largest)
    )


def _exactly(text: str) -> bool:
    if text not in ("", "exact"):
        raise BadParameter("count", _("'count' can only be 'exact'"))
    return text == "exact"


def only(given: Mapping[str, str], known: tuple[str, ...]) -> None:
    """Raise BadParameter, with the nearest right one, for a parameter that the address does not know."""
    for name in given:
        if name not in known:
            hint = nearest(name, known)
            if hint:
                raise BadParameter(name, _("'{name}' is no parameter of this address; {hint}", name=name, hint=hint))
            known_names = ", ".join(known)
            raise BadParameter(
                name, _("'{name}' is no parameter of this address; known: {all}", name=name, all=known_names)
            )


def resolved(env: Env, info: ModelInfo, parameter: str, path: str) -> Way:
    """Where a path of a parameter leads, for whom it may. Raises BadParameter."""
    with about(parameter):
        return resolve(env.models, info.name, path, _sees(env))


def _sees(env: Env) -> Callable[[str, str], bool]:
    return lambda model, name: env[model].readable(name)


def bad(parameter: str, path: str, reason: Text) -> BadParameter:
    """The error for one name of a parameter."""
    return BadParameter(parameter, reason, fields={path: [reason]})


@contextmanager
def about(parameter: str) -> Iterator[None]:
    """What is invalid inside is a fault of that parameter."""
    try:
        yield
    except Invalid as error:
        raise BadParameter(parameter, error.args[0], fields=error.fields) from None
