"""What can be printed of contacts, and what a layout looks like."""

from __future__ import annotations

from addons.base.models import DocumentLayout, Partner
from core.i18n import _
from core.reports import A4_24, Labels, Report

contact_sheet = Report(
    Partner,
    name=_("Contact sheet"),
    template="contact_sheet.html",
    key="contact_sheet",
)
address_labels = Labels(
    Partner,
    name=_("Address labels"),
    template="address_label.html",
    key="address_labels",
    sheet=A4_24,
)
layout_preview = Report(
    DocumentLayout,
    name=_("Preview"),
    template="preview.html",
    key="layout_preview",
    company=DocumentLayout.company,
)
