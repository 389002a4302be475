"""Which calendar a company works by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.models import Company as BaseCompany
from core import fields
from core.i18n import _

if TYPE_CHECKING:
    from addons.resource.models.calendar import Calendar


class Company(BaseCompany):
    """A company with the calendar that holds where nobody has one of their own."""

    calendar: fields.Many2one[Calendar | None, Calendar] = fields.Many2one(
        "resource.calendar", _("Working hours"), on_delete="refuse", wire="resource_calendar_id"
    )
