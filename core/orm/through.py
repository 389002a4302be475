"""Many-to-many through a model: each link is a record, with fields, rules and a history of its own.

    crm.lead ── people ──► res.partner        Many2many(Partner, through="crm.role")
        ▲                        ▲
        └── lead ── crm.role ── partner       role, since …

Linking makes such a record and unlinking deletes it, as the user and with what they may do with that model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DeclarationError, nearest
from core.orm.fields.relation import Many2many
from core.orm.read.among import among
from core.orm.registry import ModelInfo, Models, Through

if TYPE_CHECKING:
    from core.orm.view import View
    from core.orm.write.pending import Pending


def find_throughs(models: Models) -> None:
    """Find the two ends of every model of links. Raises DeclarationError."""
    for info in models.values():
        for field in info.fields.values():
            if isinstance(field, Many2many) and field.through and not field.via:
                info.throughs[field.name] = _through(models, info, field)
                links = info.throughs[field.name].info.links
                links.update((info.name, field.target))


def _through(models: Models, info: ModelInfo, field: Many2many[Any]) -> Through:
    def refused(problem: str, hint: str) -> DeclarationError:
        text = f"{info.name}.{field.name} goes through '{field.through}', {problem}"
        return DeclarationError(text, addon=info.field_addons[field.name], where=field.where, hint=hint)

    if field.through not in models:
        raise refused("which no enabled addon declares", nearest(field.through, models))
    link = models[field.through]

    def end(given: str, target: str, parameter: str, other: str) -> str:
        fitting = [
            item.name
            for item in link.fields.values()
            if item.kind == "many2one" and item.target == target and item.stored and not item.is_computed
        ]
        if given:
            if given not in fitting:
                raise refused(f"whose '{given}' is no many-to-one to {target}", nearest(given, fitting))
            return given
        fitting = [name for name in fitting if name != other]
        if len(fitting) != 1:
            found = ", ".join(fitting) or "none"
            raise refused(f"which needs one many-to-one to {target} and has {found}", f"say which, {parameter}=…")
        return fitting[0]

    near = end(field.near, info.name, "near", field.far)
    return Through(link, near, end(field.far, field.target, "far", near))


def link(pending: Pending, view: View, through: Through, identity: int, members: Sequence[int]) -> None:
    """Make the records that link members to a record."""
    rows = [{through.near: identity, through.far: member} for member in members]
    pending.create(view.env._view(through.info.name), rows)


def unlink(pending: Pending, view: View, through: Through, identity: int, members: Sequence[int]) -> None:
    """Delete the records that link members to a record."""
    table = through.info.table
    found = sa.select(table.c.id).where(
        table.c[through.near] == identity, among(table.c[through.far], members, pending.unit._dialect)
    )
    view.env._view(through.info.name).delete(list(pending.unit._run(found).scalars()))
