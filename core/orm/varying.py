"""Which values differ by language or by company, found while composing; and what cannot differ is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.compute import dependencies_of
from core.orm.constraints import Check, Unique
from core.orm.fields.aggregate import Sum
from core.orm.fields.base import Field
from core.orm.fields.number import Monetary
from core.orm.fields.relation import One2many
from core.orm.variants import AXES, COMPANY, LANGUAGE, named

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Models

UNFIT = ("binary", "image", "reference", "one2many", "many2many")
"""Kinds whose values are kept elsewhere than in one column with a foreign key."""
COMPANIES = "res.company"


def name_variants(models: Models) -> None:
    """Let the variants of fields be found by their names, and refuse fields that cannot have any."""
    for info in models.values():
        info.fields = named(info.fields)
        for field in info.fields.values():
            if field.varies and not field.via:
                for problem, hint in _problems(models, info, field):
                    text = f"{info.name}.{field.name} differs by {field.varies}, {problem}"
                    raise DeclarationError(text, addon=info.field_addons[field.name], where=field.where, hint=hint)


def find_varying(models: Models) -> None:
    """Find for each model the fields that readers see differently: by what is declared, and by what they follow from.

    Raises DeclarationError for a stored value that would follow from what differs: it is the same for all.
    """
    for info in models.values():
        info.varying = {name: (field.varies,) for name, field in info.fields.items() if field.varies and not field.via}
    nodes = [(info, field) for info in models.values() for field in info.fields.values() if field.is_computed]
    for info, field in sorted(nodes, key=lambda node: models.graph.rank[node[0].name, node[1].name]):
        axes = {axis: step for path in dependencies_of(info, field.name) for axis, step in _met(models, info, path)}
        if axes and field.stored:
            axis, step = next(iter(axes.items()))
            raise DeclarationError(
                f"{info.name}.{field.name} is stored, the same for everybody, and follows from {step}, which differs "
                f"by {axis}",
                addon=info.field_addons[field.name],
                where=field.compute.where if field.compute else field.where,
                hint="leave out store=True, so that each reader gets what follows from what they see",
            )
        if axes:
            info.varying[field.name] = tuple(axis for axis in AXES if axis in axes)
    for info in models.values():
        info.varied_checks = frozenset(
            method for method, paths in info.checks for path in paths if any(_met(models, info, path))
        )
        info.varied_order = any(_met(models, info, tuple(name.lstrip("-").split("."))) for name in info.ordering)


def _met(models: Models, info: ModelInfo, path: tuple[str, ...]) -> list[tuple[str, str]]:
    """(axis, the field that differs by it) of all that stands on a path; of relations at its end, what names them."""
    found: list[tuple[str, str]] = []
    at = info
    for step in models.through(info.name, path):
        found += [(axis, f"{at.name}.{step}") for axis in at.varying.get(step, ())]
        field = at.fields.get(step)
        if field is None or not field.target:
            break
        at = models[field.target]
    return found


def _problems(models: Models, info: ModelInfo, field: Field[Any]) -> Iterator[tuple[str, str]]:
    name = field.name
    if field.kind in UNFIT:
        yield f"which a {field.kind} cannot", "keep it on records of a model of its own, with a language or company"
    if field.is_computed:
        yield "and is computed", "a computed value differs by itself where what it follows from does"
    if field.varies == COMPANY and COMPANIES not in models:
        yield f"and no enabled addon declares '{COMPANIES}'", "depend on 'base'"
    if field.delegate or name == info.parent:
        yield "and makes the record what it is, the same for everybody", "leave out company_dependent=True"
    if field.varies == COMPANY and name == "company":
        yield "and says which company the record belongs to", "leave out company_dependent=True"
    if getattr(field, "on_delete", "") in ("delete", "archive"):
        yield (
            f"so deleting what it points at for one company cannot {field.on_delete} the record of all",  # type: ignore[attr-defined]
            "on_delete='clear' or 'refuse'",
        )
    for other in info.fields.values():
        if isinstance(other, Monetary) and other.currency == name:
            yield f"and is the currency of {other.name}", "leave out company_dependent=True"
    for model in models.values():
        for other in model.fields.values():
            if isinstance(other, One2many) and other.target == info.name and name in (other.inverse, other.sequence):
                yield f"and makes the list {model.name}.{other.name}", "leave out company_dependent=True"
            if isinstance(other, Sum) and other.of == name and model.fields[other.relation.name].target == info.name:
                yield f"and is added up by {model.name}.{other.name}", "add it up in a computed field"
        for through in model.throughs.values():
            if through.info is info and name in (through.near, through.far):
                yield f"and is the end of a link of {model.name}", "leave out company_dependent=True"
    for constraint in info.constraints:
        # The unique name of a tag is the one in the main language; a number that companies share is nobody's own.
        if isinstance(constraint, Unique) and name in constraint.names and field.varies != LANGUAGE:
            yield "so the database cannot keep it unique", "check it in a @constraint"
        if isinstance(constraint, Check) and field.column_name() in constraint.words():
            yield f"so the Check '{constraint.name}' would hold for one value of several", "check it in a @constraint"
