"""Groups over HTTP: by fields and periods, with figures and shares, as far as their reader may see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import Office

GROUPS = "/api/v1/crm.lead/groups"


def asked(client: FlaskClient, **query: str) -> Any:
    response = client.get(GROUPS, query_string=query)
    assert response.status_code == 200, response.text
    return json.loads(response.text)


def test_dates_are_grouped_by_period(lan: FlaskClient) -> None:
    found = asked(lan, group_by="date_deadline:month")
    assert found == {
        "groups": [
            {"date_deadline:month": "2026-04-01", "__count": 1},
            {"date_deadline:month": None, "__count": 2},
        ],
        "count": 2,
    }


def test_relations_come_with_what_they_are_called(lan: FlaskClient, office: Office) -> None:
    groups = asked(lan, group_by="currency_id", figures="expected_revenue", order="-__count")["groups"]
    assert [group["currency_id"] for group in groups] == [
        {"id": office.dollar, "display_name": "USD"},
        {"id": office.dong, "display_name": "VND"},
    ]
    assert [group["expected_revenue"] for group in groups] == ["1750", "45310200"]


def test_shares_are_of_what_the_reader_sees(lan: FlaskClient) -> None:
    groups = asked(
        lan, group_by="partner_id,currency_id", figures="__count:share,probability:share", order="-__count:share",
        filter=json.dumps([["partner_id", "!=", None]]),
    )["groups"]  # fmt: skip
    assert [group["__count:share"] for group in groups] == ["0.5", "0.5"]
    assert sum(float(group["probability:share"]) for group in groups) == pytest.approx(1)


@pytest.mark.parametrize(
    ("query", "about", "words"),
    [
        ({}, "group_by", "names the fields"),
        ({"group_by": "tag_ids"}, "group_by", "cannot be grouped by"),
        ({"group_by": "stage_id:month"}, "group_by", "no date"),
        ({"group_by": "date_deadline:moon"}, "group_by", "no period"),
        ({"group_by": "stage_id", "figures": "expected_revenue:sum"}, "figures", "several currencies"),
        ({"group_by": "stage_id", "figures": "probability:mean"}, "figures", "no figure"),
        ({"group_by": "stage_id", "order": "name"}, "order", "no name of this grouping"),
        ({"group_by": "stage_id", "limit": "3"}, "limit", "no parameter"),
    ],
)
def test_what_cannot_be_grouped_is_refused(lan: FlaskClient, query: dict[str, str], about: str, words: str) -> None:
    response = lan.get(GROUPS, query_string=query)
    assert response.status_code == 400
    assert words in response.text
    assert about in response.text
