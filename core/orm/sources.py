"""What stored values read of other records: through many-to-ones, and beyond links that may be made anew.

Found once for all models from what computed fields declare; `core.orm.write.hold` locks these records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.orm.compute import dependencies_of

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo, Models


@dataclass
class Sources:
    """What is read of a record."""

    names: set[str] = field(default_factory=set)
    """Its own columns."""
    beyond: dict[str, Sources] = field(default_factory=dict)
    """Many-to-one → what is read of the record that it points at."""
    lists: bool = False
    """Whether a list of it is looked at, here or beyond: then its own columns do not tell whether something changed."""

    def add(self, other: Sources) -> None:
        """Take in what is read besides."""
        self.names |= other.names
        self.lists |= other.lists
        for relation, sources in other.beyond.items():
            self.beyond.setdefault(relation, Sources()).add(sources)


@dataclass
class Plan:
    """What is read beyond links, for all models of a registry."""

    links: dict[str, dict[str, Sources]] = field(default_factory=dict)
    """Model → many-to-one, or many-to-many → what stored values of any model read of a record that it leads to."""
    names: dict[str, set[str]] = field(default_factory=dict)
    """Model → the columns that are read of its records on the way to stored values of others."""


def plan_of(models: Models) -> Plan:
    """What stored values of these models read beyond links."""
    known = models.caches.setdefault("plan_of_sources", {})
    if not known:
        known[None] = _plan(models)
    found: Plan = known[None]
    return found


def sources_of(models: Models, info: ModelInfo, name: str) -> Sources:
    """What a computed field reads of its record and, through many-to-ones, of others."""
    known = models.caches.setdefault("sources", {})
    found: Sources | None = known.get((info.name, name))
    if found is None:
        found = known[info.name, name] = Sources()
        for path in dependencies_of(info, name):
            _follow(models, info, path, found)
    return found


def is_kept(models: Models, model: str, name: str) -> bool:
    """Whether a stored value follows from a field, at any distance; a computed field that is stored is one itself."""
    known: dict[tuple[str, str], bool] = models.caches.setdefault("kept", {})
    node = (model, name)
    if node not in known:
        item = models[model].fields.get(name)
        known[node] = item is not None and item.is_computed and item.stored  # also what a circle finds on its way
        if item is not None and not known[node]:
            known[node] = any(
                is_kept(models, after.model, after.field) for after in models.graph.triggers.get(node, ())
            )
    return known[node]


def _plan(models: Models) -> Plan:
    plan = Plan()
    for info in models.values():
        for item in info.fields.values():
            if item.is_computed and is_kept(models, info.name, item.name):
                _name(models, plan, info, Sources(beyond=sources_of(models, info, item.name).beyond))
                for path in dependencies_of(info, item.name):
                    _add_links(models, plan, info, path)
    for model, links in plan.links.items():
        for relation, sources in links.items():
            _name(models, plan, models[models[model].fields[relation].target], sources)
    return plan


def _add_links(models: Models, plan: Plan, info: ModelInfo, path: tuple[str, ...]) -> None:
    for place, step in enumerate(path):
        item = info.fields.get(step)
        if item is None or not item.target:
            return
        if item.kind == "one2many":
            plan.names.setdefault(item.target, set()).add(item.inverse)
        after = path[place + 1 :]
        if after:
            for model, relation in _links(info, item):
                sources = plan.links.setdefault(model, {}).setdefault(relation, Sources())
                _follow(models, models[item.target], after, sources)
        info = models[item.target]


def _links(info: ModelInfo, item: Field[Any]) -> Iterator[tuple[str, str]]:
    """Where it is kept which records a relation leads to: (model, field)."""
    if (through := info.throughs.get(item.name)) is not None:
        yield through.info.name, through.far
    if item.kind == "many2many" or is_followed(item):
        yield info.name, item.name


def is_followed(item: Field[Any]) -> bool:
    """Whether a field is a many-to-one that leads everyone to the same record."""
    return item.kind == "many2one" and item.stored and not item.varies


def _follow(models: Models, info: ModelInfo, path: tuple[str, ...], sources: Sources) -> None:
    passed = [sources]
    for place, step in enumerate(path):
        item = info.fields.get(step)
        if item is None:
            return
        if item.many or (item.is_computed and not item.stored and sources_of(models, info, step).lists):
            for each in passed:
                each.lists = True
        if item.many:
            return
        if item.is_computed and not item.stored:
            sources.add(sources_of(models, info, step))
        elif item.stored and not item.varies:
            sources.names.add(step)
        if not is_followed(item) or place + 1 == len(path):
            return
        sources, info = sources.beyond.setdefault(step, Sources()), models[item.target]
        passed.append(sources)


def _name(models: Models, plan: Plan, info: ModelInfo, sources: Sources) -> None:
    names = {*sources.names, *sources.beyond}
    if names:
        plan.names.setdefault(info.name, set()).update(names)
    for relation, beyond in sources.beyond.items():
        _name(models, plan, models[info.fields[relation].target], beyond)
