"""Laying an overlay over the registry of a set of addons: one more part of each model, after those of all addons.

    code registry ─► parts of the addons ─┬─► compose ─► registry of one database
    overlay ───────► parts and changes ───┘      │
                     of views                    └─ what does not fit is set aside, with the reason

The registry of the addons stays as it is: other databases with the same addons share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.addons.overlay.entries import OWNER, Added, Changed, Entry, Overlay, Renamed
from core.addons.overlay.fit import Problems, problems_of, unfit_digits
from core.addons.overlay.kinds import field_of
from core.addons.overlay.places import Places
from core.addons.registry import Registry
from core.addons.tables import system_tables
from core.errors import DeclarationError
from core.i18n import Worded, _
from core.jobs.collect import keep_jobs
from core.orm.checks import check_roles
from core.orm.compose import Part, compose_models
from core.orm.fields.number import Decimal
from core.orm.inherit import leaves_of
from core.orm.model import ModelMeta
from core.orm.states.compose import check_lifecycles
from core.reports.compose import compose_reports
from core.views import compose_views

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo, Models

Aside = Mapping[tuple[str, int], Problems]
"""(source, id) of a record → what of it does not fit."""


@dataclass(frozen=True)
class Laid:
    """What was laid over the models of a registry, and what of it was not. code: the models without it."""

    overlay: Overlay = field(default_factory=Overlay)
    aside: Aside = field(default_factory=dict)
    code: Mapping[str, ModelInfo] = field(default_factory=dict)


def laid_over(models: Models) -> Laid:
    """What the models of a registry have of their database's own."""
    found: Laid = models.caches.get("overlay", {}).get("laid", Laid())
    return found


def lay(code: Registry, overlay: Overlay) -> Registry:
    """The registry of a database with this overlay. Never fails: what cannot be composed is set aside.

    code: that of the addons alone.
    """
    if not overlay:
        return replace(code, overlay=overlay, base=code) if overlay.number else code
    aside: dict[tuple[str, int], Problems] = {}
    for entry in overlay.entries:
        problems = problems_of(entry, overlay, code.models)
        if problems:
            aside[entry.key] = problems
    while True:
        try:
            return _composed(code, overlay, aside)
        except DeclarationError as error:
            fitting = [entry for entry in overlay.entries if entry.key not in aside]
            at_fault = [entry for entry in fitting if entry.where == error.where] or fitting
            reason = _("cannot be composed: {reason}", reason=f"{error.message}; {error.hint}".removesuffix("; "))
            aside |= {entry.key: {"": [reason]} for entry in at_fault}
            if not at_fault:  # only the digits are left
                overlay = replace(overlay, digits={})


def _composed(code: Registry, overlay: Overlay, aside: dict[tuple[str, int], Problems]) -> Registry:
    fitting = _without(overlay, aside)
    unfit = unfit_digits(overlay.digits)
    digits = {use: count for use, count in overlay.digits.items() if use not in unfit}
    parts = [*code.declared.parts, *_parts(code, fitting)]
    models = compose_models(parts, code.declared.access, digits)
    check_roles(models)
    check_lifecycles(models)
    system_tables(models.metadata)
    keep_jobs(models, code.declared.jobs)
    places = Places(code, models, fitting)
    views = compose_views(models, [*code.declared.views, *places.declared()])
    compose_reports(models, code.declared.reports, code.declared.templates)
    models.caches["overlay"] = {"laid": Laid(overlay, {**aside, **places.problems}, code.models)}
    return replace(code, models=models, views=views, overlay=overlay, base=code)


def _without(overlay: Overlay, aside: Aside) -> Overlay:
    """The entries that fit and are not archived."""
    return replace(
        overlay,
        added=tuple(entry for entry in overlay.added if entry.active and entry.key not in aside),
        changed=tuple(entry for entry in overlay.changed if entry.key not in aside),
        renamed=tuple(entry for entry in overlay.renamed if entry.key not in aside),
    )


def _parts(code: Registry, overlay: Overlay) -> list[Part]:
    """One class for each model that the overlay speaks of, below all that the addons have for it."""
    found: dict[str, dict[str, Any]] = {}
    for entry in overlay.entries:
        found.setdefault(entry.model, {}).update(_namespace(code, entry))
    parts = []
    for model, namespace in found.items():
        classes = leaves_of([part.cls for part in code.declared.parts if part.cls._name == model])
        own = {"_where": OWNER, "__doc__": classes[0].__doc__, **namespace}
        made: Any = ModelMeta(classes[0].__name__, tuple(reversed(classes)), own)
        parts.append(Part(OWNER, made))
    return parts


def _namespace(code: Registry, entry: Entry) -> dict[str, Any]:
    info = code.models[entry.model]
    if isinstance(entry, Added):
        return {entry.name: field_of(entry, info)}
    if isinstance(entry, Changed):
        before = info.fields[entry.name]
        return {} if before.via else {entry.name: _changed(before, entry)}
    if not isinstance(entry, Renamed):
        return {}
    said = {
        "_label": Worded(entry.label, vi=entry.label_vi),
        "_label_plural": Worded(entry.plural, vi=entry.plural_vi),
    }
    return {name: text for name, text in said.items() if text}


def _changed(before: Field[Any], entry: Changed) -> Field[Any]:
    field = copy(before)
    if entry.digits and isinstance(field, Decimal):
        field = field.with_digits(entry.digits)
        field.use = ""
    if entry.label or entry.label_vi:
        field.label = Worded(entry.label or before.label, vi=entry.label_vi)
    if entry.help or entry.help_vi:
        field.help = Worded(entry.help or before.help, vi=entry.help_vi)
    field.where = entry.where
    return field
