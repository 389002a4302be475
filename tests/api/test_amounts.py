"""Amounts stay what they are from JSON to the column and back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from core.addons.system import System
from tests.api.conftest import Office, answer, problem

LEADS = "/api/v1/crm.lead"


@pytest.fixture
def fine(system: System) -> int:
    """A currency of four decimals, as prices of energy have."""
    with system.unit(write=True) as unit:
        env = unit.system_env("a currency for a test")
        return int(env["res.currency"].create(name="XTS", full_name="Test", symbol="T", decimal_places=4).id)


@pytest.mark.parametrize("amount", ["12345678901234.5678", "0.0001", "99999999999999.9999", "0.3", "45310200"])
def test_amount_survives_as_text_and_as_number(head: FlaskClient, fine: int, amount: str) -> None:
    for literal in (f'"{amount}"', amount):
        sent = f'{{"name": "Energy", "currency_id": {fine}, "expected_revenue": {literal}}}'
        made = answer(head.post(LEADS, data=sent, content_type="application/json"), 201)
        assert made["expected_revenue"] == amount
        found = answer(head.get(LEADS, query_string={"filter": f'[["expected_revenue", "=", {literal}]]', "limit": 1}))
        assert [record["expected_revenue"] for record in found["records"]] == [amount]


def test_tenths_add_up(head: FlaskClient, fine: int) -> None:
    rows = [{"name": "tenth", "currency_id": fine, "expected_revenue": amount} for amount in ("0.1", "0.2")]
    answer(head.post(LEADS, json=rows), 201)
    asked = {"filter": '[["name", "=", "tenth"]]', "sums": "expected_revenue", "limit": 0}
    assert answer(head.get(LEADS, query_string=asked))["sums"] == {"expected_revenue": {"XTS": "0.3"}}


def test_overflow_and_finer_amounts_are_refused(head: FlaskClient, fine: int, office: Office) -> None:
    def reasons(amount: str, currency: int) -> list[str]:
        sent = {"name": "Energy", "currency_id": currency, "expected_revenue": amount}
        found: list[str] = problem(head.post(LEADS, json=sent), 422, "invalid")["fields"]["expected_revenue"]
        return found

    assert reasons("100000000000000", fine) == ["is too large: at most 14 digits before the point"]
    assert reasons("0.00001", fine) == ["has more than 4 decimals"]
    assert reasons("0.001", office.dollar) == ["has more than the currency's 2 decimals"]
    assert reasons("0.1", office.dong) == ["must be a whole amount: the currency has no decimals"]
