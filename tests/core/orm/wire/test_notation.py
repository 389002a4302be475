"""Filters in JSON, both ways."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core import ALL, NONE, Env, Filter, Invalid
from core.orm.filter import All, Condition, Either, Opposite, Some
from core.orm.notation import from_json, to_json
from core.orm.registry import Models

ORDER = "shop.order"


def is_(*names: str, operator: str = "=", value: Any = None, model: str = ORDER) -> Condition:
    return Condition(model, names, operator, value)


def tagged(*names: str, operator: str = "=", value: Any = None) -> Some:
    return Some(ORDER, ("tags",), is_(*names, operator=operator, value=value, model="shop.tag"))


URGENT, DRAFT = is_("is_urgent", value=True), is_("state", value="draft")
HUE = is_("customer", "city", operator="ilike", value="Huế")


@pytest.mark.parametrize(
    ("noted", "meant"),
    [
        ([], ALL),
        ([["is_urgent", "=", True]], URGENT),
        ([["is_urgent", "=", True], ["state", "=", "draft"]], All((URGENT, DRAFT))),
        (["&", ["is_urgent", "=", True], ["state", "=", "draft"]], All((URGENT, DRAFT))),
        (["|", ["is_urgent", "=", True], ["state", "=", "draft"]], Either((URGENT, DRAFT))),
        (["|", "|", ["is_urgent", "=", True], ["state", "=", "draft"], ["customer_id.city", "ilike", "Huế"]],
         Either((URGENT, DRAFT, HUE))),
        (["!", ["is_urgent", "=", True]], Opposite(URGENT)),
        (["!", "|", ["is_urgent", "=", True], ["state", "=", "draft"]], Opposite(Either((URGENT, DRAFT)))),
        ([["state", "=", "draft"], "|", ["is_urgent", "=", True],
          "&", ["state", "=", "draft"], ["is_urgent", "=", True]],
         All((DRAFT, Either((URGENT, All((DRAFT, URGENT))))))),
        ([[1, "=", 1]], ALL),
        ([[0, "=", 1]], NONE),
        (["|", [0, "=", 1], ["is_urgent", "=", True]], URGENT),
        # values by the kind of field
        ([["date_order", ">=", "2026-03-31"]], is_("ordered_on", operator=">=", value=date(2026, 3, 31))),
        ([["sent_at", "<", "2026-03-31T09:30:00+07:00"]],
         is_("sent_at", operator="<", value=datetime(2026, 3, 31, 2, 30, tzinfo=UTC))),
        ([["amount", ">", "12345678901234.5678"]], is_("amount", operator=">", value=Decimal("12345678901234.5678"))),
        ([["discount", ">", Decimal("150.125")]], is_("discount", operator=">", value=Decimal("150.125"))),
        ([["parcels", "in", [1, 2, 500]]], is_("parcels", operator="in", value=(1, 2, 500))),
        ([["id", "in", [4, 5]]], is_("id", operator="in", value=(4, 5))),
        ([["name", "ilike", "x" * 100]], is_("name", operator="ilike", value="x" * 100)),
        # absence, also as Odoo writes it
        ([["customer_id", "=", None]], is_("customer", value=None)),
        ([["customer_id", "!=", False]], is_("customer", operator="!=", value=None)),
        ([["date_order", "=", False]], is_("ordered_on", value=None)),
        ([["note", "=", False]], is_("note", value="")),
        ([["is_urgent", "=", False]], is_("is_urgent", value=False)),
        # relations
        ([["customer_id", "=", 7]], is_("customer", value=7)),
        ([["customer_id", "ilike", "ac"]], is_("customer", "name", operator="ilike", value="ac")),
        ([["customer_id.display_name", "=", "Acme"]], is_("customer", "name", value="Acme")),
        ([["tag_ids", "=", 3]], tagged("id", operator="in", value=(3,))),
        ([["tag_ids", "in", [3, 4]]], tagged("id", operator="in", value=(3, 4))),
        ([["tag_ids", "not in", [3]]], Opposite(tagged("id", operator="in", value=(3,)))),
        ([["tag_ids", "=", False]], Opposite(Some(ORDER, ("tags",), None))),
        ([["tag_ids", "!=", None]], Some(ORDER, ("tags",), None)),
        ([["tag_ids", "any", []]], Some(ORDER, ("tags",), None)),
        ([["tag_ids.name", "=", "Gift"]], tagged("name", value="Gift")),
        ([["tag_ids.name", "!=", "Gift"]], Opposite(tagged("name", value="Gift"))),
        ([["order_line", "any", [["quantity", ">", 2]]]],
         Some(ORDER, ("lines",), is_("quantity", operator=">", value=Decimal(2), model="shop.line"))),
        ([["customer_id", "any", [["city", "=", "Huế"], ["is_vip", "=", True]]]],
         All((is_("customer", operator="!="), is_("customer", "city", value="Huế"),
              is_("customer", "is_vip", value=True)))),
        ([["customer_id", "not any", [["is_vip", "=", True]]]],
         Opposite(All((is_("customer", operator="!="), is_("customer", "is_vip", value=True))))),
    ],
)  # fmt: skip
def test_notation_means(models: Models, noted: list[Any], meant: Filter) -> None:
    read = from_json(models, ORDER, noted)
    assert read == meant
    assert from_json(models, ORDER, json.loads(json.dumps(to_json(read, models)))) == read


@pytest.mark.parametrize(
    ("noted", "path", "reason"),
    [
        ([["amout", ">", 1]], "amout", "field 'amout' is not on shop.order; nearest: 'amount'"),
        ([["customer_id.cty", "=", "x"]], "customer_id.cty", "field 'cty' is not on shop.customer; nearest: 'city'"),
        ([["name.city", "=", "x"]], "name.city", "'name' has no fields of its own, so no 'city'"),
        ([["customer", "=", 1]], "customer", "field 'customer' is not on shop.order; nearest: 'customer_id'"),
        ([["amount", "=", "many"]], "amount",
         "the value for 'amount' must be a number with a point before its decimals, as in 1234.5"),
        ([["amount", ">", Decimal("1e9999999")]], "amount",
         "the value for 'amount' is too large: at most 14 digits before the point"),
        ([["amount", ">", 10**14]], "amount",
         "the value for 'amount' is too large: at most 14 digits before the point"),
        ([["parcels", "=", "3"]], "parcels", "the value for 'parcels' must be a whole number"),
        ([["is_urgent", "=", 1]], "is_urgent", "the value for 'is_urgent' must be yes or no"),
        ([["state", "in", ["snet"]]], "state", "the value for 'state' cannot be 'snet'; nearest: 'sent'"),
        ([["state", "in", "sent"]], "state", "the value for 'state' must be a list of values after 'in'"),
        ([["date_order", ">", "soon"]], "date_order", "the value for 'date_order' must be a date, as in 2026-03-31"),
        ([["name", "ilike", 5]], "name", "the value for 'name' must be a text"),
        ([["customer_id", "=", "Acme"]], "customer_id",
         "the value for 'customer_id' must be the id of a record, or null"),
        ([["tag_ids", "in", ["Gift"]]], "tag_ids", "the value for 'tag_ids' must be the id of a record"),
        ([["id", "=", 2**63]], "id", "the value for 'id' is not the id of a record"),
        ([["name", "==", "x"]], "name", "'==' is no operator; nearest: '='"),
        ([["is_urgent", "<", True]], "is_urgent", "'<' does not go with 'is_urgent'; one of: = != in not in"),
        ([["parcels", "ilike", "3"]], "parcels",
         "'ilike' does not go with 'parcels'; one of: = != < <= > >= in not in"),
        ([["name", "any", []]], "name",
         "'any' does not go with 'name'; one of: = != < <= > >= in not in ilike not ilike like not like =ilike =like"),
        ([["extra", "=", 1]], "extra", "'extra' is nothing that the database can compare"),
        ([["weight", ">", 1]], "weight", "'weight' is nothing that the database can compare"),
        ([["row_version", "=", 1]], "row_version", "'row_version' cannot be used in a filter"),
        ([["order_line", "any", [["prod", "=", "x"]]]], "prod", "field 'prod' is not on shop.line; nearest: 'product'"),
        (["|", ["is_urgent", "=", True]], "", "the filter ends where '|' needs a term"),
        (["!"], "", "the filter ends where '!' needs a term"),
        ([["name", "="]], "", "['name', '='] is no term: a term is [field, operator, value]"),
        (["name", "=", "x"], "", "x is no term: a term is [field, operator, value]"),
        ({"name": "x"}, "", 'a filter is a list of terms, as in [["name", "=", "Acme"]]'),
        ([["tag_ids", "any", "x"]], "", 'a filter is a list of terms, as in [["name", "=", "Acme"]]'),
        ([["is_urgent", "=", True]] * 501, "", "the filter has more than 500 terms"),
        ([["customer_id" + ".parent_id" * 8 + ".city", "=", "x"]], "customer_id" + ".parent_id" * 8 + ".city",
         f"'customer_id{'.parent_id' * 8}.city' follows more than 7 relations"),
    ],
)  # fmt: skip
def test_refused_filter_says_why(models: Models, noted: Any, path: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_json(models, ORDER, noted)
    assert refused.value.fields == {path: [reason]}
    assert str(refused.value) == reason


def test_nesting_has_a_bound(models: Models) -> None:
    noted: list[Any] = [["is_vip", "=", True]]
    for _level in range(40):
        noted = [["parent_id", "any", noted]]
    with pytest.raises(Invalid, match="nested more than 30 levels deep"):
        from_json(models, "shop.customer", noted)
    staircase: list[Any] = [["is_urgent", "=", True]]
    for level in range(60):
        staircase = ["&" if level % 2 else "|", ["state", "=", "draft"], *staircase]
    with pytest.raises(Invalid, match="nested more than 30 levels deep"):
        from_json(models, ORDER, staircase)


def test_wide_is_not_deep(models: Models) -> None:
    noted = ["|"] * 200 + [["parcels", "=", number] for number in range(201)]
    read = from_json(models, ORDER, noted)
    assert isinstance(read, Either)
    assert len(read.parts) == 201


def test_hidden_field_is_unknown(models: Models) -> None:
    with pytest.raises(Invalid, match=r"field 'margin' is not on shop\.order$"):
        from_json(models, ORDER, [["margin", ">", 1]], lambda _model, name: name != "margin")


def test_python_filter_is_noted_in_wire_names(models: Models, shop: SimpleNamespace) -> None:
    Order, Tag = shop.Order, shop.Tag
    this_year = Order.ordered_on >= date(2026, 1, 1)
    condition = this_year & ~Order.tags.any(Tag.name == "Gift") & Order.customer.city.ilike("Huế")
    assert to_json(condition, models) == [
        ["date_order", ">=", "2026-01-01"],
        ["tag_ids", "not any", [["name", "=", "Gift"]]],
        ["customer_id.city", "ilike", "Huế"],
    ]
    assert to_json(NONE, models) == [[0, "=", 1]]
    assert to_json(Order.tags.any(), models) == [["tag_ids", "!=", None]]


# -- any filter ----------------------------------------------------------------------------------------

_texts = some.text(some.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
_decimals = some.decimals(min_value=-(10**9), max_value=10**9, places=4)
_ids = some.integers(1, 2**63 - 1)


def _term(name: str, operators: tuple[str, ...], values: some.SearchStrategy[Any]) -> some.SearchStrategy[Any]:
    single = some.tuples(some.just(name), some.sampled_from(operators), values)
    several = some.tuples(some.just(name), some.sampled_from(("in", "not in")), some.lists(values, max_size=3))
    return (single | several).map(list)


_ORDERED, _EQUAL = ("=", "!=", "<", "<=", ">", ">="), ("=", "!=")
_tag_terms = _term("name", (*_ORDERED, "ilike", "not ilike", "=ilike"), _texts)
_terms = some.one_of(
    _term("name", (*_ORDERED, "ilike", "=ilike"), _texts),
    _term("parcels", _ORDERED, some.integers(-(2**63) + 1, 2**63 - 1)),
    _term("amount", _ORDERED, _decimals.map(str)),
    _term("ratio", _ORDERED, some.floats(allow_nan=False, allow_infinity=False)),
    _term("is_urgent", _EQUAL, some.booleans()),
    _term("state", _EQUAL, some.sampled_from(("draft", "sent", None))),
    _term("date_order", _ORDERED, some.dates().map(date.isoformat)),
    _term(
        "sent_at",
        _ORDERED,
        some.integers(-(10**10), 10**11).map(lambda second: str(datetime.fromtimestamp(second, UTC))),
    ),
    _term("customer_id", _EQUAL, some.none() | _ids),
    _term("customer_id.city", ("ilike", "not ilike", "="), _texts),
    _term("tag_ids", _EQUAL, _ids),
    _term("tag_ids.name", ("=", "!=", "ilike", "not ilike"), _texts),
    some.tuples(some.just("tag_ids"), some.sampled_from(("any", "not any")), some.lists(_tag_terms, max_size=2)).map(
        list
    ),
    some.sampled_from(([1, "=", 1], [0, "=", 1])),
)
_expressions = some.recursive(
    _terms.map(lambda term: [term]),
    lambda inner: some.one_of(
        inner.map(lambda part: ["!", *part]),
        some.tuples(some.sampled_from("&|"), inner, inner).map(lambda both: [both[0], *both[1], *both[2]]),
    ),
    max_leaves=12,
)
_notations = some.lists(_expressions, max_size=3).map(lambda parts: [item for part in parts for item in part])


@given(_notations)
@settings(max_examples=300, deadline=None)
def test_any_filter_survives_the_round_trip(models: Models, noted: list[Any]) -> None:
    read = from_json(models, ORDER, noted)
    written = json.loads(json.dumps(to_json(read, models)))
    assert from_json(models, ORDER, written) == read
    assert to_json(from_json(models, ORDER, written), models) == written


def test_the_database_answers_as_a_record_does(env: Env, shop: SimpleNamespace) -> None:
    """The same notation, asked of the database and of records in memory, after a round trip through JSON."""
    acme = env[shop.Customer].search()[0]
    fragile, gift, _export = env[shop.Tag].search(order=["id"])
    new_year, tea = date(2026, 1, 1), {"product": "Tea", "quantity": 3}
    rows = [
        {"name": "A", "amount": Decimal("10"), "tags": [fragile, gift], "ordered_on": new_year},
        {"name": "B", "is_urgent": True, "tags": [gift], "lines": [tea]},
        {"name": "C", "state": "done", "parcels": 4, "note": "Cẩn thận"},
    ]
    orders = env[shop.Order].create_many([{**row, "customer": acme} for row in rows])
    env.flush()
    expected = {
        '[["tag_ids.name", "=", "gift"]]': "",
        '[["tag_ids.name", "=ilike", "gift"]]': "AB",
        '[["tag_ids.name", "!=", "Fragile"]]': "BC",
        '[["tag_ids", "=", false]]': "C",
        '[["lines_count", ">", 0]]': "B",
        '[["lines_total", "=", "3"]]': "B",
        '[["lines_total", "<", 2.5]]': "AC",
        '[["order_line", "any", [["quantity", ">=", "2.5"]]]]': "B",
        '[["order_line", "not any", [["quantity", ">=", "2.5"]]]]': "AC",
        '[["date_order", "!=", "2026-01-01"]]': "BC",
        '[["note", "ilike", "can than"]]': "C",
        '[["note", "!=", null]]': "C",
        '["|", ["amount", ">", 9.5], "!", ["state", "!=", "done"]]': "AC",
        '[["customer_id", "any", [["city", "=", "Huế"]]], ["is_urgent", "=", true]]': "B",
        '[["parcels", "in", [0, 4]], ["state", "not in", ["draft"]]]': "C",
    }
    for text, names in expected.items():
        noted = json.loads(text, parse_float=Decimal)
        condition = from_json(env.models, ORDER, noted)
        again = from_json(env.models, ORDER, json.loads(json.dumps(to_json(condition, env.models))))
        found = env[shop.Order].search(condition, order=["name"])
        assert "".join(order.name for order in found) == names, text
        assert "".join(order.name for order in orders.filtered(again)) == names, text
