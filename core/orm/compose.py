"""Composition: from the parts that addons declare to final classes, tables and one graph.

    core Model
      └── crm.Lead                part "crm.lead" of crm
            ├── sales.Lead        part of sales, extends it
            └── care.Lead         part of care, extends it too

    final class of crm.lead = type("Lead", (care.Lead, sales.Lead), {})

Only leaves are bases, the last loaded first, so that what was loaded later overrides and `super()` walks
on to the other parts. With every part as a base most orders of parallel parts have no MRO.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from core.errors import DeclarationError
from core.orm.access.declare import Access, Rule
from core.orm.access.table import AccessTable
from core.orm.checks import check_declarations, check_overrides
from core.orm.compute import Graph, dependencies_of, names_of
from core.orm.constraints import DatabaseConstraint
from core.orm.fields.base import Field
from core.orm.fields.relation import Many2one
from core.orm.filter import Condition, Filter
from core.orm.model import Model, ModelMeta
from core.orm.registry import ModelInfo, Models, Pointer
from core.orm.schema import add_tables
from core.orm.tables import HISTORY_TRIGGERS, history_table

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


def _modules_below(package: ModuleType) -> list[ModuleType]:
    paths = getattr(package, "__path__", None)
    if paths is None:
        return []
    names = sorted(found.name for found in pkgutil.walk_packages(paths, f"{package.__name__}."))
    return [importlib.import_module(name) for name in names]


def compose_models(parts: Sequence[Part], access: Sequence[Access] = ()) -> Models:
    """The models of these parts, given in load order. Raises DeclarationError for what cannot be composed."""
    grouped: dict[str, list[Part]] = {}
    for part in parts:
        grouped.setdefault(part.cls._name, []).append(part)
    infos = {name: _info(name, members) for name, members in grouped.items()}
    metadata = sa.MetaData(naming_convention={"ix": "ix_%(column_0_label)s"})
    models = Models(infos, metadata, HISTORY_TRIGGERS)
    check_declarations(models)
    for info in infos.values():
        for field in info.fields.values():
            if isinstance(field, Many2one):
                infos[field.target].pointers.append(Pointer(info.name, field.name, field.on_delete))
    models.graph = Graph(models)
    for (model, name), rank in models.graph.rank.items():
        infos[model].ranks[name] = rank
    _add_guards(models)
    add_tables(models)
    history_table(metadata)
    models.access = AccessTable([*access, *_company_rules(infos.values())], models)
    return models


def _info(name: str, parts: list[Part]) -> ModelInfo:
    cls = _final_class(name, parts)
    fields = cls.declared_fields()
    owners = {id(value): part.addon for part in parts for value in vars(part.cls).values() if isinstance(value, Field)}
    check_overrides(name, parts)
    first = parts[0].cls
    constraints: list[DatabaseConstraint] = []
    checks: dict[str, tuple[tuple[str, ...], ...]] = {}
    for base in reversed(cls.__mro__):
        constraints += [item for item in vars(base).get("_constraints", ()) if item not in constraints]
        for key, value in vars(base).items():
            if hasattr(value, "_constrains"):
                checks[key] = tuple(names_of(dependency) for dependency in value._constrains)
    label = cls._label or first.__name__
    return ModelInfo(
        name=name,
        cls=cls,
        addon=parts[0].addon,
        label=label,
        label_plural=cls._label_plural or f"{label}s",
        title=cls._title if cls._title in fields else "",
        order=tuple(cls._order),
        fields=fields,
        field_addons={key: owners.get(id(value), parts[0].addon) for key, value in fields.items()},
        history=cls._history,
        constraints=tuple(constraints),
        checks=tuple(checks.items()),
    )


def _final_class(name: str, parts: list[Part]) -> type[Model]:
    classes = [part.cls for part in parts]
    leaves = [cls for cls in classes if not any(other is not cls and issubclass(other, cls) for other in classes)]
    namespace: dict[str, Any] = {"__slots__": (), "_where": parts[0].cls._where, "__doc__": parts[0].cls.__doc__}
    try:
        cls: Any = ModelMeta(parts[0].cls.__name__, tuple(reversed(leaves)), namespace)
    except TypeError as error:
        addons = ", ".join(f"{part.addon} ({part.cls._where})" for part in parts)
        raise DeclarationError(
            f"the parts of {name} cannot be put in an order of inheritance: {addons}",
            addon=parts[-1].addon,
            where=parts[-1].cls._where,
            hint=f"let each part subclass the one class that declares {name} ({error})",
        ) from error
    final: type[Model] = cls
    return final


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
    return [
        Rule(info.cls, _in_companies(info.name))
        for info in infos
        if "company" in info.fields and info.fields["company"].target == COMPANY
    ]


def _in_companies(model: str) -> Any:
    def where(env: Any) -> Filter:
        unset = Condition(model, ("company",), "=", None)
        return Condition(model, ("company",), "in", tuple(env.company_ids)) | unset

    return where
