"""From `_states` and the `@move`s of all parts of a model to its checked lifecycle."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError, nearest
from core.orm.fields.reference import Reference
from core.orm.fields.simple import Selection
from core.orm.mentions import check_mentions
from core.orm.probe import check_where
from core.orm.states.approval import REQUEST
from core.orm.states.carry import carry_out
from core.orm.states.declare import Declared, States
from core.orm.states.lifecycle import Demand, Lifecycle, MoveAt

if TYPE_CHECKING:
    from core.orm.compose import Part
    from core.orm.fields.base import Field
    from core.orm.model import Model
    from core.orm.registry import ModelInfo, Models

Found = list[tuple[type[Any], Declared]]


def lifecycle_of(cls: type[Model], parts: Sequence[Part], fields: Mapping[str, Field[Any]]) -> Lifecycle | None:
    """The lifecycle of a final class, whose moves are put on it; none where no part declares states."""
    said = _moves(cls)
    states = cls._states
    if states is None:
        for name, found in said.items():
            text = f"'{name}' of {cls._name} is a move, and the model declares no states"
            raise _mistake(parts, found[0], text, "write _states = States(field)")
        return None
    field, addon = _field(cls, parts, states, fields), _addon_of(parts, states)
    given = field.default if isinstance(field.default, str) else ""
    start = states.start or ((given,) if given else ())
    known = [value for value, _label in field.options]
    for state in start:
        _check_state(state, known, cls._name, states.where, addon)
    if not start:
        text = f"records of {cls._name} have no state to begin in"
        raise DeclarationError(text, addon=addon, where=states.where, hint="write States(field, start=…)")
    if given and given not in start:
        text = f"{cls._name}.{field.name} is '{given}' by default, which is no state to begin in"
        raise DeclarationError(text, addon=addon, where=field.where, hint=f"one of {', '.join(start)}")
    moves = {name: _move(cls, parts, name, found, known) for name, found in said.items()}
    for name, one in moves.items():
        _check_about(cls, fields, one)
        setattr(cls, name, _entry(cls, name))
    return Lifecycle(cls._name, field.name, tuple(field.options), field.label, start, moves)


def _moves(cls: type[Model]) -> dict[str, Found]:
    """Verb → what the classes say of it, the one that was loaded first at the beginning."""
    found: dict[str, Found] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, FunctionType) and (said := getattr(value, "_move", None)) is not None:
                found.setdefault(name, []).append((base, said))
    return found


def _field(cls: type[Model], parts: Sequence[Part], states: States, fields: Mapping[str, Field[Any]]) -> Selection:
    field, addon = fields.get(states.field), _addon_of(parts, states)
    if field is None:
        text = f"_states of {cls._name}: field '{states.field}' is not on {cls._name}"
        raise DeclarationError(text, addon=addon, where=states.where, hint=nearest(states.field, fields))
    if not isinstance(field, Selection) or not field.stored or field.is_computed or field.varies:
        text = f"_states of {cls._name}: '{field.name}' is no selection that is written, one for all"
        raise DeclarationError(text, addon=addon, where=states.where, hint="states are a fields.Selection")
    return field


def _move(cls: type[Model], parts: Sequence[Part], name: str, found: Found, known: Sequence[str]) -> MoveAt:
    starts = [place for place, (_base, said) in enumerate(found) if said.to]
    if not starts or starts[0] != 0:
        text = f"'{name}' of {cls._name} adds to a move that no class below declares"
        raise _mistake(parts, found[0], text, "write @move(from, to, roles=…)")
    if len(starts) > 1:
        text = f"'{name}' of {cls._name} is declared as a move already, at {found[0][1].where}"
        raise _mistake(parts, found[starts[1]], text, "write @move(also=…, roles=…, when=…) to add to it")
    function = getattr(cls, name)
    if len(inspect.signature(function).parameters) != 1:
        raise _mistake(parts, found[0], f"the move '{name}' of {cls._name} takes an argument", "a move has none")
    first = found[0][1]
    for base, said in found:
        for state in (*said.sources, *([said.to] if said.to else [])):
            _check_state(state, known, cls._name, said.where, _addon(parts, base))
        check_mentions(said.when, _addon(parts, base))
    sources = tuple(dict.fromkeys(state for _base, said in found for state in said.sources))
    roles = tuple(dict.fromkeys(role for _base, said in found for role in said.roles))
    if not roles:
        raise _mistake(parts, found[0], f"the move '{name}' of {cls._name} is for nobody", "name its roles: roles=…")
    if not first.sources or first.to in sources:
        text = f"the move '{name}' of {cls._name} leads from {', '.join(sources) or 'nowhere'} to {first.to}"
        raise _mistake(parts, found[0], text, "it starts from other states than the one that it leads to")
    return MoveAt(
        name,
        _last(said.label for _base, said in found) or name.replace("_", " ").capitalize(),
        sources,
        first.to,
        roles,
        tuple(Demand(said.when, said.why, said.where) for _base, said in found if said.when is not None),
        tuple(approval for _base, said in found for approval in said.approval),
        _last(said.ask for _base, said in found),
        any(said.main for _base, said in found),
        _last(said.icon for _base, said in found),
        first.where,
        _addon(parts, found[0][0]),
    )


def _last(texts: Iterable[str]) -> str:
    """The text that was given last; kept as it is, since it may be translatable."""
    found = ""
    for text in texts:
        found = text or found
    return found


def _check_state(state: str, known: Sequence[str], model: str, where: str, addon: str) -> None:
    if state not in known:
        text = f"{model} has no state '{state}'"
        raise DeclarationError(
            text, addon=addon, where=where, hint=nearest(state, known) or f"one of {', '.join(known)}"
        )


def _check_about(cls: type[Model], fields: Mapping[str, Field[Any]], one: MoveAt) -> None:
    for approval in one.approvals:
        for name in approval.about:
            if name not in fields:
                text = f"the approval of '{one.name}' is about '{name}', which is not on {cls._name}"
                raise DeclarationError(text, addon=one.addon, where=approval.where, hint=nearest(name, fields))
            if fields[name].many or not fields[name].stored:
                text = f"the approval of '{one.name}' is about '{name}', which no column of {cls._name} keeps"
                raise DeclarationError(text, addon=one.addon, where=approval.where, hint="compute it with store=True")


def _entry(cls: type[Model], name: str) -> Callable[[Any], object]:
    """What stands on the final class: it opens the move, and then does what the parts say."""
    below = getattr(cls, name)

    @wraps(below)
    def verb(self: Any) -> object:
        return carry_out(self, name, lambda: below(self))

    return verb


def _mistake(parts: Sequence[Part], one: tuple[type[Any], Declared], text: str, hint: str) -> DeclarationError:
    return DeclarationError(text, addon=_addon(parts, one[0]), where=one[1].where, hint=hint)


def _addon(parts: Sequence[Part], cls: type[Any]) -> str:
    return next((part.addon for part in parts if issubclass(part.cls, cls)), parts[-1].addon)


def _addon_of(parts: Sequence[Part], states: States) -> str:
    return next((part.addon for part in parts if part.cls._states is states), parts[0].addon)


# -- what is known only once all models are ------------------------------------------------------------------


def offer_approvals(infos: Mapping[str, ModelInfo]) -> None:
    """Let requests for an approval be about the records of every model that has moves which need one."""
    asked = [info for info in infos.values() if info.lifecycle is not None and info.lifecycle.is_approved]
    request = infos.get(REQUEST)
    if request is None:
        for info in asked:
            text = f"moves of {info.name} need an approval, and no enabled addon declares '{REQUEST}'"
            raise DeclarationError(text, addon=info.addon, where=info.cls._where, hint="depend on 'base'")
        return
    field = request.fields["record"]
    if isinstance(field, Reference):
        made = copy(field)
        made.models = tuple(info.name for info in asked)
        request.fields["record"] = made
        setattr(request.cls, "record", made)


def check_lifecycles(models: Models) -> None:
    """The roles of moves and approvals are declared, and what conditions ask for is there."""
    for info in models.values():
        for one in info.lifecycle.moves.values() if info.lifecycle is not None else ():
            for key, where in _roles(one):
                if key not in models.access.roles:
                    text = f"'{one.name}' of {info.name} is for the role '{key}', which no enabled addon declares"
                    hint = nearest(key, models.access.roles)
                    raise DeclarationError(text, addon=one.addon, where=where, hint=hint)
            for demand in one.demands:
                check_where(models, info, demand.when, demand.declared_at, one.addon)
            for approval in one.approvals:
                if approval.when is not None:
                    check_where(models, info, approval.when, approval.where, one.addon)


def _roles(one: MoveAt) -> Iterator[tuple[str, str]]:
    yield from ((key, one.declared_at) for key in one.roles)
    for approval in one.approvals:
        yield from ((key, approval.where) for key in approval.by)


__all__ = ["check_lifecycles", "lifecycle_of", "offer_approvals"]
