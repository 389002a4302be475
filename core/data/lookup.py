"""From a name in a file to the record that it names: by another step, by a field, or by external id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from core.orm.env import Env
from core.orm.fields.base import BadValue, Field
from core.orm.filter import Condition
from core.orm.wire.values import reader

from .bind import BoundSource
from .cells import parse
from .csvfile import Notation
from .external import External, chunks
from .plan import Key, Ref
from .spelling import Match, Names

CHUNK = 500


class Lookup:
    """Finds what the texts of one source name. where: where it looks, for messages."""

    def __init__(
        self, names: Names[int | Ref], exact: bool, where: str, twice: Mapping[str, int] | None = None
    ) -> None:
        self._names, self._exact, self.where = names, exact, where
        self._twice = twice or {}
        self._found: dict[str, Match[int | Ref]] = {}

    def find(self, text: str) -> Match[int | Ref]:
        if text not in self._found:
            match = self._names.find(text, exact=self._exact)
            name = match.spelling or text
            if match.found is not None and name in self._twice:
                match = Match(several=(name,) * self._twice[name])
            self._found[text] = match
        return self._found[text]


def in_step(index: Mapping[str, Key], where: str, exact: bool) -> Lookup:
    """Names are those that the rows of a step of the same import are told by."""
    return Lookup(Names({name: Ref(key) for name, key in index.items()}), exact, where)


def by_field(env: Env, bound: BoundSource, by: Field[Any], texts: Iterable[str], notation: Notation) -> Lookup:
    """Names are the values of one field of the target's records; all of them are read only where some text is none."""
    collection, target = env[bound.field.target].with_archived(), bound.field.target
    values: dict[Any, str] = {}
    for text in texts:
        with suppress(BadValue):
            values[reader(by)(parse(by, text, notation, bound.source.format))] = text
    ids: dict[str, list[int]] = {}
    for chunk in chunks(values, CHUNK):
        for row in collection.values(["id", by.name], Condition(target, (by.name,), "in", tuple(chunk))):
            ids.setdefault(values[row[by.name]], []).append(row["id"])
    if by.kind == "char" and any(text not in ids for text in texts):
        ids.clear()
        for row in collection.values(["id", by.name]):
            ids.setdefault(row[by.name], []).append(row["id"])
    twice = {name: len(found) for name, found in ids.items() if len(found) > 1}
    names: Names[int | Ref] = Names({name: found[0] for name, found in ids.items()})
    return Lookup(names, bound.source.exact, collection.info.label_plural or target, twice)


def by_external_id(
    env: Env, external: External, bound: BoundSource, texts: Iterable[str], prefix: str, planned: Mapping[str, Key]
) -> Lookup:
    """Names are external ids, of this import or of what is there; those without a point are the import's own."""
    target = bound.field.target
    names = {text: text if "." in text else f"{prefix}.{text}" for text in texts}
    known: dict[str, Any] = {
        text: Ref(planned[name]) for text, name in names.items() if planned.get(name, ("",))[0] == target
    }
    stored = external.resolve(name for text, name in names.items() if text not in known)
    for text, name in names.items():
        if text not in known and stored.get(name, ("", 0))[0] == target:
            known[text] = stored[name][1]
    missing = any(text not in known for text in names)
    if missing:  # for the nearest name in the message
        known = {**external.names(target), **known}
    return Lookup(Names(known), True, env.models[target].label_plural or target)
