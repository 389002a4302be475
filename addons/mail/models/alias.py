"""Aliases: addresses that mail comes in at, and what is made of it."""

from __future__ import annotations

import json
import re
from typing import Any

from addons.base.models import CustomModel
from addons.mail.models.domain import Domain
from core import Invalid, Model, Unique, computed, constraint, fields
from core.i18n import _
from core.orm.wire import load

_LOCAL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
WHO = (("everyone", _("everybody")), ("partners", _("contacts that we have")))


class Alias(Model):
    """An address: mail to it that answers nothing makes a record.

    name: what stands before the @; domain: unset, it is taken at every domain. makes: what is made. defaults: values
    that the new record has, as JSON by their wire names. who: whose mail makes one; that of others is kept as not
    understood.
    """

    _name = "mail.alias"
    _label = _("Incoming address")
    _label_plural = _("Incoming addresses")
    _title = "address"
    _order = ("name", "id")
    _constraints = (Unique("name", "domain", message=_("This address is there already.")),)

    name = fields.Char(_("Before the @"), required=True, size=64, index=True, wire="alias_name")
    domain = fields.Many2one(Domain, _("Domain"), on_delete="refuse", wire="alias_domain_id")
    makes = fields.Many2one(CustomModel, _("Makes"), required=True, on_delete="refuse", wire="alias_model_id")
    defaults = fields.Text(
        _("With these values"), default="{}", help=_('As in {"type": "lead"}.'), wire="alias_defaults"
    )
    who = fields.Selection(WHO, _("Mail of"), default="everyone", required=True, wire="alias_contact")
    active = fields.Boolean(_("Active"), default=True)

    @computed(name, "domain.name", store=True)
    def address(self) -> str:
        return f"{self.name}@{self.domain.name if self.domain else '…'}"

    @constraint(name, makes, defaults)
    def _can_make_records(self) -> None:
        if not _LOCAL.fullmatch(self.name):
            raise Invalid(fields={"name": [_("is not what stands before an @, in small letters")]})
        if self.makes.key not in self.env.models:
            raise Invalid(fields={"makes": [_("is of an addon that is not enabled")]})
        self.values()

    def values(self) -> dict[str, Any]:
        """The values that new records have, by Python name. Raises Invalid where they are none of the model's."""
        try:
            given = json.loads(self.defaults or "{}")
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise Invalid(fields={"defaults": [_('must be JSON, as in {"type": "lead"}')]})
        try:
            return load(self.env, self.makes.key, given, partial=True)
        except Invalid as error:
            raise Invalid(fields={"defaults": [error.args[0]]}) from None
