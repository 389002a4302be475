"""Lists of records: linking and unlinking, and the lines of a document.

A list that is replaced becomes additions and removals against what its writer saw, so members that are
hidden from them stay. Linking needs write on the owner and read on what is linked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.fields.base import Field
from core.orm.fields.reference import apart
from core.orm.read.among import among
from core.orm.read.fetch import fetch_all
from core.orm.read.members import read_members
from core.orm.records import Records
from core.orm.through import link as link_through
from core.orm.through import unlink as unlink_through
from core.orm.write.change import compare_versions
from core.orm.write.history import write_history
from core.orm.write.rows import stored_rows

if TYPE_CHECKING:
    from core.orm.view import View
    from core.orm.write.pending import Pending


def assign_list(pending: Pending, view: View, field: Field[Any], identity: int, value: Any) -> None:
    """Make the list of one record hold what is given, as far as the writer sees it."""
    if field.kind == "one2many":
        _assign_lines(pending, view, field, identity, value)
        return
    pending.write()
    record = view.cls(view, identity, Records(view, (identity,)))
    seen = read_members(view, field, record)
    wanted = tuple(value)
    added = [member for member in wanted if member not in seen]
    removed = [member for member in seen if member not in wanted]
    if not added and not removed:
        return
    info, unit = view.info, pending.unit
    before = stored_rows(view.env, info, [identity], ())
    compare_versions(view.env, info, {identity: {field.name: wanted}}, before)
    _link(pending, view, field, identity, added)
    _unlink(pending, view, field, identity, removed)
    table = info.table
    unit._run(sa.update(table).where(table.c.id == identity).values(row_version=table.c.row_version + 1))
    unit._store.versions[info.name][identity] += 1
    if info.history and field.name in info.link_tables:
        after = tuple(member for member in seen if member not in removed) + tuple(added)
        change = (identity, {field.name: (seen, after)})
        write_history(unit, view.env, info, "write", [change], {identity: frozenset({field.name})})
    pending.forget_guarded(info.name, (field.name,))
    pending.checks.rule(view.env, info, "write", [identity])


def add_links(pending: Pending, view: View, identity: int, wanted: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Link a new record to what its many-to-many fields were given; gives those that hold something."""
    linked: dict[str, tuple[int, ...]] = {}
    for name, value in wanted.items():
        field = view.info.fields[name]
        if field.kind == "many2many" and value:
            _link(pending, view, field, identity, value)
            if name in view.info.link_tables:  # links that are records have a history of their own
                linked[name] = tuple(value)
    return linked


def add_lines(pending: Pending, view: View, identity: int, wanted: Mapping[str, Any]) -> None:
    """Make, or take over, the lines that a new record was given."""
    for name, value in wanted.items():
        if view.info.fields[name].kind == "one2many" and value:
            _assign_lines(pending, view, view.info.fields[name], identity, value)


def see_targets(view: View, field: Field[Any], ids: Iterable[int | None], *, exist: bool = False) -> None:
    """Pointing at records needs read on them. Raises Invalid where the reader may not see one, or there is none.

    exist: also look whether they are there where no rule limits the reader; otherwise the database does that.
    """
    see_records(view, field, field.target, ids, exist=exist)


def see_references(view: View, field: Field[Any], values: Iterable[str | None]) -> None:
    """The same for references, whose targets no foreign key keeps."""
    wanted: dict[str, list[int | None]] = {}
    for value in values:
        if value is not None:
            model, identity = apart(value)
            wanted.setdefault(model, []).append(identity)
    for model, ids in wanted.items():
        see_records(view, field, model, ids, exist=True)


def see_records(view: View, field: Field[Any], model: str, ids: Iterable[int | None], *, exist: bool) -> None:
    """Pointing from a field at records of a model needs read on them. Raises Invalid."""
    target = view.env._view(model)
    known: Any = view.env._unit._store.versions[target.info.name] if exist else target.shown
    wanted = dict.fromkeys(identity for identity in ids if identity is not None)
    unknown = [identity for identity in wanted if identity not in target.shown or identity not in known]
    if not unknown:
        return
    if view.env.elevated or view.env._allowed("read", model) is not None:
        fetch_all(target, unknown)
    if any(identity not in target.shown or identity not in known for identity in unknown):
        reason = _("points at no {model} that you may see", model=target.info.label)
        raise Invalid(_("{label} {reason}.", label=field.label, reason=reason), fields={field.name: [reason]})


def _link(pending: Pending, view: View, field: Field[Any], identity: int, members: Sequence[int]) -> None:
    if not members:
        return
    see_targets(view, field, members, exist=True)
    if (through := view.info.throughs.get(field.name)) is not None:
        link_through(pending, view, through, identity, members)
        return
    link, near, far = view.info.link(field)
    pending.unit._run(sa.insert(link), [{near.key: identity, far.key: member} for member in members])
    pending.holding.linked(view.info, field.name, identity, members)
    _linked(pending, view, field, identity, members)


def _unlink(pending: Pending, view: View, field: Field[Any], identity: int, members: Sequence[int]) -> None:
    if not members:
        return
    if (through := view.info.throughs.get(field.name)) is not None:
        unlink_through(pending, view, through, identity, members)
        return
    link, near, far = view.info.link(field)
    unit = pending.unit
    unit._run(sa.delete(link).where(near == identity, among(far, members, unit._dialect)))
    _linked(pending, view, field, identity, members)


def _linked(pending: Pending, view: View, field: Field[Any], identity: int, members: Iterable[int]) -> None:
    """Both ends of a link changed."""
    store, info = pending.unit._store, view.info
    target = pending.unit.models[field.target]
    store.lists.pop(target.name, None)
    store.lists.pop(info.name, None)
    pending.touch(info, field.name, [identity])
    for other in target.fields.values():
        if other.kind == "many2many" and target.link_tables.get(other.name) is info.link_tables[field.name]:
            pending.touch(target, other.name, members)


def _assign_lines(pending: Pending, view: View, field: Field[Any], identity: int, value: Any) -> None:
    target = view.env._view(field.target)
    inverse = field.inverse
    new = [item for item in value if isinstance(item, Mapping)]
    ids = [item for item in value if not isinstance(item, Mapping)]
    for line in new:
        if inverse in line:
            raise Invalid(fields={field.name: [_("a new line belongs to this record by itself")]})
    record = view.cls(view, identity, Records(view, (identity,)))
    seen = read_members(view, field, record)
    added = tuple(member for member in ids if member not in seen)
    removed = tuple(member for member in seen if member not in ids)
    if added:
        target.assign_all(added, {inverse: identity})
    if removed and target.info.fields[inverse].required:
        target.delete(removed)
    elif removed:
        target.assign_all(removed, {inverse: None})
    made = iter(pending.create(target, [{**line, inverse: identity} for line in new]).ids if new else ())
    if field.sequence:
        _number(target, field.sequence, [next(made) if isinstance(item, Mapping) else item for item in value])


def _number(target: View, sequence: str, ids: Sequence[int]) -> None:
    """Give lines the numbers of their places; those that have them already stay untouched."""
    lines = Records[Any](target, ids)
    for place, line in enumerate(lines, start=1):
        if getattr(line, sequence) != place:
            target.assign_all((line.id,), {sequence: place})
