"""Delegation: `Many2one(…, delegate=True)` makes the target's fields the record's own to read and write.

    res.users ── partner ──► res.partner
        login                    name, email, city …

    user.city           reads user.partner.city, with the reader's access to the partner
    user.city = "Huế"   writes the partner, and raises the version of both
    env[User].create(login="lan", name="Lan")   makes the partner first, with what it is given of its fields

In `ModelInfo.fields` stands a copy of the target's field, with `via` naming the relation: forms, JSON and
imports know its kind by that. What goes to the database names the way itself (`Models.through`). A field
that the model declares itself goes before one of its target's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.fields.base import Field
from core.orm.path import Path
from core.orm.read.fetch import Some
from core.orm.variants import SIGN
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.model import Members
    from core.orm.registry import ModelInfo, Models
    from core.orm.view import View
    from core.orm.write.pending import Pending


class Through:
    """What a delegated field is on a final class."""

    __slots__ = ("field", "name", "via")

    def __init__(self, field: Field[Any]) -> None:
        self.field, self.name, self.via = field, field.name, field.via

    def __get__(self, record: Any, owner: Any) -> Any:
        if record is None:
            return Path(owner._name, (self.name,), self.field, caller())
        view = record._view
        if not view.may_see(self.name):
            raise view.refusal(self.name)
        return getattr(getattr(record, self.via), self.name)

    def __set__(self, record: Any, value: Any) -> None:
        record._view.assign(record, {self.name: value})


def add_delegated(infos: Mapping[str, ModelInfo]) -> bool:
    """Give every model the fields of what it delegates to; says whether there are any."""
    done: dict[str, bool] = {}

    def visit(name: str, walked: tuple[str, ...]) -> None:
        if name in walked:
            circle = " → ".join([*walked[walked.index(name) :], name])
            raise DeclarationError(
                f"models delegate to one another in a circle: {circle}", where=infos[name].cls._where
            )
        if name not in done:
            own = [field for field in infos[name].fields.values() if field.delegate]
            for field in own:
                if field.target in infos:
                    visit(field.target, (*walked, name))
                    _take_over(infos[name], field, infos[field.target])
            infos[name].delegates = tuple(field.name for field in own)
            done[name] = bool(own)

    for name in infos:
        visit(name, ())
    return any(done.values())


def _take_over(info: ModelInfo, via: Field[Any], target: ModelInfo) -> None:
    if not via.required:
        raise DeclarationError(
            f"{info.name}.{via.name} delegates to {target.name}, so every record needs one",
            addon=info.field_addons[via.name],
            where=via.where,
            hint="write required=True",
        )
    for name, field in target.fields.items():
        known = info.fields.get(name)
        if known is not None:
            if known.via:
                raise DeclarationError(
                    f"field '{name}' of {info.name} is on {target.name} ('{via.name}') and on the model of "
                    f"'{known.via}' too",
                    addon=info.field_addons[via.name],
                    where=via.where,
                    hint=f"declare a field '{name}' on {info.name} itself, or delegate to one of them only",
                )
            continue
        seen = copy(field)
        seen.via, seen.via_stored = via.name, field.stored or field.via_stored
        seen.readonly = field.readonly or not field.editable
        seen.compute, seen.required, seen.index, seen.default, seen.delegate = None, False, False, None, False
        info.fields[name] = seen
        info.field_addons[name] = info.field_addons[via.name]
        setattr(info.cls, name, Through(seen))
    if not info.title and info.cls._title in info.fields:
        info.title = info.cls._title


def add_guards(models: Models) -> None:
    """A delegated field is for those who may see the relation, and the field at its other end."""
    for info in models.values():
        for name, field in info.fields.items():
            if field.via:
                found: dict[tuple[str, ...] | None, None] = {}
                at = info
                for step in models.through(info.name, (name,)):
                    found.update(dict.fromkeys(at.guards.get(step, ())))
                    at = models[at.fields[step].target] if at.fields[step].target else at
                if found:
                    info.guards[name] = tuple(found)


# -- writing ----------------------------------------------------------------------------------------


def make_targets(pending: Pending, view: View, rows: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
    """The rows of new records with the records that they delegate to, made or changed as they say."""
    info = view.info
    if not info.delegates:
        return rows
    own: list[dict[str, Any]] = [dict(row) for row in rows]
    for via in info.delegates:
        relation = info.fields[via]
        given = [_beyond(view, row, via) for row in own]
        lacking = []
        for place, row in enumerate(own):
            if row.get(via) is None and relation.default is not None:
                row[via] = relation.default_for(view.env)
            if row.get(via) is None:
                lacking.append(place)
            elif given[place]:
                target = relation.convert(row[via])
                pending.assign(view.env._view(relation.target), (target,), given[place])
        if lacking:
            made = pending.create(view.env._view(relation.target), [given[place] for place in lacking])
            for place, record in zip(lacking, made, strict=True):
                own[place][via] = record.id
    return own


def _beyond(view: View, row: dict[str, Any], via: str) -> dict[str, Any]:
    """Takes the values of what lies behind a relation out of a row."""
    names = [name for name in row if (field := view.info.fields.get(name)) is not None and field.via == via]
    for name in names:
        if not view.may_see(name):
            raise view.refusal(name)
    return {name: row.pop(name) for name in names}


def write_beyond(
    pending: Pending, view: View, ids: Sequence[int], values: Mapping[str, object], members: Members | None
) -> Mapping[str, object]:
    """Write delegated values where they belong; gives the others.

    The version of the records rises as well where a value differs: two people who change the same partner
    on the forms of a user get in each other's way like any two.
    """
    own = dict(values)
    for via in view.info.delegates:
        given = _beyond(view, own, via)
        if not given:
            continue
        changed: list[int] = []
        targets: dict[int, None] = {}
        for identity in ids:
            record = view.cls(view, identity, members or Some(tuple(ids)))
            view.version(record)
            target = getattr(record, via)
            targets[target.id] = None
            differing = {name: value for name, value in given.items() if _differs(target, name, value)}
            if differing:
                changed.append(identity)
                told = pending.beyond.setdefault((view.info.name, identity), {})
                told.update((name, (_held(target, name), _plain(value))) for name, value in differing.items())
        pending.assign(view.env._view(view.info.fields[via].target), tuple(targets), given)
        if changed:
            changes = pending.batch(view.env).changes.setdefault(view.info.name, {})
            for identity in changed:
                changes.setdefault(identity, {})
    return own


def _differs(target: Any, name: str, value: Any) -> bool:
    held = _held(target, name)
    return isinstance(held, tuple) or bool(held != _plain(value))


def _held(target: Any, name: str) -> Any:
    return _plain(target._view.variant(name, target) if SIGN in name else getattr(target, name))


def _plain(value: Any) -> Any:
    """Ids in place of records."""
    if hasattr(value, "ids"):
        return value.ids
    return value.id if hasattr(value, "_view") else value


def target_defaults(view: View) -> dict[str, Any]:
    """What the records that new ones delegate to would start with."""
    found: dict[str, Any] = {}
    for via in view.info.delegates:
        target = view.env[view.info.fields[via].target].defaults()
        names = (name for name, field in view.info.fields.items() if field.via == via)
        found.update((name, target[name]) for name in names if name in target)
    return found
