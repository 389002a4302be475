"""What a client's author asks first: which models there are, and which fields they have."""

from __future__ import annotations

from flask.testing import FlaskClient

from core.testing.web import SignIn
from tests.api.conftest import Office, answer, problem


def test_models_are_those_that_one_may_read(lan: FlaskClient, client: SignIn, office: Office) -> None:
    models = {model["name"]: model for model in answer(lan.get("/api/v1/"))["models"]}
    assert models["crm.lead"] == {
        "name": "crm.lead", "label": "Opportunity", "label_plural": "Opportunities", "href": "/api/v1/crm.lead",
    }  # fmt: skip
    assert "res.groups" not in models
    assert "crm.lead" not in {model["name"] for model in answer(client(office.clerk).get("/api/v1/"))["models"]}


def test_fields_say_what_may_be_sent(lan: FlaskClient) -> None:
    described = answer(lan.get("/api/v1/crm.lead/fields"))
    assert described["can"] == {"read": True, "write": True, "create": True, "delete": False}
    assert (described["title"], described["order"]) == ("name", ["-priority", "-id"])
    fields = {field["name"]: field for field in described["fields"]}
    assert fields["name"]["required"]
    assert (fields["partner_id"]["kind"], fields["partner_id"]["target"]) == ("many2one", "res.partner")
    assert (fields["expected_revenue"]["digits"], fields["expected_revenue"]["currency"]) == (4, "currency_id")
    assert fields["type"]["options"][0] == {"value": "lead", "label": "Lead"}
    assert fields["prorated_revenue"]["readonly"]
    assert not fields["probability"]["readonly"]
    assert fields["probability"]["computed"]


def test_hidden_fields_are_not_described(head: FlaskClient) -> None:
    described = answer(head.get("/api/v1/res.users/fields"))
    assert "password_hash" not in [field["name"] for field in described["fields"]]


def test_fields_of_a_model_that_one_may_not_read_are_not_told(client: SignIn, office: Office) -> None:
    problem(client(office.clerk).get("/api/v1/crm.lead/fields"), 403, "access_denied")
