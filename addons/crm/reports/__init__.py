"""What can be printed of deals: one of them for whoever meets the customer, and the pipeline for a meeting."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from addons.crm.models import Lead
from core import Records
from core.i18n import _
from core.reports import Overview, Report


def by_stage(leads: Records[Lead]) -> Mapping[str, object]:
    """Stages in the order of the pipeline, each with its deals and their sums by currency; and the sums over all."""
    stages = sorted({lead.stage for lead in leads}, key=lambda stage: (stage.sequence, stage.id))
    groups = [(stage, leads.filtered(lambda lead, stage=stage: lead.stage == stage)) for stage in stages]  # type: ignore[misc]
    return {
        "groups": [{"stage": stage, "leads": found, "sums": sums_of(found)} for stage, found in groups],
        "sums": sums_of(leads),
    }


def sums_of(leads: Records[Lead]) -> list[dict[str, object]]:
    """Expected and weighted revenue by currency, the greatest first."""
    found: dict[object, tuple[Decimal, Decimal]] = {}
    for lead in leads:
        expected, weighted = found.get(lead.currency, (Decimal(0), Decimal(0)))
        found[lead.currency] = expected + lead.expected_revenue, weighted + lead.weighted_revenue
    ordered = sorted(found.items(), key=lambda item: -item[1][0])
    return [{"currency": currency, "expected": sums[0], "weighted": sums[1]} for currency, sums in ordered]


opportunity_summary = Report(
    Lead,
    name=_("Opportunity summary"),
    template="opportunity_summary.html",
    key="opportunity_summary",
)
pipeline_report = Overview(
    Lead,
    name=_("Pipeline report"),
    template="pipeline.html",
    key="pipeline_report",
    values=by_stage,
    landscape=True,
)
