"""What deleting records does to those that point at them: told before it happens, by the rules by which it happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.i18n import listed
from core.orm.fields.reference import kept
from core.orm.filter import Condition
from core.orm.read.among import among
from core.orm.read.variants import any_points

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Pointer
    from core.orm.unit import UnitOfWork
    from core.orm.view import View


@dataclass(frozen=True)
class Touched:
    """So many records of one model that the reader may see.

    Records that are hidden from the reader are told together, without model, field, label and number: that
    there are some has to be said, how many would be an answer about what is hidden.
    """

    model: str = ""
    field: str = ""
    label: str = ""
    count: int = 0


@dataclass(frozen=True)
class DeletionPlan:
    """What deleting would do, also to records that are hidden from the reader.

    deleted: go with it, without the records themselves. cleared: their field no longer points anywhere.
    archived: the same, and they are archived. unlinked: have it in a list. refused: keep it from being deleted.
    warning: what is lost beyond records, in words for people; see `Model.deletion_warning`. refusal: why the record
    itself keeps from being deleted; see `Model.deletion_refusal`.
    """

    deleted: tuple[Touched, ...] = ()
    cleared: tuple[Touched, ...] = ()
    archived: tuple[Touched, ...] = ()
    unlinked: tuple[Touched, ...] = ()
    refused: tuple[Touched, ...] = ()
    warning: str = ""
    refusal: str = ""

    @property
    def possible(self) -> bool:
        """Whether nothing keeps the records: neither themselves, nor what points at them."""
        return not self.refused and not self.refusal


def points_at(unit: UnitOfWork, info: ModelInfo, pointer: Pointer, ids: Sequence[int]) -> Any:
    """The condition of the rows whose field points at one of these records."""
    other = unit.models[pointer.model]
    column = other.table.c[pointer.field]
    if pointer.by_name:
        return column.in_([kept(info.name, identity) for identity in ids])
    found = among(column, ids, unit._dialect)
    if other.fields[pointer.field].varies:
        return sa.or_(found, other.table.c.id.in_(any_points(unit, other, pointer.field, ids)))
    return found


def plan_deletion(view: View, ids: Iterable[int]) -> DeletionPlan:
    """What deleting these records would do now. Raises Missing for one that the reader may not see."""
    wanted = tuple(dict.fromkeys(ids))
    records = [view.env[view.info.name].get(identity) for identity in wanted]
    for record in records:
        view.version(record)
    view.env._unit._pending.write()
    warnings = dict.fromkeys(warning for record in records if (warning := record.deletion_warning()))
    refusals = dict.fromkeys(refusal for record in records if (refusal := record.deletion_refusal()))
    return replace(_Looking(view).plan(wanted), warning=listed(warnings, " "), refusal=listed(refusals, " "))


class _Looking:
    """Walks from the records to all that point at them, in the order in which deleting does."""

    def __init__(self, view: View) -> None:
        self.view, self.unit = view, view.env._unit
        self.gone: dict[str, dict[int, None]] = {}
        self.found: dict[str, dict[tuple[str, str], set[int]]] = {
            deed: {} for deed in ("clear", "archive", "refuse", "unlink")
        }

    def plan(self, ids: Sequence[int]) -> DeletionPlan:
        self._delete(self.view.info, ids)
        name = self.view.info.name
        also = {(model, ""): set(rows) - (set(ids) if model == name else set()) for model, rows in self.gone.items()}
        return DeletionPlan(
            deleted=self._told(also),
            cleared=self._told(self._staying("clear")),
            archived=self._told(self._staying("archive")),
            unlinked=self._told(self._staying("unlink")),
            refused=self._told(self.found["refuse"]),
        )

    def _delete(self, info: ModelInfo, ids: Sequence[int]) -> None:
        gone = self.gone.setdefault(info.name, {})
        gone.update(dict.fromkeys(ids))
        for pointer in info.pointers:
            other = self.unit.models[pointer.model]
            going = self.gone.get(other.name, {})
            rows = sa.select(other.table.c.id).where(points_at(self.unit, info, pointer, ids))
            found = [identity for identity in self.unit._run(rows).scalars() if identity not in going]
            if found and pointer.on_delete == "delete":
                self._delete(other, found)
            elif found:
                self.found[pointer.on_delete].setdefault((other.name, pointer.field), set()).update(found)
        for other in self.unit.models.values():
            for name in other.link_tables:
                if other.fields[name].target == info.name:
                    _link, near, far = other.link(other.fields[name])
                    owners = self.unit._run(sa.select(near).where(among(far, ids, self.unit._dialect))).scalars()
                    deed = "refuse" if getattr(other.fields[name], "on_delete", "") == "refuse" else "unlink"
                    self.found[deed].setdefault((other.name, name), set()).update(owners)

    def _staying(self, deed: str) -> dict[tuple[str, str], set[int]]:
        """Those that are not deleted themselves."""
        return {key: ids - set(self.gone.get(key[0], {})) for key, ids in self.found[deed].items()}

    def _told(self, found: dict[tuple[str, str], set[int]]) -> tuple[Touched, ...]:
        told: list[Touched] = []
        hidden = False
        for (model, field), ids in found.items():
            info, seen = self.unit.models[model], self._seen(model, field, ids)
            hidden = hidden or seen < len(ids)
            if seen:
                told.append(Touched(model, field, info.label if seen == 1 else info.label_plural, seen))
        return (*told, Touched()) if hidden else tuple(told)

    def _seen(self, model: str, field: str, ids: set[int]) -> int:
        """How many of these records the reader may see, with the field that points."""
        records = self.view.env[model]
        if not ids or not records.can("read") or (field and not records.readable(field)):
            return 0
        return records.count(Condition(model, ("id",), "in", tuple(sorted(ids))))
