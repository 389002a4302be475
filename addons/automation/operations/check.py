"""What an automation and its actions must be, asked when they are saved."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from addons.automation.operations.values import MOMENTS, assignments, fields_of
from core import ALL, Filter, Invalid
from core.errors import nearest
from core.i18n import _
from core.jobs.collect import jobs_of
from core.orm.notation import from_json
from core.orm.registry import Models
from core.views import views_of

if TYPE_CHECKING:
    from addons.automation.models import Action, Automation

OWN = "base.automation"
"""Automations of automations would be nobody's to understand."""


def check_automation(automation: Automation) -> None:
    """Raise Invalid where it could not run, with the field and the reason."""
    models, model = automation.env.models, automation.about.key
    if model not in models:
        raise Invalid(fields={"about": [_("is a kind of record that no enabled addon has")]})
    if model.startswith(OWN) or not models[model].history:
        raise Invalid(fields={"about": [_("keeps no history, or is automation itself: it cannot be automated")]})
    for name in ("before", "after"):
        read_filter(models, model, getattr(automation, name), name)
    if automation.before and automation.trigger not in ("changed", "created_or_changed"):
        raise Invalid(fields={"before": [_("is for records that are changed")]})
    try:
        watched = list(fields_of(models, model, automation.watched))
    except Invalid as error:
        raise Invalid(fields={"watched": [error.args[0]]}) from None
    if watched and automation.trigger not in ("changed", "created_or_changed"):
        raise Invalid(fields={"watched": [_("are for records that are changed")]})
    if automation.trigger == "date":
        _check_date(automation, models, model)
    if automation.rights == "user" and automation.user is None:
        raise Invalid(fields={"user": [_("is required: the automation acts as somebody, or with all rights")]})


def _check_date(automation: Automation, models: Models, model: str) -> None:
    try:
        found = list(fields_of(models, model, automation.date))
    except Invalid as error:
        raise Invalid(fields={"date": [error.args[0]]}) from None
    if len(found) != 1:
        raise Invalid(fields={"date": [_("is required: name one field")]})
    if found[0].kind not in MOMENTS or not found[0].stored:
        raise Invalid(fields={"date": [_("{label} is no date that is kept", label=found[0].label)]})


def read_filter(models: Models, model: str, text: str, name: str) -> Filter:
    """The filter that a text notes. name: the field that holds it, for what Invalid says."""
    if not text.strip():
        return ALL
    try:
        data = json.loads(text, parse_float=Decimal)
    except ValueError:
        reason = _('is no list as in [["stage_id.is_won", "=", true]]: it is not JSON')
        raise Invalid(fields={name: [reason]}) from None
    try:
        return from_json(models, model, data, lambda owner, field: _may_ask(models, owner, field))
    except Invalid as error:
        raise Invalid(fields={name: [error.args[0]]}) from None


def _may_ask(models: Models, owner: str, field: str) -> bool:
    """What is kept for elevated code alone is not to be found out by an automation."""
    found = models[owner].fields.get(field)
    return found is None or found.roles is not None


def check_words(action: Action, target: str) -> None:
    """Raise Invalid where a line gives a value that its field does not take, or from a field that is not there."""
    models = action.env.models
    if target not in models:
        raise Invalid(fields={"target": [_("is a kind of record that no enabled addon has")]})
    if target.startswith(OWN):
        raise Invalid(fields={"target": [_("automations do not make or change automations")]})
    if action.model not in models:
        return
    values = assignments(models, action.model, target, action.words)
    if action.kind == "create":
        _check_all_required(models, target, {one.field().name for one in values})
    for one in values:  # constants that name records are found now, so that a mistake is told now
        if (one.field().target or one.field().many) and "{" not in one.words:
            try:
                one.value_for(action)
            except Invalid as error:
                raise Invalid(fields={"words": [error.args[0]]}) from None


def _check_all_required(models: Models, target: str, given: set[str]) -> None:
    missing = [
        field
        for field in models[target].stored
        if field.required and field.default is None and not field.is_computed and field.name not in given
    ]
    if missing:
        named = ", ".join(f"{field.label} ({field.wire_name})" for field in missing)
        raise Invalid(fields={"words": [_("give a value to {fields}", fields=named)]})


def check_verb(action: Action) -> None:
    """Raise Invalid where the form of the record has no such button."""
    if action.model not in action.env.models:
        return
    buttons = views_of(action.env.models).form(action.model).buttons
    if all(button.verb != action.verb for button in buttons):
        known = [button.verb for button in buttons]
        hint = nearest(action.verb, known) or (", ".join(known) if known else "")
        text = _("“{verb}” is no button of the record; {hint}", verb=action.verb, hint=hint)
        raise Invalid(fields={"verb": [text if hint else _("the record has no buttons")]})


def check_job(action: Action) -> None:
    """Raise Invalid where no addon declares such a job for records of this model."""
    known = [name for name, job in jobs_of(action.env.models).items() if job.on == action.model]
    if action.job not in known:
        hint = ", ".join(known)
        text = _("“{job}” is no job for these records; there is: {known}", job=action.job, known=hint)
        raise Invalid(fields={"job": [text if hint else _("no addon declares a job for these records")]})
