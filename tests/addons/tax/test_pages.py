"""What people do with taxes and bills on the pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from addons.tax.models import Tax, TaxGroup
from core.testing.forms import read_form
from core.testing.web import SignIn

pytestmark = pytest.mark.engine("sqlite")


def test_tax_is_made_with_its_rate_and_changed_from_today_on(bills, lan):
    with bills.unit() as unit:
        group = unit.env(lan)[TaxGroup].search()[0]
        named = {"group": group.name, "group.id": str(group.id)}
    browser = SignIn(bills)(lan)
    form = read_form(browser.get("/records/account.tax/new").text)
    answer = form.fill(name="City tax", amount="2.5", **named).submit(browser)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "01/01/2000" in page
    assert read_form(page).fields["amount"] == "2.5"
    assert read_form(page).fill(amount="3").submit(browser).status_code == 303
    with bills.unit() as unit:
        found = unit.env(lan)[Tax].search(Tax.name == "City tax")[0]
        assert (found.amount, found.rate_on(date(2010, 1, 1)), len(found.rates)) == (3, Decimal("2.5"), 2)


def test_line_that_is_typed_is_taxed_and_the_bill_shows_it(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = env["billing.bill"].create(name="HĐ 7", dated_on=date(2026, 5, 4)).id
        vat = env[Tax].search(Tax.name == "VAT 10%")[0].id
    browser = SignIn(bills)(lan)
    form = read_form(browser.get(f"/records/billing.line/new?set.document={made}").text)
    answer = form.fill(name="Ghế", quantity="3", price_unit="100.5", taxes=str(vat)).submit(browser)
    assert answer.status_code == 303
    page = browser.get(f"/records/billing.bill/{made}").text
    assert "302\u00a0₫" in page  # 301.5
    assert "30\u00a0₫" in page
    assert "332\u00a0₫" in page


def test_tax_without_a_rate_is_told_on_the_form(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = env["billing.bill"].create(name="HĐ 8", dated_on=date(1999, 5, 4)).id
        vat = env[Tax].search(Tax.name == "VAT 10%")[0].id
    browser = SignIn(bills)(lan)
    form = read_form(browser.get(f"/records/billing.line/new?set.document={made}").text)
    answer = form.fill(name="Ghế", price_unit="100", taxes=str(vat)).submit(browser)
    assert answer.status_code == 409
    assert "The tax VAT 10% has no rate that is valid on 1999-05-04" in answer.text
    assert read_form(answer.text).fields["name"] == "Ghế"


def test_tax_that_bills_name_cannot_be_deleted_from_its_page(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        vat = env[Tax].search(Tax.name == "VAT 10%")[0]
        env["billing.bill"].create(name="HĐ 9", lines=[{"name": "x", "price_unit": Decimal(1), "taxes": [vat]}])
    browser = SignIn(bills)(lan)
    page = browser.get(f"/records/account.tax/{vat.id}/delete")
    assert "It cannot be deleted, since these use it:" in page.text
