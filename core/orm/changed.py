"""Changed: what a unit of work has changed of the models that addons listen to, told to them before it commits.

    write ─► history ─► noted, where somebody listens to the model
    end of the unit ─► all that was noted since the last time, as one batch ─► `records_changed` of each addon

Addons say once in each unit that writes which models they want to hear of (`records_watched`); where none does, nothing
is noted. Savepoints that are rolled back take what was noted in them along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork

Values = Mapping[str, tuple[Any, Any]]
"""Field → (before, after)."""


@dataclass
class ModelChanges:
    """What happened to the records of one model, each counted once.

    created: ids of new ones. changed: id → field → (before, after), of new ones too; what is back at its first value is
    left out.
    """

    created: set[int] = field(default_factory=set)
    changed: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict)


class Changed:
    """What has been noted so far, in order. A place in it is a number; `start` is where the last telling ended."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._watched: frozenset[str] | None = None
        self._noted: list[tuple[str, str, int, Values]] = []
        self.start = 0
        self.is_whole = False
        """Whether everything is noted for now, also of models that nobody listens to: to tell what somebody did."""

    def ask(self) -> None:
        """Learn, once, which models somebody listens to; before the unit writes for the first time."""
        if self._watched is None:
            self._watched = frozenset()
            env, hooks = self._unit.system_env(), self._unit.hooks
            if hooks is not None:
                found = hooks.records_watched(env=env)
                self._watched = frozenset(model for models in found for model in models)

    def hears(self, info: ModelInfo) -> bool:
        """Whether anybody listens to a model."""
        return self.is_whole or (bool(self._watched) and info.name in (self._watched or ()))

    def note(self, info: ModelInfo, action: str, changes: Iterable[tuple[int, Values]]) -> None:
        """Note what was written: (id, field → (before, after))."""
        self._noted.extend((info.name, action, identity, values) for identity, values in changes)

    @property
    def place(self) -> int:
        """Where the next change will be noted."""
        return len(self._noted)

    def back_to(self, place: int) -> None:
        """Forget what was noted since a place: a savepoint has taken it back."""
        del self._noted[place:]
        self.start = min(self.start, place)

    def since(self, place: int) -> dict[str, ModelChanges]:
        """Model → what happened to its records since a place; records that are gone are not among them."""
        found: dict[str, ModelChanges] = {}
        for model, action, identity, values in self._noted[place:]:
            changes = found.setdefault(model, ModelChanges())
            if action == "delete":
                changes.created.discard(identity)
                changes.changed.pop(identity, None)
                continue
            if action == "create":
                changes.created.add(identity)
            merged = changes.changed.setdefault(identity, {})
            for name, (before, after) in values.items():
                first = merged[name][0] if name in merged else before
                if first == after and identity not in changes.created:
                    merged.pop(name, None)
                else:
                    merged[name] = (first, after)
        return {model: changes for model, changes in found.items() if _is_any(changes)}


def _is_any(changes: ModelChanges) -> bool:
    changes.changed = {
        identity: values for identity, values in changes.changed.items() if values or identity in changes.created
    }
    return bool(changes.changed)
