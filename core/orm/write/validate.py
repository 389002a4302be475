"""Validation of changed records as a whole: what is required, and amounts in their currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import Invalid
from core.i18n import Text, _, listed
from core.orm.fields.base import BadValue, Field
from core.orm.fields.number import Monetary
from core.orm.read.variants import variants_of
from core.orm.settle import currency_places
from core.orm.variants import Variant

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork
    from core.orm.view import View


def validate(env: Env, info: ModelInfo, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Refuse changed values that are required and absent, or finer than their currency. Raises Invalid."""
    unit, view = env._unit, env._view(info.name)
    columns = unit._store.columns(info)
    amounts = [field for field in info.stored if isinstance(field, Monetary) and not field.is_computed]
    for identity, values in changes.items():
        problems: dict[str, list[str]] = {}
        for name, value in values.items():
            field = info.fields[name]
            if field.required and field.is_absent(value):
                problems[name] = [_("is required")]
            if isinstance(field, Monetary) and isinstance(field, Variant):
                currency = columns[field.currency].get(identity)
                _check_amount(unit, info, field, value, currency, problems, view.told_name(name))
        for field in amounts:
            if field.name in values or field.currency in values:
                currency = columns[field.currency].get(identity)
                _check_amount(unit, info, field, columns[field.name].get(identity), currency, problems)
        raise_problems(info, problems)
    _validate_others(unit, info, changes, view)


def _validate_others(unit: UnitOfWork, info: ModelInfo, changes: Mapping[int, Mapping[str, Any]], view: View) -> None:
    """Amounts that other companies have of records whose currency changes."""
    amounts = [field for field in info.stored if isinstance(field, Monetary) and field.varies]
    names = {field.currency for field in amounts}
    moved = [identity for identity, values in changes.items() if not names.isdisjoint(values)]
    if not moved:
        return
    columns = unit._store.columns(info)
    for identity, kept in variants_of(unit, info, moved).items():
        problems: dict[str, list[str]] = {}
        for name, value in kept.items():
            field = info.fields[name]
            if isinstance(field, Monetary) and name not in changes[identity]:
                currency = columns[field.currency].get(identity)
                _check_amount(unit, info, field, value, currency, problems, view.told_name(name))
        raise_problems(info, problems)


def validate_new(unit: UnitOfWork, info: ModelInfo, rows: Iterable[Mapping[str, Any]], *, computed: bool) -> None:
    """The same for rows that are about to be made: first what is given, then what is computed of it."""
    required = [field for field in info.stored if field.required and field.is_computed == computed]
    amounts = [field for field in info.stored if isinstance(field, Monetary) and not field.is_computed]
    for row in rows:
        problems: dict[str, list[str]] = {}
        for field in required:
            if field.is_absent(row[field.name]):
                problems[field.name] = [_("is required")]
        if computed:
            for amount in amounts:
                _check_amount(unit, info, amount, row[amount.name], row[amount.currency], problems)
        if problems:
            raise_problems(info, problems)


def validate_aside(
    unit: UnitOfWork, info: ModelInfo, rows: Iterable[Mapping[str, Any]], aside: Iterable[Mapping[str, Any]], view: View
) -> None:
    """The same for what new records have by company: amounts fit their currency."""
    for row, values in zip(rows, aside, strict=True):
        problems: dict[str, list[str]] = {}
        for name, value in values.items():
            field = info.fields[name]
            if isinstance(field, Monetary):
                _check_amount(unit, info, field, value, row[field.currency], problems, view.told_name(name))
        raise_problems(info, problems)


def _check_amount(
    unit: UnitOfWork,
    info: ModelInfo,
    field: Monetary,
    value: Any,
    currency: int | None,
    problems: dict[str, list[str]],
    told: str = "",
) -> None:
    if value and currency is not None:
        places = currency_places(unit, info.fields[field.currency].target, currency)
        try:
            field.fit_currency(value, places, exact=True)
        except BadValue as error:
            problems[told or field.name] = [error.reason]


def raise_problems(info: ModelInfo, problems: Mapping[str, list[str]]) -> None:
    """Raise Invalid where there are any."""
    if problems:
        raise Invalid(summary(info, problems), fields=problems)


def summary(info: ModelInfo, problems: Mapping[str, Iterable[str]]) -> Text:
    """Every reason after the label of its field, as one text."""
    texts = (
        _("{label} {reason}.", label=_label(info.fields.get(name), info), reason=listed(reasons, " "))
        for name, reasons in problems.items()
    )
    return listed(texts, " ")


def _label(field: Field[Any] | None, info: ModelInfo) -> str:
    return info.label if field is None else field.label
