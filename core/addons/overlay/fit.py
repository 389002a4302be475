"""What of an overlay cannot be with the addons that there are: asked when it is written, and each time it is laid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from core.addons.overlay.entries import PREFIX, Added, Changed, Entry, Overlay
from core.addons.overlay.kinds import field_of
from core.errors import Invalid, nearest
from core.i18n import _, translate
from core.orm.fields.kinds import EXACT
from core.orm.fields.number import NAMED, Decimal, Monetary
from core.orm.fold import fold

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo, Models

NAME = re.compile(r"x_[a-z0-9]+(_[a-z0-9]+)*")
LONGEST = 50
"""Characters of an added field's name: PostgreSQL's indexes have room for no more."""
MOST_DIGITS = 12

Problems = dict[str, list[str]]
"""Name of the entry's field → reasons, as `Invalid.fields` has them."""


def problems_of(entry: Entry, overlay: Overlay, models: Models) -> Problems:
    """Why an entry cannot be laid over the models of the addons; nothing where it can."""
    if entry.model not in models:
        return {"on": [_("is not there: no enabled addon has “{model}”", model=entry.model)]}
    info = models[entry.model]
    if isinstance(entry, Added):
        return _added(entry, overlay, models, info)
    if isinstance(entry, Changed):
        return _changed(entry, info)
    return {}


def _added(entry: Added, overlay: Overlay, models: Models, info: ModelInfo) -> Problems:
    if not NAME.fullmatch(entry.name) or len(entry.name) > LONGEST:
        reason = _("must begin with x_ and have small letters, digits and single underscores only, 50 at most")
        return {"name": [reason]}
    known = info.fields.get(entry.name) or info.by_wire.get(entry.name)
    if known is not None:
        reason = _(
            "is declared by the addon '{addon}' now. Make one with another name, move the values, and delete this one",
            addon=info.field_addons[known.name],
        )
        return {"name": [reason]}
    if any(other.id < entry.id for other in namesakes(entry, overlay)):
        return {"name": [_("is taken by another added field of {model}", model=info.label)]}
    if entry.kind == "many2one" and entry.target and entry.target not in models:
        return {"target": [_("is not there: no enabled addon has “{model}”", model=entry.target)]}
    unknown = [role for role in entry.roles if role not in models.access.roles]
    if unknown:
        return {"roles": [_("has the role '{role}', which no enabled addon declares", role=unknown[0])]}
    if entry.searched and entry.kind != "char":
        return {"searched": [_("is for texts of one line only")]}
    if entry.total and entry.kind not in EXACT:
        return {"total": [_("is for numbers only")]}
    try:
        field_of(entry, info)
    except Invalid as error:
        return {name: list(reasons) for name, reasons in error.fields.items()}
    return {}


def namesakes(entry: Added, overlay: Overlay) -> list[Added]:
    """The other added fields of its model that have its name or its wire name; archived ones too."""
    names = {entry.name, _wire(entry)}
    return [
        other
        for other in overlay.added
        if other.id != entry.id and other.model == entry.model and {other.name, _wire(other)} & names
    ]


def _wire(entry: Added) -> str:
    return f"{entry.name}_id" if entry.kind == "many2one" else entry.name


def _changed(entry: Changed, info: ModelInfo) -> Problems:
    if entry.name.startswith(PREFIX):
        return {"name": [_("is an added field: change that itself")]}
    field = info.fields.get(entry.name)
    if field is None:
        hint = nearest(entry.name, [*info.fields, *(item.label for item in info.fields.values())])
        reason = _("is no field of {model}", model=info.label)
        if hint:
            reason = _("is no field of {model}; {hint}", model=info.label, hint=hint)
        return {"name": [reason]}
    if field.via and (entry.label or entry.label_vi or entry.help or entry.help_vi or entry.digits):
        target = info.fields[field.via].target
        return {"name": [_("belongs to “{model}”: change its words and digits there", model=target)]}
    if entry.digits:
        return _digits(entry, field)
    return {}


def _digits(entry: Changed, field: Field[object]) -> Problems:
    if not isinstance(field, Decimal) or isinstance(field, Monetary):
        return {"digits": [_("are for decimal numbers; amounts have those of their currency")]}
    if not field.digits <= entry.digits <= MOST_DIGITS:
        return {"digits": [_("must be between {least} and {greatest}", least=field.digits, greatest=MOST_DIGITS)]}
    return {}


def unfit_digits(digits: Mapping[str, int]) -> dict[str, str]:
    """Use of a number → why it cannot have these digits."""
    return {
        use: _("must be between {least} and {greatest}", least=NAMED.get(use, 0), greatest=MOST_DIGITS)
        for use, count in digits.items()
        if not NAMED.get(use, MOST_DIGITS + 1) <= count <= MOST_DIGITS
    }


def name_of(text: str, *called: Iterable[Field[object]]) -> str:
    """The name of the field that somebody wrote, by its name or by what it is called in any language; or "".

    called: the fields as they are called here, and then as the addons call them.
    """
    wanted = fold(text.strip())
    for field in chain(*called):
        if wanted in (field.name, field.wire_name, fold(field.label), fold(translate(field.label, "vi"))):
            return field.name
    return ""
