"""The first steps of a change: rights, conversion, and where it waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, Invalid
from core.i18n import _
from core.orm.delegate import write_beyond
from core.orm.fields.base import BadValue, Field
from core.orm.read.fetch import Some, fetch, fetch_all
from core.orm.states.guard import guard_write
from core.orm.variants import SIGN, base_name
from core.orm.write.files import keep_file
from core.orm.write.inverse import invert, take_inverse
from core.orm.write.links import assign_list, see_references, see_targets
from core.orm.write.validate import summary

if TYPE_CHECKING:
    from core.orm.model import Members
    from core.orm.view import View
    from core.orm.write.pending import Pending


def convert(view: View, values: Mapping[str, object]) -> dict[str, Any]:
    """Values as the store keeps them. Raises Invalid with every field that is wrong, AccessDenied for a hidden one."""
    converted: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for name, value in values.items():
        field = view.info.fields.get(name)
        if field is None or not view.may_see(name):
            raise view.refusal(name)
        if SIGN in name and not view.may_write_key(name):
            raise AccessDenied(_not_for_all(view, name))
        if not field.editable:
            problems[name] = [_("is computed and cannot be written")]
            continue
        try:
            kept = view.kept_name(name)
            found = (field if kept == name else view.info.fields[kept]).convert(value)
            if kept in converted and converted[kept] != found:
                problems[name] = [_given_twice(view, name)]
            converted[kept] = found
        except BadValue as error:
            problems[name] = [error.reason]
    if problems:
        raise Invalid(summary(view.info, problems), fields=problems)
    return converted


def _not_for_all(view: View, name: str) -> str:
    """That the value for all companies is not changed by who works in one."""
    return _(
        "You work in a company, so you may not change {label} for all companies. Without “@all” it is changed for your "
        "company; for all, by somebody who works in none.",
        label=view.info.fields[base_name(name)].label,
    )


def _given_twice(view: View, name: str) -> str:
    """That a value is given by the name of a field and by that of its variant, and differs."""
    base = view.info.fields[base_name(name)]
    return _(
        "is another value than “{label}” is given, which means the same here: give one of the two", label=base.label
    )


def assign(
    pending: Pending, view: View, ids: Sequence[int], values: Mapping[str, object], members: Members | None
) -> None:
    """Note changes of fields of these records in the batch of the view's environment."""
    info = view.info
    if not view.env.elevated and not view.env.models.access.grants(view.env.roles, "write", info.name):
        raise view.denied("write")
    values = write_beyond(pending, view, ids, values, members)
    converted = convert(view, values)
    given = take_inverse(info, converted)
    if any(info.fields[name].is_computed for name in converted):
        pending.propagate()  # what somebody writes stays, though something that it follows from has changed before
    _know(view, ids, members)
    single = {name: value for name, value in converted.items() if not info.fields[name].many}
    for name in [name for name in info.files if single.get(name) is not None]:
        field, value = info.fields[name], single.pop(name)
        _look(view, field, ids, value, members)
        for identity in ids:
            _assign_one(pending, view, field, (identity,), keep_file(view, field, value, identity))
    for name, value in single.items():
        _look(view, info.fields[name], ids, value, members)
    guard_write(view, ids, single)
    changed: list[str] = []
    for name, value in single.items():
        if _assign_one(pending, view, info.fields[name], ids, value):
            changed.append(name)
    _keep_written(pending, view, ids, [name for name in single if info.fields[name].is_computed], single)
    for name, value in converted.items():
        if info.fields[name].many:
            for identity in ids:
                assign_list(pending, view, info.fields[name], identity, value)
    if given:
        invert(view, ids, [given] * len(ids))


def _know(view: View, ids: Sequence[int], members: Members | None) -> None:
    """See to it that the environment has been shown the records, with their versions as first read."""
    versions = view.env._unit._store.versions[view.info.name]
    unknown = [identity for identity in ids if identity not in versions or identity not in view.shown]
    if unknown:
        if members is None:
            fetch_all(view, unknown)
        else:
            fetch(view, view.cls(view, unknown[0], members), view.light)
        if any(identity not in versions or identity not in view.shown for identity in unknown):
            raise view.missing()


def _look(view: View, field: Field[Any], ids: Sequence[int], value: Any, members: Members | None) -> None:
    """Read what a change of a field needs to know, before any of them is noted. Raises Missing."""
    column = view.kept(field.name)
    if field.stored and not field.is_computed:
        unknown = tuple(identity for identity in ids if identity not in column)
        if unknown:
            fetch(view, view.cls(view, unknown[0], members or Some(unknown)), (field.name,), need=field.name)
    if field.kind == "many2one" and any(column.get(identity) != value for identity in ids):
        see_targets(view, field, (value,))
    elif field.kind == "reference":
        see_references(view, field, (value,))


def _assign_one(pending: Pending, view: View, field: Field[Any], ids: Sequence[int], value: Any) -> bool:
    """Give one field of records a value; says whether any of them had another."""
    info, name = view.info, field.name
    store = pending.unit._store
    column = store.column(info, name)
    absent = object()
    differing = [identity for identity in ids if column.get(identity, absent) != value]
    if store.stale:
        # Two people who add 1 to the same figure write the same value; the second must hear of the first.
        differing = [each for each in ids if each in differing or (info.name, each) in store.stale]
    if not differing:
        return False
    changes = pending.batch(view.env).changes.setdefault(info.name, {})
    parents = [column.get(identity) for identity in differing] if field.kind == "many2one" else []
    for identity in differing:
        column[identity] = value
        changes.setdefault(identity, {})[name] = value
    if field.varies:
        store.unsee(info, base_name(name), differing)
        pending.checks.varied(field, view.env)
        name = base_name(name)
    pending.forget_guarded(info.name, (name,), but=view.env._reader)
    if field.kind == "many2one" or name in info.ordering:
        store.lists.pop(info.name, None)
    if field.kind == "many2one":
        pending.touch(info, name, differing, [*parents, value])
    else:
        pending.touch(info, name, differing)
    return True


def _keep_written(
    pending: Pending, view: View, ids: Sequence[int], names: Sequence[str], values: Mapping[str, Any]
) -> None:
    """A computed value that somebody writes stays, also if they changed what it depends on in the same breath."""
    for name in names:
        waiting = pending.unit._store.unsettled.get((view.info.name, name))
        if waiting:
            column = pending.unit._store.columns(view.info)[name]
            changes = pending.batch(view.env).changes.setdefault(view.info.name, {})
            for identity in ids:
                if identity in waiting:
                    waiting.discard(identity)
                    column[identity] = values[name]
                    changes.setdefault(identity, {})[name] = values[name]
