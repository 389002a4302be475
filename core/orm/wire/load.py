"""From wire values to Python values: what the API, forms and imports all go through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import Invalid
from core.i18n import _
from core.orm.fields.base import REQUIRED, BadValue, Field
from core.orm.registry import ModelInfo
from core.orm.variants import SIGN, Variant, base_name
from core.orm.wire.values import reader
from core.orm.wire.way import unknown

if TYPE_CHECKING:
    from core.orm.env import Env

Problems = dict[str, list[str]]


class Loader:
    """Reads rows of one model for readers with the same roles."""

    def __init__(self, env: Env, info: ModelInfo, *, partial: bool, given: str = "") -> None:
        from core.orm.wire.schema import schema_of  # marshmallow loads with the first values, not with the server

        collection = env[info.name]
        self._info = info
        self._readable = frozenset(name for name in info.fields if collection.readable(name))
        names = [
            field.name
            for field in info.fields.values()
            if field.editable and not field.readonly and collection.writable(field.name)
        ]
        kept = _beside_the_base(env, info) if partial else {}
        self._schema = schema_of(env.models, info, names, partial=partial, given=given, kept=kept)
        self._given = given
        self._written = frozenset(names)
        self._lines = tuple(info.fields[name] for name in names if info.fields[name].kind == "one2many")

    def read(self, env: Env, data: Any) -> tuple[dict[str, Any], Problems]:
        """Python values by Python name, and what is wrong, by wire name."""
        if not isinstance(data, Mapping):
            return {}, {"": [_("must be an object of fields and values")]}
        from marshmallow import ValidationError  # loaded by now

        problems: Problems = {}
        aside: dict[str, Any] = {}
        if self._info.varying:
            data, aside, problems = self._read_variants(data)
        try:
            values: dict[str, Any] = self._schema.load(data)
        except ValidationError as error:
            values = error.valid_data if isinstance(error.valid_data, dict) else {}
            problems.update(self._explained(error.messages_dict))
        for name in aside:
            # What has a value in one language or company has it in all, as long as there is no other.
            base = self._info.fields[base_name(name)].wire_name
            if aside[name] is not None and base not in data and problems.get(base) == [REQUIRED]:
                del problems[base]
        values.update(aside)
        for field in self._lines:
            members = values.get(field.name)
            if members:
                values[field.name] = self._read_lines(env, field, members, problems)
        return values, problems

    def _read_variants(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], Problems]:
        """(what is left, values of variants such as `name@vi` by Python name, what is wrong with these)."""
        left, found, problems = dict(data), {}, {}  # type: dict[str, Any], dict[str, Any], Problems
        for name in [name for name in left if SIGN in name]:
            field = self._info.by_wire.get(name)
            if isinstance(field, Variant) and field.base.name in self._written:
                try:
                    value = left.pop(name)
                    found[field.name] = None if value is None else reader(field)(value)
                except BadValue as error:
                    problems[name] = [error.reason]
        return left, found, problems

    def _read_lines(self, env: Env, field: Field[Any], members: Sequence[Any], problems: Problems) -> list[Any]:
        loader = loader_for(env, field.target, partial=False, given=getattr(field, "inverse", ""))
        lines: list[Any] = []
        for position, member in enumerate(members):
            line = member
            if isinstance(member, Mapping):
                line, found = loader.read(env, member)
                for name, reasons in found.items():
                    problems[f"{field.wire_name}.{position}.{name}"] = reasons
            lines.append(line)
        return lines

    def _explained(self, messages: Mapping[Any, Any]) -> Problems:
        """The schema's messages, with a reason for each name that it did not expect."""
        expected = {item.data_key for item in self._schema.load_fields.values()}
        return {
            str(name): list(reasons) if name in expected else [self._why_not(str(name))]
            for name, reasons in messages.items()
        }

    def _why_not(self, name: str) -> str:
        info = self._info
        if name == "id":
            return _("cannot be written: the database gives it")
        if name in ("row_version", "display_name"):
            return _("cannot be written: it follows from the record")
        field = info.by_wire.get(name)
        if field is None or field.name not in self._readable:
            return unknown(info, name, lambda _model, name: name in self._readable)
        if not field.editable:
            return _("cannot be written: it is computed")
        if field.readonly:
            return _("cannot be written: it is read-only")
        if field.name == self._given:
            return _("cannot be written: it is the record that holds the line")
        return _("cannot be written with your roles")


def loader_for(env: Env, model: str, *, partial: bool, given: str = "") -> Loader:
    """The loader for what this reader's roles let them write; made once for each set of roles, and of what they
    write a variant of."""
    known: dict[Any, Loader] = env.models.caches.setdefault("wire.load", {})
    info = env.models[model]
    key = (model, partial, given, env.elevated, env.roles, frozenset(_beside_the_base(env, info)))
    found = known.get(key)
    if found is None:
        found = known[key] = Loader(env, info, partial=partial, given=given)
    return found


def _beside_the_base(env: Env, info: ModelInfo) -> dict[str, str]:
    """Fields of which this reader writes a variant, so that the base holds where it is empty: name → the variant's."""
    if not info.varying:
        return {}
    names = {name: env._view(info.name).kept_name(name) for name in info.varying if info.fields[name].varies}
    return {name: kept for name, kept in names.items() if kept != name}


def load(env: Env, model: str, data: Mapping[str, Any], *, partial: bool) -> dict[str, Any]:
    """Python values by Python name, from JSON values by wire name.

    partial: a change of a record that exists, so that nothing is required. Python's own values (dates,
    decimals, records) are taken as well. Raises Invalid, wire name → reasons, with all problems at once; a
    line of a one-to-many is named by its position, `order_line.0.product_id`.
    """
    values, problems = loader_for(env, model, partial=partial).read(env, data)
    if problems:
        raise Invalid(summary(problems), fields=problems)
    return values


def load_many(env: Env, model: str, rows: Sequence[Mapping[str, Any]], *, partial: bool) -> list[dict[str, Any]]:
    """`load` for many rows; a problem is named with the position of its row before it: `3.name`."""
    loader = loader_for(env, model, partial=partial)
    loaded: list[dict[str, Any]] = []
    problems: Problems = {}
    for position, row in enumerate(rows):
        values, found = loader.read(env, row)
        loaded.append(values)
        for name, reasons in found.items():
            problems[f"{position}.{name}" if name else str(position)] = reasons
    if problems:
        raise Invalid(summary(problems), fields=problems)
    return loaded


def summary(problems: Mapping[str, Sequence[str]]) -> str:
    """All problems in one line: `name: is required; probability: must be between 0 and 100`."""
    told = [(name, reason) for name, reasons in problems.items() for reason in reasons]
    return "; ".join(f"{name}: {reason}" if name else reason for name, reason in told)
