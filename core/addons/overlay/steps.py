"""From one overlay to the next: what is refused, since it would lose what rows hold or what others lean on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.addons.overlay import usage
from core.addons.overlay.entries import Added, Overlay, Placed
from core.addons.overlay.fit import unfit_digits
from core.addons.overlay.lay import laid_over, lay
from core.errors import Invalid, Refused
from core.i18n import _, listed

if TYPE_CHECKING:
    from core.addons.registry import Registry
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
        _check_added(unit, before, entry)
    for entry in before.added:
        if after.entry(entry.key) is None:
            _check_gone(unit, after, entry)
    registry = lay(code, after)
    for key, problems in laid_over(registry.models).aside.items():
        if after.entry(key) != before.entry(key):
            raise Invalid(fields=problems)
    return registry


def _check_added(unit: UnitOfWork, before: Overlay, entry: Added) -> None:
    known = before.entry(entry.key)
    if known == entry or entry.model not in unit.models:
        return
    if not isinstance(known, Added):
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
        reason = _(
            "has lost “{value}”, which {count} records have. To call it otherwise, write “{value} = its new name”",
            value=value,
            count=count,
        )
        raise Invalid(fields={"options": [reason]})
    if _must_be_filled(entry) and not known.required and (count := usage.empty(unit, entry)):
        raise Invalid(
            fields={"required": [_("cannot be: {count} records have no value; fill them first", count=count)]}
        )


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
    if entry.active and (count := usage.filled(unit, entry)):
        raise Refused(
            _(
                "{count} records have a value in {field}. Archive it first, which keeps them; after that it can be "
                "deleted together with them.",
                count=count,
                field=entry.label,
            )
        )


def _leaning_on(after: Overlay, entry: Added) -> Iterator[Placed]:
    """Entries whose place is behind a field."""
    for other in (*after.added, *after.changed):
        if other.model == entry.model and {other.after_form, other.after_list} & {
            entry.name,
            entry.label,
            entry.label_vi,
        } - {""}:
            yield other
