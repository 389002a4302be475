"""The plan of undoing a unit: what it would restore, make anew and delete, and what others changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import Field
from core.orm.read.among import among
from core.orm.read.units import Unit, find_unit
from core.orm.read.variants import variants_of
from core.orm.undo.effect import Effect, Key, effects_of
from core.orm.undo.followed import followed_before
from core.orm.variants import SIGN
from core.orm.write.deletion import points_at

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork

Action = Literal["restore", "create", "delete"]
_Field = tuple[str, Any, Any]
"""(name, value now, value to go back to)."""


@dataclass(frozen=True)
class Step:
    """What undoing does to one record. fields: (name, value now, value to go back to); of a list, its members."""

    action: Action
    model: str
    id: int
    title: str
    fields: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True)
class Clash:
    """What undoing leaves as it is unless it is told otherwise, and why. field: empty for the whole record."""

    step: Step
    field: str
    why: str


@dataclass(frozen=True)
class UndoPlan:
    """What `undo` would do. clashes: what others have changed since, each to be chosen or left."""

    unit: Unit
    steps: tuple[Step, ...]
    clashes: tuple[Clash, ...]

    def count(self, action: Action) -> int:
        """How many records are restored, made anew or deleted."""
        return sum(step.action == action for step in self.steps)


def plan_undo(env: Env, unit_id: str | int) -> UndoPlan:
    """What undoing a unit would do now. unit_id: its id, or its number. For elevated code. Raises Missing."""
    which = find_unit(env, unit_id)
    env._unit._pending.write()
    return _Planner(env, which).plan()


class _Planner:
    def __init__(self, env: Env, which: Unit) -> None:
        self.env, self.which = env, which
        self.unit: UnitOfWork = env._unit
        self.effects = effects_of(self.unit, which)
        self.now: dict[Key, dict[str, Any]] = {}
        for model, ids in self._by_model(list(self.effects)).items():
            self._read(self.unit.models[model], ids)
        self.followed = followed_before(self.unit, which, self.effects)
        self.made = {key for key, effect in self.effects.items() if not effect.existed and key in self.now}
        lost = [key for key, effect in self.effects.items() if effect.existed and not effect.exists]
        self.lost = sorted(lost, key=lambda key: self.effects[key].place)
        self.anew = {key for key in self.lost if key not in self.now}

    def plan(self) -> UndoPlan:
        steps: list[Step] = []
        clashes: list[Clash] = []
        for found in (self._anew(), self._restored(), self._deleted()):
            for item in found:
                if isinstance(item, Step):
                    steps.append(item)
                else:
                    clashes.append(item)
        return UndoPlan(self.which, tuple(steps), tuple(clashes))

    @staticmethod
    def _by_model(keys: Sequence[Key]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for model, identity in keys:
            found.setdefault(model, []).append(identity)
        return found

    def _read(self, info: ModelInfo, ids: list[int]) -> None:
        """Learn the present values of records, and which of them there are."""
        names = [field.name for field in info.stored]
        table = info.table
        rows = self.unit._run(
            sa.select(table.c.id, *[table.c[name] for name in names]).where(among(table.c.id, ids, self.unit._dialect))
        )
        for row in rows:
            self.now[info.name, row[0]] = dict(zip(names, row[1:], strict=True))
        if info.sides:
            touched = {name for identity in ids for name in self.effects[info.name, identity].before if SIGN in name}
            aside = variants_of(self.unit, info, ids)
            for identity in ids:
                self.now.get((info.name, identity), {}).update({**dict.fromkeys(touched), **aside.get(identity, {})})
        for name in {name for identity in ids for name in self.effects[info.name, identity].before}:
            if name in info.link_tables:
                _link, near, far = info.link(info.fields[name])
                for identity in ids:
                    self.now.get((info.name, identity), {})[name] = ()
                linked = sa.select(near, far).where(among(near, ids, self.unit._dialect)).order_by(near, far)
                for owner, member in self.unit._run(linked):
                    if (info.name, owner) in self.now:
                        self.now[info.name, owner][name] += (member,)

    # -- deleted by the unit: made anew ---------------------------------------------------------------

    def _anew(self) -> Iterator[Step | Clash]:
        """What was deleted last had others deleted before it that point at it, so it comes first."""
        for key in reversed(self.lost):
            if key not in self.anew:
                continue
            effect = self.effects[key]
            fields = [(name, None, value) for name, value in effect.before.items() if self._is_kept(effect, name)]
            step = Step("create", *key, _title(effect.info, key[1], effect.before), tuple(fields))
            secret = next((item for item in effect.info.stored if item.roles is None and item.required), None)
            gone = next((name for name, _now, value in fields if self._is_gone(effect, name, value)), "")
            if secret is not None:
                yield Clash(step, secret.name, _("no copy is kept of {label}", label=secret.label))
            elif gone:
                label = effect.info.fields[gone].label
                yield Clash(step, gone, _("what {label} pointed at is not there any more", label=label))
            else:
                yield step

    def _is_kept(self, effect: Effect, name: str) -> bool:
        """Whether undoing writes the field: what only followed from others follows again, from what they are then."""
        field = effect.info.fields[name]
        if not field.editable or not (field.stored or field.many):
            return False
        return name not in self.followed.get((effect.info.name, effect.id), ())

    def _is_gone(self, effect: Effect, name: str, value: Any) -> bool:
        """Whether a many-to-one would point at a record that is neither there nor made anew."""
        field = effect.info.fields[name]
        if field.kind != "many2one" or value is None or (field.target, value) in self.anew:
            return False
        return not self._exists(field.target, value)

    def _exists(self, model: str, identity: int) -> bool:
        key = (model, identity)
        if key in self.effects:
            return key in self.now
        table = self.unit.models[model].table
        return self.unit._run(sa.select(table.c.id).where(table.c.id == identity)).first() is not None

    # -- changed by the unit: restored ------------------------------------------------------------------

    def _restored(self) -> Iterator[Step | Clash]:
        for key, effect in self.effects.items():
            if not effect.existed or not effect.exists or key not in self.now:
                continue
            now = self.now[key]
            back: list[_Field] = []
            clashes: list[tuple[_Field, str]] = []
            for name, before in effect.before.items():
                field = effect.info.fields[name]
                if not self._is_kept(effect, name) or before == effect.after[name]:
                    continue
                if field.many:
                    before = self._list_back(field, effect, now[name], name)
                if now[name] == before:
                    continue
                item = (name, now[name], before)
                why = self._against(effect, field, now[name], before)
                if why:
                    clashes.append((item, why))
                else:
                    back.append(item)
            title = _title(effect.info, key[1], now)
            if back:
                yield Step("restore", *key, title, tuple(back))
            for item, why in clashes:
                yield Clash(Step("restore", *key, title, (item,)), item[0], why)

    def _list_back(self, field: Field[Any], effect: Effect, now: tuple[int, ...], name: str) -> tuple[int, ...]:
        """A list with what the unit took out put back and what it put in taken out; what others did since stays."""
        before, after = frozenset(effect.before[name]), frozenset(effect.after[name])
        back = [
            member
            for member in sorted(before - after)
            if member not in now and ((field.target, member) in self.anew or self._exists(field.target, member))
        ]
        kept = [member for member in now if member not in after - before]
        return tuple(sorted((*kept, *back)))

    def _against(self, effect: Effect, field: Field[Any], now: Any, before: Any) -> str:
        """Why a field is left as it is; empty where nothing speaks against it."""
        if not field.many and now != effect.after[field.name]:
            return _("{label} has been changed since", label=field.label)
        if self._is_gone(effect, field.name, before):
            return _("what {label} pointed at is not there any more", label=field.label)
        return ""

    # -- made by the unit: deleted ----------------------------------------------------------------------

    def _deleted(self) -> Iterator[Step | Clash]:
        changed, used = self._changed_since(), self._used()
        for key in reversed([key for key in self.effects if key in self.made]):
            effect = self.effects[key]
            step = Step("delete", *key, _title(effect.info, key[1], self.now[key]))
            if key in changed:
                yield Clash(step, "", _("it has been changed since"))
            elif key in used:
                yield Clash(step, "", _("{model} points at it", model=used[key]))
            else:
                yield step

    def _changed_since(self) -> set[Key]:
        """The records made by the unit that somebody has changed since; what only followed does not count."""
        history = self.unit.models.history
        found: set[Key] = set()
        for model, ids in self._by_model(sorted(self.made)).items():
            rows = self.unit._run(
                sa.select(history.c.record_id, history.c.changes, history.c.derived).where(
                    history.c.model == model,
                    among(history.c.record_id, ids, self.unit._dialect),
                    history.c.unit != self.which.unit,
                    history.c.id > self.which.first_row,
                )
            )
            found.update((model, row[0]) for row in rows if set(row[1]) - set(row[2].split(",")))
        return found

    def _used(self) -> dict[Key, str]:
        """Records made by the unit → the label of a model that points at them and is not undone too."""
        found: dict[Key, str] = {}
        for model, ids in self._by_model(sorted(self.made)).items():
            info = self.unit.models[model]
            for pointer in info.pointers:
                other = self.unit.models[pointer.model]
                if not other.history and pointer.on_delete == "clear":
                    continue  # a note about it, which stays without it
                column = other.table.c[pointer.field]
                rows = sa.select(other.table.c.id, column).where(points_at(self.unit, info, pointer, ids))
                for identity, kept in self.unit._run(rows):
                    target = int(kept.partition(",")[2]) if pointer.by_name else kept
                    mine = self.effects.get((other.name, identity))
                    if (other.name, identity) not in self.made and (mine is None or pointer.field not in mine.before):
                        found[model, target] = other.label
        return found


def _title(info: ModelInfo, identity: int, values: dict[str, Any]) -> str:
    text = values.get(info.title) if info.title else ""
    return str(text or f"{info.label} {identity}")
