"""Lists: filter, fields, order, pages, counts and sums."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.testing.statements import Statements
from tests.api.conftest import Office, answer, names

LEADS = "/api/v1/crm.lead"


def noted(*terms: Any) -> str:
    return json.dumps(terms)


def test_list_gives_records_and_their_number(lan: FlaskClient) -> None:
    found = answer(
        lan.get(LEADS, query_string={"fields": "name,partner_id,expected_revenue,date_deadline", "order": "name"})
    )
    assert found["count"] == 3
    book, paper, printer = found["records"]
    assert book["partner_id"]["display_name"] == "Sách Huế"
    assert paper == {
        "id": paper["id"],
        "name": "Paper",
        "partner_id": None,
        "expected_revenue": "45310200",
        "date_deadline": None,
    }
    assert printer["date_deadline"] == "2026-04-01"


def test_default_fields_are_the_stored_ones_and_the_version(lan: FlaskClient) -> None:
    [record] = answer(lan.get(LEADS, query_string={"limit": 1}))["records"]
    assert {"id", "name", "stage_id", "expected_revenue", "prorated_revenue", "description", "row_version"} <= set(
        record
    )
    assert "tag_ids" not in record


def test_filter_follows_relations(lan: FlaskClient) -> None:
    assert names(lan.get(LEADS, query_string={"filter": noted(["stage_id.is_won", "=", True])})) == ["Bookshop"]
    assert names(lan.get(LEADS, query_string={"filter": noted(["partner_id", "ilike", "sach hue"])})) == ["Bookshop"]
    either = noted("|", ["expected_revenue", "<=", 250], ["priority", "=", "2"])
    assert names(lan.get(LEADS, query_string={"filter": either, "order": "name"})) == ["Paper", "Printer"]


def test_number_in_a_filter_is_exact(lan: FlaskClient) -> None:
    assert names(lan.get(LEADS, query_string={"filter": '[["expected_revenue", "=", 250.0000]]'})) == ["Printer"]
    assert names(lan.get(LEADS, query_string={"filter": '[["expected_revenue", "=", "250.00001"]]'})) == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["Bookshop", "Paper", "Printer"]),
        ("-expected_revenue,name", ["Paper", "Bookshop", "Printer"]),
        ("partner_id.name", ["Printer", "Bookshop", "Paper"]),
        ("-partner_id", ["Bookshop", "Printer", "Paper"]),
        ("date_deadline,-id", ["Printer", "Paper", "Bookshop"]),
        ("-display_name", ["Printer", "Paper", "Bookshop"]),
        ("", ["Paper", "Printer", "Bookshop"]),
    ],
)
def test_order_in_wire_names(lan: FlaskClient, order: str, expected: list[str]) -> None:
    assert names(lan.get(LEADS, query_string={"order": order})) == expected


def test_pages_count_everything(lan: FlaskClient) -> None:
    pages = [
        answer(lan.get(LEADS, query_string={"limit": 2, "offset": offset, "order": "name"})) for offset in (0, 2, 4)
    ]
    assert [[record["name"] for record in page["records"]] for page in pages] == [
        ["Bookshop", "Paper"],
        ["Printer"],
        [],
    ]
    assert [page["count"] for page in pages] == [3, 3, 3]
    assert answer(lan.get(LEADS, query_string={"limit": 0})) == {"records": [], "count": 3, "count_is_exact": True}


def test_path_across_a_relation_is_a_field(lan: FlaskClient) -> None:
    found = answer(
        lan.get(LEADS, query_string={"fields": "partner_id.name,stage_id.is_won,display_name", "order": "name"})
    )
    book = found["records"][0]
    assert book == {
        "id": book["id"],
        "partner_id.name": "Sách Huế",
        "stage_id.is_won": True,
        "display_name": "Bookshop",
    }


def test_to_many_is_a_list_of_ids(head: FlaskClient) -> None:
    tag = answer(head.post("/api/v1/crm.tag", json={"name": "Hot"}), 201)["id"]
    made = answer(head.post(f"{LEADS}?fields=tag_ids", json={"name": "Tagged", "tag_ids": [tag]}), 201)
    assert made["tag_ids"] == [tag]
    found = answer(
        head.get(LEADS, query_string={"fields": "name,tag_ids", "filter": noted(["tag_ids.name", "=", "Hot"])})
    )
    assert found["records"] == [{"id": made["id"], "name": "Tagged", "tag_ids": [tag]}]


def test_sums_are_exact_and_by_currency(lan: FlaskClient) -> None:
    found = answer(
        lan.get(LEADS, query_string={"sums": "expected_revenue,prorated_revenue", "limit": 1, "fields": "name"})
    )
    assert found["sums"] == {
        "expected_revenue": {"USD": "1750", "VND": "45310200"},
        "prorated_revenue": {"USD": "1525", "VND": "4531020"},
    }
    won = {"sums": "expected_revenue", "filter": noted(["stage_id.is_won", "=", True])}
    assert answer(lan.get(LEADS, query_string=won))["sums"] == {"expected_revenue": {"USD": "1500"}}
    none = {"sums": "expected_revenue", "filter": noted(["name", "=", "nothing"])}
    assert answer(lan.get(LEADS, query_string=none)) == {
        "records": [],
        "count": 0,
        "count_is_exact": True,
        "sums": {"expected_revenue": {}},
    }


def test_sum_of_plain_numbers_is_one_text(lan: FlaskClient) -> None:
    found = answer(lan.get("/api/v1/crm.stage", query_string={"sums": "sequence,probability", "limit": 0}))
    assert found["sums"] == {"sequence": "150", "probability": "280"}


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ({"fields": "name,partner_id,stage_id,user_id", "filter": noted(["stage_id.is_won", "=", True])}, 2),
        ({"limit": 2, "filter": noted(["partner_id.name", "!=", "x"]), "order": "partner_id.name"}, 3),
        ({"limit": 1, "sums": "expected_revenue"}, 4),
    ],
)
def test_list_asks_few_statements(
    lan: FlaskClient,
    count_statements: Callable[[], AbstractContextManager[Statements]],
    asked: dict[str, Any],
    most: int,
) -> None:
    """Who is it, the rows, and how many there are, which a page that is not full knows by itself."""
    answer(lan.get(LEADS, query_string=asked))
    with count_statements() as statements:
        answer(lan.get(LEADS, query_string=asked))
    assert statements.total == most, statements.texts


def test_single_record(lan: FlaskClient, office: Office) -> None:
    found = answer(lan.get(f"{LEADS}/{office.lans[1]}"))
    assert (found["id"], found["name"], found["row_version"]) == (office.lans[1], "Printer", 1)
    assert answer(lan.get(f"{LEADS}/{office.lans[1]}?fields=name")) == {"id": office.lans[1], "name": "Printer"}
