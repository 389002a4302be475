"""A bill on paper has the figures of the list, the form and the API."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdf
import pytest

from addons.tax.models import Tax
from core.reports import print_records, reports_of

pytestmark = pytest.mark.engine("sqlite")


def test_paper_shows_the_same_figures(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        reduced = env[Tax].search(Tax.name == "VAT 10%, reduced")[0]
        five = env[Tax].search(Tax.name == "VAT 5%")[0]
        rows = [("100.5", reduced), ("33333.3333", reduced), ("12.25", five)]
        made = env["billing.bill"].create(
            name="HĐ 10", dated_on=date(2026, 5, 4),
            lines=[{"name": f"n{i}", "price_unit": Decimal(p), "taxes": [t]} for i, (p, t) in enumerate(rows)],
        ).id  # fmt: skip
    with bills.unit() as unit:
        env = unit.env(lan)
        record = env["billing.bill"].get(made)
        figures = {int(amount) for amount in (record.amount_untaxed, record.amount_tax, record.amount_total)}
        of_lines = {int(amount) for line in record.lines for amount in (line.price_subtotal, line.price_total)}
        report = reports_of(env.models).get("billing.bill.bill", "billing.bill", env)
        printed = print_records(report, env["billing.bill"].browse(made))
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(printed.data)).pages)
    shown = {int(found.replace(",", "").replace(".", "")) for found in re.findall(r"([\d.,]+)\s?₫", text)}
    assert figures | of_lines <= shown
    assert "VAT 8%" in text
    assert "VAT 5%" in text
