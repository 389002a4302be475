"""What composition refuses: each mistake is one message with addon, file, line and the nearest right name."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError, nearest
from core.orm.archived import ACTIVE
from core.orm.compute import dependencies_of
from core.orm.constraints import Check
from core.orm.fields.aggregate import Aggregate, Sum
from core.orm.fields.base import BadValue, Field
from core.orm.fields.binary import Binary
from core.orm.fields.kinds import EXACT
from core.orm.fields.number import Decimal, Monetary, Numeric
from core.orm.fields.reference import Reference
from core.orm.fields.relation import Many2many, One2many
from core.orm.files import ATTACHMENT
from core.orm.inherit import overridden
from core.orm.model import Model
from core.orm.path import RESERVED
from core.orm.types import PRECISION
from core.orm.where import of_code

if TYPE_CHECKING:
    from core.orm.compose import Part
    from core.orm.registry import ModelInfo, Models

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
OWN_NAMES = RESERVED | {name for name in vars(Model) if not name.startswith("_")} | {"id", "row_version"}


def check_overrides(parts: list[Part]) -> None:
    """The parts extend the first one; methods over those of another addon call `super()`, or its work is lost."""
    first = parts[0]
    for part in parts:
        if not NAME.fullmatch(part.cls._name):
            raise DeclarationError(
                f"_name = '{part.cls._name}' is no name of a model",
                addon=part.addon,
                where=part.cls._where,
                hint="write area.noun in small letters, such as 'crm.lead'",
            )
        if not issubclass(part.cls, first.cls):
            raise DeclarationError(
                f"{part.cls._name} is declared by addon '{first.addon}' already, at {first.cls._where}",
                addon=part.addon,
                where=part.cls._where,
                hint="subclass that class to extend the model, or choose another _name",
            )
    for part, name, function, below, addon in overridden(parts):
        if "super" not in function.__code__.co_names:
            raise DeclarationError(
                f"{part.cls.__name__}.{name} overrides what addon '{addon}' does "
                f"({of_code(below.__code__)}) and never calls super().{name}()",
                addon=part.addon,
                where=of_code(function.__code__),
                hint=f"call super().{name}(), so that the other parts of {part.cls._name} still do their work",
            )


def check_nameless(parts: Sequence[Part], nameless: Sequence[Part]) -> None:
    """A class without a name is a mixin of some model; one of none is a model whose `_name` was forgotten."""
    for item in nameless:
        if not any(issubclass(part.cls, item.cls) for part in parts):
            raise DeclarationError(
                f"class {item.cls.__name__} has fields and no _name, and no model builds on it",
                addon=item.addon,
                where=item.cls._where,
                hint='give it a _name = "area.noun"; a mixin that only other addons use belongs outside of models/',
            )


def check_declarations(models: Models) -> None:
    """Every name that one declaration uses of another exists and is of the kind that is needed."""
    _check_links(models)
    for info in models.values():
        for field in info.fields.values():
            for problem, hint in () if field.via else _problems(models, info, field):
                raise DeclarationError(problem, addon=info.field_addons[field.name], where=field.where, hint=hint)
        if not info.title and info.cls._title != Model._title:
            text = f"_title of {info.name}: field '{info.cls._title}' is not on {info.name}"
            hint = nearest(info.cls._title, info.fields)
            raise DeclarationError(text, addon=info.addon, where=info.cls._where, hint=hint)
        if info.title and not (info.fields[info.title].stored or info.fields[info.title].via_stored):
            text = f"_title of {info.name} is '{info.title}', which no column keeps"
            raise DeclarationError(text, addon=info.addon, where=info.cls._where, hint="compute it with store=True")
        _check_conditions(info)
        if info.parent:
            _check_tree(info)
        for name in (part.lstrip("-") for part in info.order):
            _walk(models, info, tuple(name.split(".")), info.cls._where, f"_order of {info.name}")
        for name, paths in info.checks:
            for path in paths:
                where = of_code(getattr(info.cls, name).__code__)
                _walk(models, info, path, where, f"@constraint on {info.cls.__name__}.{name}")


def check_roles(models: Models) -> None:
    """A field is kept for roles that there are: a misspelt one would hide it from everybody."""
    for info in models.values():
        for field in info.fields.values():
            for role in field.roles or ():
                if role not in models.access.roles:
                    raise DeclarationError(
                        f"{info.name}.{field.name} is for the role '{role}', which no enabled addon declares",
                        addon=info.field_addons[field.name],
                        where=field.where,
                        hint=nearest(role, models.access.roles),
                    )


def _check_conditions(info: ModelInfo) -> None:
    """The SQL of each Check is one that a database takes: asked of an empty table with the same columns."""
    conditions = [item for item in info.constraints if isinstance(item, Check)]
    if not conditions:
        return
    columns = ["id", *(column.name for field in info.stored for column in field.columns(""))]
    with closing(sqlite3.connect(":memory:")) as probe:
        quoted = ", ".join(f'"{column}"' for column in columns)
        probe.execute(f"CREATE TABLE probe ({quoted})")
        for item in conditions:
            try:
                probe.execute(f"SELECT 1 FROM probe WHERE ({item.condition})")
            except sqlite3.Error as error:
                unknown = re.match(r"no such column: (.+)", str(error))
                hint = nearest(unknown[1], columns) if unknown else "write SQL that SQLite and PostgreSQL both take"
                text = f"Check '{item.name}' of {info.name}, {item.condition!r}: {error}"
                raise DeclarationError(text, addon=info.addon, where=item.where, hint=hint) from error


def _check_links(models: Models) -> None:
    """A link table that two lists share joins the same two models, read from its two ends."""
    known: dict[str, tuple[tuple[str, str], ModelInfo, Field[Any]]] = {}
    for info in models.values():
        for field in info.fields.values():
            if isinstance(field, Many2many) and not field.via and not field.through:
                ends = (field.target, info.name) if field.flipped else (info.name, field.target)
                name = field.link_table(info.name)
                before, other, shared = known.setdefault(name, (ends, info, field))
                if before != ends:
                    raise DeclarationError(
                        f"{info.name}.{field.name} and {other.name}.{shared.name} cannot share the link table "
                        f"'{name}': they do not join the same models",
                        addon=info.field_addons[field.name],
                        where=field.where,
                        hint="give each a relation of its own, or declare one of them flipped",
                    )


def _check_tree(info: ModelInfo) -> None:
    field = info.fields.get(info.parent)
    if field is None or field.kind != "many2one" or field.target != info.name or not field.stored or field.is_computed:
        raise DeclarationError(
            f"_parent of {info.name} is '{info.parent}', which is no many-to-one to {info.name} itself",
            addon=info.addon,
            where=info.cls._where,
            hint=nearest(info.parent, [name for name, item in info.fields.items() if item.target == info.name]),
        )
    if field.required:
        raise DeclarationError(f"{info.name}.{info.parent} is required, so no tree of {info.name} has a root",
                               addon=info.addon, where=field.where)  # fmt: skip


def _problems(models: Models, info: ModelInfo, field: Field[Any]) -> Iterator[tuple[str, str]]:
    if field.name in OWN_NAMES:
        yield f"a field cannot be called '{field.name}': every record has that name already", "choose another name"
    if field.target and field.target not in models:
        yield (
            f"{info.name}.{field.name} points at '{field.target}', which no enabled addon declares",
            nearest(field.target, models) or "does the manifest depend on the addon that declares it?",
        )
        return
    if isinstance(field, Binary) and ATTACHMENT not in models:
        yield f"{info.name}.{field.name} holds files, and no enabled addon declares '{ATTACHMENT}'", "depend on 'base'"
    for model in field.models if isinstance(field, Reference) else ():
        if model not in models:
            text = f"{info.name}.{field.name} may point at '{model}', which no enabled addon declares"
            yield text, nearest(model, models)
    if getattr(field, "on_delete", "") == "archive":
        active = info.fields.get(ACTIVE)
        if active is None or active.kind != "boolean" or not active.stored:
            text = f"{info.name}.{field.name} archives its record, which has no field '{ACTIVE}'"
            yield text, f"add {ACTIVE} = fields.Boolean(default=True)"
    if getattr(field, "on_delete", "") in ("archive", "clear") and field.required:
        yield f"{info.name}.{field.name} is required, so it cannot be cleared", "on_delete='refuse' or 'delete'"
    if isinstance(field, One2many):
        for name in () if field.sequence else (part.lstrip("-") for part in field.order):
            target, addon = models[field.target], info.field_addons[field.name]
            _walk(models, target, tuple(name.split(".")), field.where, f"order of {info.name}.{field.name}", addon)
        back = models[field.target].fields.get(field.inverse)
        if back is None:
            hint = nearest(field.inverse, models[field.target].fields)
            yield f"{info.name}.{field.name}: its inverse '{field.inverse}' is not on {field.target}", hint
        elif back.kind != "many2one" or back.target != info.name:
            yield f"{info.name}.{field.name}: {field.target}.{field.inverse} is no many-to-one to {info.name}", ""
        elif back.is_computed:
            # Whose lists a settled relation leaves and enters is known only once it is settled: too late for who reads.
            yield (
                f"{info.name}.{field.name}: its inverse {field.target}.{field.inverse} is computed",
                "search for the records by that field, or let the list follow one that is written",
            )
        place = models[field.target].fields.get(field.sequence)
        if field.sequence and (place is None or place.kind != "integer" or place.is_computed or not place.stored):
            numbers = [item.name for item in models[field.target].stored if item.kind == "integer"]
            hint = nearest(field.sequence, numbers)
            yield f"{info.name}.{field.name} is ordered by '{field.sequence}', no whole number of {field.target}", hint
    if field.default is not None and not callable(field.default) and not field.target:
        try:
            field.convert(field.default)
        except BadValue as error:
            yield f"the default of {info.name}.{field.name} {error.reason}", ""
    if isinstance(field, Numeric) and not field.is_computed:
        yield from _bound_problems(info, field)
    if isinstance(field, Decimal) and not 0 <= field.digits < PRECISION:
        yield f"{info.name}.{field.name} keeps {field.digits} decimals", f"from 0 to {PRECISION - 1} fit"
    if isinstance(field, Many2many) and field.stored and field.required:
        yield f"{info.name}.{field.name}: a list of records cannot be required", "check it in a @constraint"
    if isinstance(field, Monetary):
        currency = info.fields.get(field.currency)
        if currency is None or currency.kind != "many2one" or not currency.stored:
            yield (
                f"{info.name}.{field.name} is an amount in '{field.currency}', which is no many-to-one of the model",
                f"add a field 'currency', or name the one that there is, {nearest(field.currency, info.fields)}",
            )
    if isinstance(field, Aggregate):
        yield from _aggregate_problems(models, info, field)
    elif field.compute is not None:
        if field.compute.inverse and not callable(getattr(info.cls, field.compute.inverse, None)):
            yield f"{info.name}.{field.name}: its inverse '{field.compute.inverse}' is no method of the model", ""
        if field.compute.inverse and field.compute.editable:
            yield f"{info.name}.{field.name} is editable and has an inverse", "an inverse alone lets people write it"
        for lookup in sorted(field.compute.looked_up.difference(models)):
            text = f"{info.name}.{field.name} looks up '{lookup}', which no enabled addon declares"
            yield text, nearest(lookup, models)
        if field.compute.search is not None and field.compute.store:
            yield f"{info.name}.{field.name} is stored and has a search", "what a column keeps is searched by itself"
        for path in dependencies_of(info, field.name):
            subject, addon = f"computed field {info.name}.{field.name}", info.field_addons[field.name]
            _walk(models, info, path, field.compute.where, subject, addon)
            if path == ("id",) and field.stored:
                yield f"{info.name}.{field.name} is stored and follows from the id, which a new record has too late", ""


def _bound_problems(info: ModelInfo, field: Numeric[Any]) -> Iterator[tuple[str, str]]:
    least, greatest = field.within
    if least is not None and greatest is not None and least > greatest:
        yield f"{info.name}.{field.name} is within {field.within}, where nothing is", f"write {(greatest, least)}"
    elif field.default is None and not field.required and field.absent is not None:
        try:
            field.bounded(field.absent)
        except BadValue as error:
            text = f"{info.name}.{field.name} is {field.absent} where nothing is given, and that {error.reason}"
            yield text, "give it a default=, or required=True"


def _aggregate_problems(models: Models, info: ModelInfo, field: Aggregate[Any]) -> Iterator[tuple[str, str]]:
    relation = info.fields.get(field.relation.name)
    if relation is None or not relation.many:
        yield f"{info.name}.{field.name} is a figure over '{field.relation.name}', which is no list of records", ""
    elif isinstance(field, Sum) and relation.target in models:
        target = models[relation.target]
        summed = target.fields.get(field.of)
        if summed is None:
            hint = nearest(field.of, target.fields)
            yield f"{info.name}.{field.name}: field '{field.of}' is not on {target.name}", hint
        elif summed.kind not in EXACT or not summed.stored:
            yield f"{info.name}.{field.name}: {target.name}.{field.of} is not a number that is stored", ""


def _walk(models: Models, info: ModelInfo, path: tuple[str, ...], where: str, subject: str, addon: str = "") -> None:
    addon = addon or info.addon
    for step in path:
        if step == "id":
            continue
        field = info.fields.get(step)
        if field is None:
            text = f"{subject}: field '{step}' is not on {info.name}"
            raise DeclarationError(text, addon=addon, where=where, hint=nearest(step, info.fields))
        if field.target:
            if field.target not in models:
                text = f"{subject}: model '{field.target}' is not enabled"
                raise DeclarationError(text, addon=addon, where=where)
            info = models[field.target]
