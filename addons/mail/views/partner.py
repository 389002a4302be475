"""What mail adds to the pages of contacts."""

from __future__ import annotations

from addons.base.views.partner import partner_form
from addons.mail.models import Partner
from core.views import Extend, inside

views = [Extend(partner_form, inside("more", Partner.email_bounces, Partner.email_problem))]
