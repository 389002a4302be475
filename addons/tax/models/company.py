"""What a company decides about taxes."""

from __future__ import annotations

from addons.base.models import Company as BaseCompany
from core import fields
from core.i18n import _


class Company(BaseCompany):
    """A company that rounds its taxes in one of two ways."""

    tax_rounding = fields.Selection(
        [
            ("round_globally", _("Once for each rate")),
            ("round_per_line", _("On each line")),
        ],
        _("Taxes are rounded"),
        default="round_globally",
        required=True,
        wire="tax_calculation_rounding_method",
        help=_("Documents that are there already keep their amounts until they are changed."),
    )
