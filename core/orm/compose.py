"""Composition: from the parts that addons declare to final classes, tables and one graph."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from core.orm.access.declare import Access, Rule
from core.orm.access.table import AccessTable
from core.orm.checks import check_declarations, check_overrides
from core.orm.compute import Graph, dependencies_of, names_of
from core.orm.constraints import DatabaseConstraint
from core.orm.delegate import add_delegated, add_guards
from core.orm.fields.base import Field
from core.orm.fields.binary import Binary
from core.orm.fields.reference import Reference, models_of
from core.orm.fields.relation import Many2one, One2many
from core.orm.files import ATTACHMENT
from core.orm.filter import Condition, Filter
from core.orm.inherit import final_class, own_text, owners
from core.orm.model import Model, ModelMeta
from core.orm.naming import check_companies, check_naming
from core.orm.options import put_together
from core.orm.precision import widen
from core.orm.registry import ModelInfo, Models, Pointer
from core.orm.schema import add_tables
from core.orm.states.compose import lifecycle_of, offer_approvals
from core.orm.tables import HISTORY_TRIGGERS, SEAL_TRIGGERS, history_table, seal_table, unit_table, working_tables
from core.orm.through import find_throughs
from core.orm.varying import find_varying, name_variants

COMPANY = "res.company"
"""The model whose records separate the rows of others: one that has a `company` gets a rule."""


@dataclass(frozen=True)
class Part:
    """One addon's class for a model."""

    addon: str
    cls: type[Model]


def collect_parts(addon: str, package: ModuleType) -> list[Part]:
    """All model classes that the modules of an addon's `models` package define, in the order of the source."""
    found: list[Part] = []
    for module in [package, *_modules_below(package)]:
        for value in vars(module).values():
            if isinstance(value, ModelMeta) and value._name and value.__module__ == module.__name__:
                found.append(Part(addon, value))  # type: ignore[arg-type]
    return found


def collect_nameless(addon: str, package: ModuleType) -> list[Part]:
    """The classes of these modules that have fields of their own and no name: mixins, or models without one."""
    return [
        Part(addon, value)  # type: ignore[arg-type]
        for module in [package, *_modules_below(package)]
        for value in vars(module).values()
        if isinstance(value, ModelMeta)
        and not value._name
        and value.__module__ == module.__name__
        and any(isinstance(item, Field) for item in vars(value).values())
    ]


def _modules_below(package: ModuleType) -> list[ModuleType]:
    paths = getattr(package, "__path__", None)
    if paths is None:
        return []
    names = sorted(found.name for found in pkgutil.walk_packages(paths, f"{package.__name__}."))
    return [importlib.import_module(name) for name in names]


def compose_models(
    parts: Sequence[Part], access: Sequence[Access] = (), digits: Mapping[str, int] | None = None
) -> Models:
    """The models of these parts, given in load order. Raises DeclarationError for what cannot be composed.

    digits: named precision → digits after the point, where one database has more of them than are declared.
    """
    grouped: dict[str, list[Part]] = {}
    for part in parts:
        grouped.setdefault(part.cls._name, []).append(part)
    infos = {name: _info(name, members, digits or {}) for name, members in grouped.items()}
    metadata = sa.MetaData(naming_convention={"ix": "ix_%(column_0_label)s"})
    models = Models(infos, metadata, (*HISTORY_TRIGGERS, *SEAL_TRIGGERS))
    models.delegating = add_delegated(infos)
    offer_approvals(infos)
    check_declarations(models)
    check_companies(models)
    find_throughs(models)
    name_variants(models)
    models.searching = any(
        field.compute is not None and field.compute.search is not None
        for info in infos.values()
        for field in info.fields.values()
    )
    _name_ways(models)
    for info in infos.values():
        info.ordering.update(name.lstrip("-") for name in info.order)
        for field in info.fields.values():
            if isinstance(field, One2many):
                infos[field.target].ordering.update(name.lstrip("-") for name in field.order)
            if isinstance(field, Many2one) and not field.via:
                infos[field.target].pointers.append(Pointer(info.name, field.name, field.on_delete))
            elif isinstance(field, Binary) and not field.via:
                then = "refuse" if field.required else "clear"
                infos[ATTACHMENT].pointers.append(Pointer(info.name, field.name, then))
            elif isinstance(field, Reference) and not field.via:
                for target in models_of(field, models):
                    infos[target].pointers.append(Pointer(info.name, field.name, field.on_delete, by_name=True))
    models.graph = Graph(models)
    for (model, name), rank in models.graph.rank.items():
        infos[model].ranks[name] = rank
    find_varying(models)
    _add_guards(models)
    add_guards(models)
    add_tables(models)
    history_table(metadata)
    unit_table(metadata)
    seal_table(metadata)
    working_tables(metadata)
    models.access = AccessTable([*access, *_company_rules(infos.values())], models)
    return models


def _info(name: str, parts: list[Part], digits: Mapping[str, int]) -> ModelInfo:
    check_overrides(parts)
    cls = final_class(name, parts)
    fields = cls.declared_fields()
    put_together(cls, fields)
    widen(cls, fields, digits)
    lifecycle = lifecycle_of(cls, parts, fields)
    addons = owners(parts, list(fields))
    check_naming(name, fields.values(), addons)
    first = parts[0].cls
    constraints: list[DatabaseConstraint] = []
    checks: dict[str, tuple[tuple[str, ...], ...]] = {}
    for base in reversed(cls.__mro__):
        constraints += [item for item in vars(base).get("_constraints", ()) if item not in constraints]
        for key, value in vars(base).items():
            if hasattr(value, "_constrains"):
                checks[key] = tuple(names_of(dependency) for dependency in value._constrains)
    label = own_text(cls, name, "_label") or first.__name__
    return ModelInfo(
        name=name,
        cls=cls,
        addon=parts[0].addon,
        label=label,
        label_plural=own_text(cls, name, "_label_plural") or f"{label}s",
        title=cls._title if cls._title in fields else "",
        order=tuple(cls._order),
        fields=fields,
        field_addons=addons,
        history=cls._history,
        parent=cls._parent,
        constraints=tuple(constraints),
        checks=tuple(checks.items()),
        lifecycle=lifecycle,
    )


def _name_ways(models: Models) -> None:
    """Let computed fields and constraints depend on the real place of what they name by a delegated field."""
    for info in models.values() if models.delegating else ():
        for name, field in info.fields.items():
            declared = field.dependencies
            ways = tuple(models.through(info.name, path) for path in declared)
            if ways != declared:
                info.ways[name] = ways
        info.checks = tuple(
            (method, tuple(models.through(info.name, path) for path in paths)) for method, paths in info.checks
        )


def _add_guards(models: Models) -> None:
    """A computed field takes the roles of what it depends on, unless it states its own."""
    for model, name in sorted(
        ((info.name, field.name) for info in models.values() for field in info.fields.values()),
        key=lambda node: models.graph.rank.get(node, 0),
    ):
        info = models[model]
        field = info.fields[name]
        if field.roles != ():
            info.guards[name] = (field.roles,)
        elif field.is_computed:
            found: dict[tuple[str, ...] | None, None] = {}
            for path in dependencies_of(info, name):
                at = info
                for step in path:
                    found.update(dict.fromkeys(at.guards.get(step, ())))
                    target = at.fields[step].target if step in at.fields else ""
                    at = models[target] if target else at
            if found:
                info.guards[name] = tuple(found)


def _company_rules(infos: Iterable[ModelInfo]) -> list[Rule]:
    """A rule for each model with a `company`: its records are seen in that company, or in all where unset."""
    rules = [
        Rule(info.cls, _in_companies(info.name))
        for info in infos
        if "company" in info.fields and info.fields["company"].target == COMPANY
    ]
    for rule in rules:
        rule.declared_at = "for every model that has a company"
    return rules


def _in_companies(model: str) -> Any:
    def where(env: Any) -> Filter:
        unset = Condition(model, ("company",), "=", None)
        return Condition(model, ("company",), "in", tuple(env.company_ids)) | unset

    return where
