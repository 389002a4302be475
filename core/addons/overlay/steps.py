"""From one overlay to the next: what is refused, since it would lose what rows hold or what others lean on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.addons.overlay import usage
from core.addons.overlay.entries import Added, Overlay, Placed
from core.addons.overlay.fit import namesakes, unfit_digits
from core.addons.overlay.lay import laid_over, lay
from core.errors import Invalid, Refused
from core.i18n import Text, _, counted, listed
from core.orm.fields.base import BadValue, Field
from core.orm.fields.number import Monetary
from core.orm.settle import currency_places
from core.orm.types import PRECISION

if TYPE_CHECKING:
    from core.addons.registry import Registry
    from core.orm.registry import Models
    from core.orm.unit import UnitOfWork

FIXED = ("name", "kind", "model", "target")
"""What makes an added field the one that it is."""


def next_registry(unit: UnitOfWork, code: Registry, before: Overlay, after: Overlay) -> Registry:
    """The registry with the next overlay. Raises Invalid or Refused where the step to it cannot be taken.

    What was set aside already and has not been touched stays so, and is in nobody's way.
    """
    for reason in unfit_digits(after.digits).values():
        raise Invalid(fields={"digits": [reason]})
    for entry in after.added:
        _check_added(unit, before, after, entry)
    for entry in before.added:
        if after.entry(entry.key) is None:
            _check_gone(unit, after, entry)
    registry = lay(code, after)
    for entry in after.added:
        if entry.default and before.entry(entry.key) != entry:
            _check_start(unit, registry.models, entry)
    for key, problems in laid_over(registry.models).aside.items():
        if after.entry(key) != before.entry(key):
            raise Invalid(fields=problems)
    _check_digits(unit, registry.models)
    return registry


def _check_added(unit: UnitOfWork, before: Overlay, after: Overlay, entry: Added) -> None:
    known = before.entry(entry.key)
    if known == entry or entry.model not in unit.models:
        return
    if not isinstance(known, Added):
        for other in namesakes(entry, before):
            # Taking a deletion back makes a record under its old id, so ids do not say who was there first.
            if after.entry(other.key) is not None:
                raise Invalid(fields={"name": [_taken(unit, other)]})
        if _must_be_filled(entry) and not entry.default and usage.rows(unit, entry):
            reason = _("is needed: the records that are there have no value for what is required")
            raise Invalid(fields={"default": [reason]})
        return
    for name in FIXED:
        if getattr(known, name) != getattr(entry, name):
            raise Invalid(
                fields={
                    "on" if name == "model" else name: [_("cannot be changed: add another field and move the values")]
                }
            )
    for value, count in usage.lost_options(unit, known, entry) if entry.kind == "selection" else ():
        reason = counted(
            count,
            _("has lost “{value}”, which one record has. To call it otherwise, write “{value} = its new name”"),
            _("has lost “{value}”, which {count} records have. To call it otherwise, write “{value} = its new name”"),
            value=value,
        )
        raise Invalid(fields={"options": [reason]})
    # Records that were made while it was archived have no value either.
    was_asked = known.required and known.active
    if _must_be_filled(entry) and not was_asked and (count := usage.empty(unit, entry)):
        reason = counted(
            count,
            _("cannot be: one record has no value; fill it first"),
            _("cannot be: {count} records have no value; fill them first"),
        )
        raise Invalid(fields={"required": [reason]})


def _taken(unit: UnitOfWork, other: Added) -> Text:
    said = {"name": other.name, "field": other.label, "model": unit.models[other.model].label}
    if not other.active:
        return _("{name} is taken by the archived added field “{field}” of {model}", **said)
    return _("{name} is taken by the added field “{field}” of {model}", **said)


def _check_start(unit: UnitOfWork, models: Models, entry: Added) -> None:
    """An amount that records start with must be one of every currency that they are in."""
    field = models[entry.model].fields.get(entry.name) if entry.model in models else None
    if not isinstance(field, Monetary) or not isinstance(field.default, Decimal):
        return
    info = unit.models[entry.model]
    target = info.fields[field.currency].target
    for currency in usage.currencies(unit, info, field.currency):
        try:
            field.fit_currency(field.default, currency_places(unit, target, currency), exact=True)
        except BadValue as error:
            name = unit.system_env()[target].get(currency).display_name
            raise Invalid(
                fields={"default": [_("does not fit {currency}: {reason}", currency=name, reason=error.reason)]}
            ) from None


def _must_be_filled(entry: Added) -> bool:
    """Whether a record may not be without a value; a number that is absent is 0."""
    return entry.required and entry.kind not in ("boolean", *usage.NUMBERS)


def _check_gone(unit: UnitOfWork, after: Overlay, entry: Added) -> None:
    """An added field goes in two steps: archived, where its values stay; then away with them."""
    users = [other.label or other.name for other in _leaning_on(after, entry)]
    if users:
        raise Refused(
            _(
                "{field} is where other fields stand: {users}. Move them first.",
                field=entry.label,
                users=listed(users),
            )
        )


def _check_digits(unit: UnitOfWork, models: Models) -> None:
    """What numbers have today must have room in the digits that they are to have."""
    for info in models.values():
        for field in info.stored:
            known = unit.models[info.name].fields.get(field.name) if info.name in unit.models else None
            if field.kind != "decimal" or known is None or known.digits == field.digits:
                continue
            count = usage.unheld(unit, info.name, field.name, known.digits, field.digits)
            if count:
                raise Invalid(fields={"digits": [_no_room(info.label, field, known.digits, count)]})


def _no_room(model: str, field: Field[Any], before: int, count: int) -> Text:
    said = {"model": model, "field": field.label, "digits": field.digits, "whole": PRECISION - field.digits}
    if field.digits < before:
        return counted(
            count,
            _("{model}: one record has a value in {field} with more than {digits} decimals"),
            _("{model}: {count} records have a value in {field} with more than {digits} decimals"),
            **said,
        )
    return counted(
        count,
        _(
            "{model}: with {digits} decimals {field} has room for {whole} digits before the point, and one record has "
            "more"
        ),
        _(
            "{model}: with {digits} decimals {field} has room for {whole} digits before the point, and {count} records "
            "have more"
        ),
        **said,
    )


def _leaning_on(after: Overlay, entry: Added) -> Iterator[Placed]:
    """Entries whose place is behind a field."""
    names = {entry.name, entry.label, entry.label_vi} - {""}
    for other in (*after.added, *after.changed):
        if other.model == entry.model and {other.after_form, other.after_list} & names:
            yield other
