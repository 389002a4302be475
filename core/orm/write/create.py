"""Creating records: rights, defaults, conversion, computed values, INSERT, history, rule. Ids are real at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.orm.delegate import make_targets
from core.orm.records import Records
from core.orm.settle import compute_values
from core.orm.states.guard import guard_new
from core.orm.write.assign import convert
from core.orm.write.files import keep_new_files, own_new_files
from core.orm.write.history import write_history
from core.orm.write.inverse import invert, take_inverse
from core.orm.write.links import add_lines, add_links, see_references, see_targets
from core.orm.write.sql import insert_rows, refused_by_database
from core.orm.write.validate import validate_aside, validate_new
from core.orm.write.variants import set_aside, write_aside

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.view import View
    from core.orm.write.pending import Pending


def create(
    pending: Pending, view: View, rows: Sequence[Mapping[str, object]], again: Sequence[tuple[int, int]] = ()
) -> Records[Any]:
    """Make records of these values, and give them in the same order.

    again: (id, version) of deleted records that these are made anew of.
    """
    info, env, unit = view.info, view.env, pending.unit
    if not env.elevated and not env.models.access.grants(env.roles, "create", info.name):
        raise view.denied("create")
    if not rows:
        return Records(view, ())
    rows = make_targets(pending, view, rows)
    pending.propagate()
    given = [convert(view, row) for row in rows]
    inverted = [take_inverse(info, row) for row in given]
    lists = [{name: row.pop(name) for name in list(row) if info.fields[name].many} for row in given]
    for name in {name for row in given for name in row if info.fields[name].kind == "many2one"}:
        see_targets(view, info.fields[name], (row[name] for row in given if name in row))
    for name in {name for row in given for name in row if info.fields[name].kind == "reference"}:
        see_references(view, info.fields[name], (row[name] for row in given if name in row))
    aside = set_aside(info, given, fill=not again)
    keep_new_files(view, given)
    fill_defaults(view, given)
    guard_new(view, given)
    unit._numbers.fill_new(view, given)
    validate_new(unit, info, given, computed=False)  # before anything is computed of what is not there
    typed = [frozenset(name for name in row if info.fields[name].is_computed) for row in given]
    pending.holding.look(info, given)
    columns = _settle_drafts(pending, info, given, lists)
    validate_new(unit, info, columns, computed=True)
    if info.sides:
        validate_aside(unit, info, columns, aside, view)
    with refused_by_database(info):
        ids = insert_rows(unit, info, columns, again)
    if info.parent:
        pending.checks.trees.grown(info, ids, [row[info.parent] for row in columns])
    names = [field.name for field in info.stored]
    store = unit._store.columns(info)
    for name in names:
        store[name].update((identity, row[name]) for identity, row in zip(ids, columns, strict=True))
    pending.holding.made(info, ids, columns, typed)
    if any(aside):
        kept = dict(zip(ids, aside, strict=True))
        with refused_by_database(info):
            write_aside(unit, info, kept)
        for identity, values in kept.items():
            for name, value in values.items():
                unit._store.column(info, name)[identity] = value
                pending.checks.varied(info.fields[name], env)
    unit._store.versions[info.name].update(dict.fromkeys(ids, 1))
    unit._store.versions[info.name].update(again)
    unit._store.tombstones.get(info.name, set()).difference_update(ids)
    unit._store.lists.pop(info.name, None)
    for field in info.stored:
        if field.kind == "many2one":
            # What follows on the new records themselves is settled, or was given; only their owners hear of them.
            pending.touch(info, field.name, (), {row[field.name] for row in columns})
    linked = [add_links(pending, view, identity, wanted) for identity, wanted in zip(ids, lists, strict=True)]
    _note(pending, view, names, ids, columns, aside, linked, typed)
    pending.forget_guarded(info.name, (*names, *(name for row in linked for name in row)))
    pending.checks.note_new(info, ids)
    pending.checks.rule(env, info, "create", ids)
    own_new_files(view, ids, columns)
    for identity, wanted in zip(ids, lists, strict=True):
        add_lines(pending, view, identity, wanted)
    if any(inverted):
        invert(view, ids, inverted)
    return Records(view, ids)


def fill_defaults(view: View, rows: Sequence[dict[str, Any]]) -> None:
    """Give each row the default of every field that it does not have."""
    for field in view.info.stored:
        missing = [row for row in rows if field.name not in row]
        if not missing or (field.is_computed and field.default is None):
            continue
        value = field.convert(None if field.default is None else field.default_for(view.env))
        for row in missing:
            row[field.name] = value


def _settle_drafts(
    pending: Pending, info: ModelInfo, rows: Sequence[dict[str, Any]], lists: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows with their stored computed values, found while the records are drafts with ids below zero."""
    unit = pending.unit
    derived = info.derived
    if not derived:
        return list(rows)
    store = unit._store
    columns = store.columns(info)
    drafts = [store.draft_id() for _row in rows]
    plain = [field.name for field in info.stored if not field.is_computed]
    try:
        for name in plain:
            columns[name].update((draft, row[name]) for draft, row in zip(drafts, rows, strict=True))
        for draft, wanted in zip(drafts, lists, strict=True):
            for name, value in wanted.items():
                if info.fields[name].kind == "many2many":
                    columns[name][draft] = value
        for field in derived:
            waiting = [draft for draft, row in zip(drafts, rows, strict=True) if field.name not in row]
            found = compute_values(unit, info, field, waiting)
            for draft, row in zip(drafts, rows, strict=True):
                if field.name in row:
                    columns[field.name][draft] = row[field.name]
                else:
                    row[field.name] = found[draft]
    finally:
        for column in columns.values():
            for draft in drafts:
                column.pop(draft, None)
    return list(rows)


def _note(
    pending: Pending,
    view: View,
    names: Sequence[str],
    ids: Sequence[int],
    rows: Sequence[Mapping[str, Any]],
    aside: Sequence[Mapping[str, Any]],
    linked: Sequence[Mapping[str, tuple[int, ...]]],
    typed: Sequence[frozenset[str]],
) -> None:
    """typed: for each record the computed fields that somebody gave a value of their own."""
    info = view.info
    if not info.history:
        return
    fields = [info.fields[name] for name in names]
    changes = (
        (
            identity,
            {
                **{
                    item.name: (item.absent, row[item.name])
                    for item in fields
                    if row[item.name] != item.absent and not item.is_absent(row[item.name])
                },
                **{name: (None, value) for name, value in variants.items()},
                **{name: ((), value) for name, value in lists.items()},
            },
        )
        for identity, row, variants, lists in zip(ids, rows, aside, linked, strict=True)
    )
    write_history(pending.unit, view.env, info, "create", changes, dict(zip(ids, typed, strict=True)))
