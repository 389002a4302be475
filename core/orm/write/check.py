"""What must hold when the code asks to write, at a savepoint and at the end of the unit of work.

A select that happens to write never checks: code may pass through states that are not yet right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied
from core.i18n import _
from core.orm.access.declare import Action
from core.orm.filter import Condition
from core.orm.read.among import among
from core.orm.read.by_id import rule
from core.orm.records import Records
from core.orm.sequence import COMPANY
from core.orm.states.approval import void
from core.orm.variants import Keys, Variant
from core.orm.write.tree import Trees

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork


class Checks:
    """Python constraints to run, and rows that did not meet the rule on the new state when they were written."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit = unit
        self._constraints: dict[tuple[str, str], set[int]] = {}
        self._suspects: dict[tuple[str, Action], list[tuple[Env, set[int]]]] = {}
        self.trees = Trees(unit)
        self._keys: dict[tuple[tuple[str, str], ...], Keys] = {}
        self._approved: dict[str, dict[int, set[str]]] = {}
        self._asked: list[tuple[str, str]] = []

    def varied(self, field: Field[Any], env: Env) -> None:
        """Something was written that differs by language or company: constraints look at what is seen there as well."""
        if isinstance(field, Variant):
            keys = {**env._keys, field.varies: field.key}
            self._keys[tuple(keys.items())] = keys

    def note(self, model: str, method: str, ids: Iterable[int]) -> None:
        """Something changed that a constraint names: it will run on these records."""
        self._constraints.setdefault((model, method), set()).update(ids)

    def note_new(self, info: ModelInfo, ids: Sequence[int]) -> None:
        """Records were made: every constraint of their model will run on them."""
        for method, _paths in info.checks:
            self._constraints.setdefault((info.name, method), set()).update(ids)

    def changed(self, info: ModelInfo, changes: Mapping[int, Mapping[str, Any]]) -> None:
        """Values of records changed: requests for an approval that are about these will be void."""
        if info.lifecycle is not None and info.lifecycle.is_approved:
            noted = self._approved.setdefault(info.name, {})
            for identity, values in changes.items():
                noted.setdefault(identity, set()).update(values)

    def rule(
        self, env: Env, info: ModelInfo, action: Action, ids: Sequence[int], names: Iterable[str] | None = None
    ) -> None:
        """See which rows, as written, the environment could not have acted on; they must be right in the end.

        names: the fields that were written, where the environment could act on the rows as they were before.
        """
        if names is not None and not env._asks_for(action, info.name, names):
            return
        failing = self._failing(env, info, action, ids)
        if failing:
            self._suspects.setdefault((info.name, action), []).append((env, failing))

    def run(self) -> bool:
        """Run all checks. Raises Invalid or AccessDenied; says whether a constraint changed something."""
        models = self.unit.models
        self.trees.check()
        constraints, self._constraints = self._constraints, {}
        self._asked = list(constraints)
        for (model, method), ids in constraints.items():
            info = models[model]
            gone = self.unit._store.tombstones.get(model, ())
            there = sorted(identity for identity in ids if identity not in gone)
            for env in self._readers(info, method):
                for record in Records[Any](env._view(model), there):
                    getattr(info.cls, method)(record)
        approved, self._approved = self._approved, {}
        for model, changed in approved.items():
            void(self.unit, model, changed)
        if self.unit._pending.batches:
            return True
        suspects, self._suspects = self._suspects, {}
        for (model, action), found in suspects.items():
            info = models[model]
            for env, ids in found:
                failing = self._failing(env, info, action, sorted(ids))
                if failing:
                    self._refuse_company(env, info, sorted(failing))
                    if action == "create":
                        raise AccessDenied(_("You may not create {models} like this.", models=info.label_plural))
                    text = _("After this change you could no longer change the {model}; you may not do that.",
                             model=info.label)  # fmt: skip
                    raise AccessDenied(text)
        return False

    def _refuse_company(self, env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
        """Say so where the records are of a company that the reader does not see. Raises AccessDenied.

        The name of a company is told to those only who may read it.
        """
        field = info.fields.get("company")
        if field is None or field.target != COMPANY or not field.stored:
            return
        column = info.table.c.company
        statement = sa.select(column).where(among(info.table.c.id, ids, self.unit._dialect), column.is_not(None))
        foreign = set(self.unit._run(statement).scalars()) - set(env.company_ids)
        if not foreign:
            return
        companies = env[COMPANY]
        known = Condition(COMPANY, ("id",), "in", tuple(foreign))
        found = companies.values(["display_name"], known, limit=1) if companies.can("read") else ()
        if not found:
            raise AccessDenied(_("{models} cannot be of a company that you do not see.", models=info.label_plural))
        text = _("{models} cannot be of {company}: it is none of the companies whose records you see now. Choose it "
                 "among your companies, or let an administrator add it to your user first.",
                 models=info.label_plural, company=found[0]["display_name"])  # fmt: skip
        raise AccessDenied(text)

    @property
    def endless(self) -> str:
        """What to say where constraints change records again and again, each time what they look at themselves."""
        named = ", ".join(f"{model}.{method}" for model, method in self._asked)
        return f"These constraints change what they look at without an end: {named}. Let each accept what it wrote."

    def _readers(self, info: ModelInfo, method: str) -> list[Env]:
        """Those whose view of the records a constraint is asked of."""
        varied = self._keys.values() if method in info.varied_checks else ()
        return [self.unit.system_env(), *(self.unit.varied_env(keys) for keys in varied)]

    def _failing(self, env: Env, info: ModelInfo, action: Action, ids: Sequence[int]) -> set[int]:
        conditions = rule(env, info, action)
        if not conditions or not ids:
            return set()
        gone = self.unit._store.tombstones.get(info.name, set())
        table = info.table
        statement = sa.select(table.c.id).where(among(table.c.id, ids, self.unit._dialect), *conditions)
        return set(ids) - set(self.unit._run(statement).scalars()) - gone

    def clear(self) -> None:
        """Forget what came since a savepoint: at its start everything had been checked."""
        self._constraints.clear()
        self._keys.clear()
        self.trees.clear()
        self._suspects.clear()
        self._approved.clear()
