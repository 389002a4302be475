"""PastView: one environment's look at one model as it was. Records of the past read through it and never write.

Who may see a record of the past is who may see it now, in the present state, as for its history; for one
that is deleted the rule is asked of its last state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from core.errors import Refused, Restricted
from core.i18n import _
from core.orm.fields.aggregate import Aggregate, Sum
from core.orm.fields.base import Field
from core.orm.fields.number import Monetary
from core.orm.fields.reference import apart
from core.orm.files import File
from core.orm.filter import ALL
from core.orm.past.order import in_order
from core.orm.past.values import UNKNOWN
from core.orm.read.fetch import MOST, Some, fetch_all
from core.orm.records import Records
from core.orm.settle import in_currency
from core.orm.view import View

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.past.env import PastEnv
    from core.orm.registry import ModelInfo

INSTANT = timedelta(microseconds=1)


class PastView(View):
    """What an environment sees of a model as of a moment."""

    __slots__ = ("_hidden", "past", "visible")

    env: PastEnv

    def __init__(self, env: PastEnv, info: ModelInfo) -> None:
        self.env, self.info, self.cls = env, info, info.cls
        self.columns = {name: {} for name in info.fields if self.may_see(name)}
        self.variants = self._find_variants()
        self._free = False
        self.shown = set()  # nothing is answered past `read`
        self.past = env._past
        self.visible: set[int] = set()
        self._hidden: set[int] = set()

    # -- reading ----------------------------------------------------------------------------------

    def read(self, field: Field[Any], record: Model) -> Any:
        """The value that a field had. Raises Missing, AccessDenied, or Refused for what no history keeps."""
        if field.name not in self.columns:
            raise self.refusal(field.name)
        self._need(record)
        field = self.info.fields[field.name]
        column = self.columns[field.name]
        if record.id in column:
            return column[record.id]
        if field.stored:
            state = self.past.states[self.info.name][record.id]
            assert state is not None
            value = state.get(self.variants.get(field.name, ""))
            if value is None:
                value = state[field.name]
            if value is UNKNOWN:
                raise Refused(_("No copy is kept of what {label} was.", label=field.label))
        elif isinstance(field, Aggregate):
            value = self._figure(field, record)
        else:
            value = self._computed(field, record)
        column[record.id] = value
        return value

    def variant(self, name: str, record: Model) -> Any:
        """The value that exactly one variant had."""
        if name not in self.info.fields or not self.may_see(name):
            raise self.refusal(name)
        self._need(record)
        state = self.past.states[self.info.name][record.id]
        assert state is not None
        return state.get(self.kept_name(name))

    def _computed(self, field: Field[Any], record: Model) -> Any:
        assert field.compute is not None
        same: Model = (
            self.env.sudo()
            ._view(self.info.name)
            .cls(self.env.sudo()._view(self.info.name), record.id, Some((record.id,)))
        )
        function = field.compute.function
        found = function(Records(same._view, (same.id,)))[same.id] if field.compute.batch else function(same)
        value = field.derived(found)
        return in_currency(self.env._unit, field, same, value) if isinstance(field, Monetary) else value

    def _figure(self, field: Aggregate[Any], record: Model) -> Any:
        everybody = self.env.sudo()._view(self.info.name)
        members = everybody.members(self.info.fields[field.relation.name], record)
        if isinstance(field, Sum):
            return field.convert(sum(getattr(member, field.of) for member in members))
        return field.convert(len(members))

    def follow(self, field: Field[Any], record: Model, identity: int) -> Model:
        """The record that a many-to-one pointed at. Raises Restricted where the reader may not see it."""
        return self._pointed_at(field, field.target, identity)

    def follow_reference(self, field: Field[Any], record: Model, reference: str) -> Model:
        """The record that a reference pointed at. Raises Restricted where the reader may not see it."""
        return self._pointed_at(field, *apart(reference))

    def file(self, field: Field[Any], record: Model, identity: int) -> File:
        """The file that a field had: what is known of a file never changes."""
        return self.env.present._view(self.info.name).file(field, record, identity)

    def _pointed_at(self, field: Field[Any], model: str, identity: int) -> Model:
        target = self.env._view(model)
        found = target.cls(target, identity, Some((identity,)))
        if not target.sees(found):
            raise Restricted(_("{label} is restricted: you may not see that {model}.",
                               label=field.label, model=target.info.label))  # fmt: skip
        return found

    def members(self, field: Field[Any], record: Model) -> Records[Any]:
        """The records that a list held, those that the reader may see, in the order that they had."""
        if field.name not in self.columns:
            raise self.refusal(field.name)
        self._need(record)
        field = self.info.fields[field.name]
        owners = [identity for identity in self._set_of(record) if identity in self.visible]
        ids = self.past.members(self.info, field, owners)[record.id]
        target = self.env._view(field.target)
        target._look(ids)
        return Records(target, in_order(target, field, [identity for identity in ids if identity in target.visible]))

    def version(self, record: Model) -> int:
        """Versions are not kept in the history."""
        self._need(record)
        raise Refused(_("No version is known of a record of the past."))

    def sees(self, record: Model) -> bool:
        """Whether the record existed then and the reader may see it."""
        self._look(self._set_of(record))
        return record.id in self.visible

    def _need(self, record: Model) -> None:
        if record.id not in self.visible:
            self._look(self._set_of(record))
            if record.id not in self.visible:
                raise self.missing()

    def _set_of(self, record: Model) -> list[int]:
        return list(dict.fromkeys((record.id, *record._set.ids)))[:MOST]

    def _look(self, ids: Iterable[int]) -> None:
        """Learn which of these records existed then and may be seen."""
        wanted = [identity for identity in ids if identity not in self.visible and identity not in self._hidden]
        if not wanted:
            return
        if not self.info.history:
            raise Refused(_("No history is kept of {models}: nobody knows what they were.",
                            models=self.info.label_plural))  # fmt: skip
        states = self.past.load(self.info, wanted)
        alive = {identity for identity in wanted if states.get(identity) is not None}
        if not self.env.elevated:
            alive = self._allowed(alive)
        self.visible |= alive
        self._hidden.update(identity for identity in wanted if identity not in alive)

    def _allowed(self, ids: set[int]) -> set[int]:
        allowed = self.env._allowed("read", self.info.name)
        if allowed is None:
            raise self.denied("read")
        if allowed is ALL:
            return ids
        gone = self.past.gone.get(self.info.name, {})
        present = self.env.present._view(self.info.name)
        there = [identity for identity in ids if identity not in gone]
        fetch_all(present, there)
        seen = {identity for identity in there if identity in present.shown}
        return seen | {identity for identity in ids if identity in gone and self._met_last(identity, gone[identity])}

    def _met_last(self, identity: int, deleted_at: Any) -> bool:
        """Whether the reader could see a deleted record in its last state."""
        allowed = self.env._allowed("read", self.info.name)
        view = self.env.sudo().as_of(deleted_at - INSTANT)._view(self.info.name)
        record = view.cls(view, identity, Some((identity,)))
        return allowed is not None and view.sees(record) and allowed.matches(record)

    # -- writing: never -----------------------------------------------------------------------------

    def assign(self, record: Model, values: Mapping[str, object]) -> NoReturn:
        """Refused."""
        raise _unchangeable()

    def assign_all(self, ids: Iterable[int], values: Mapping[str, object]) -> NoReturn:
        """Refused."""
        raise _unchangeable()

    def expect(self, record: Model, version: int) -> NoReturn:
        """Refused."""
        raise _unchangeable()

    def delete(self, ids: Iterable[int]) -> NoReturn:
        """Refused."""
        raise _unchangeable()


def _unchangeable() -> Refused:
    return Refused(_("This is the past, which cannot change. Change the record as it is now."))
