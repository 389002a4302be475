"""Errors as people see them on a page, and programs in JSON."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint
from flask.testing import FlaskClient

from core.errors import AccessDenied, Conflict, DeclarationError, Invalid, Missing, Refused, UserError
from core.i18n import _
from core.orm.identity import Identity
from core.testing.web import SignIn
from core.web.diagnosis import diagnosis_app
from core.web.errors import TITLES

pytestmark = pytest.mark.engine("sqlite")  # errors are told before an engine matters

FAILURES: dict[str, UserError] = {
    "denied": AccessDenied(_("Your roles do not let you change {what}.", what="stages")),
    "missing": Missing(_("There is no such opportunity.")),
    "conflict": Conflict(_("Somebody else changed this record.")),
    "refused": Refused(_("A won deal cannot be lost.")),
    "invalid": Invalid(fields={"name": ["must not be empty."]}),
}


@pytest.fixture
def browser(client: SignIn, make_user: Callable[..., Identity]) -> FlaskClient:
    """A salesperson's browser, with routes that fail."""
    pages = Blueprint("pages", __name__)

    @pages.get("/fail/<how>", endpoint="page")
    @pages.get("/api/fail/<how>", endpoint="json")
    def fail(how: str) -> str:
        if how == "boom":
            raise ZeroDivisionError("the secret of the machine room")
        raise FAILURES[how]

    client.app.register_blueprint(pages)
    return client(make_user("lan", "crm.salesperson"))


@pytest.mark.parametrize(
    ("how", "status"), [("denied", 403), ("missing", 404), ("conflict", 409), ("refused", 409), ("invalid", 422)]
)
def test_user_error_is_shown_with_its_status_and_text(browser: FlaskClient, how: str, status: int) -> None:
    page = browser.get(f"/fail/{how}")
    assert page.status_code == status
    assert str(FAILURES[how]) in page.text
    assert f"<h1>{TITLES[status]}</h1>" in page.text
    told: Any = browser.get(f"/api/fail/{how}")
    assert told.mimetype == "application/problem+json"
    assert (told.json["status"], told.json["detail"], told.json["code"]) == (
        status,
        str(FAILURES[how]),
        FAILURES[how].code,
    )


def test_invalid_fields_are_named_in_json(browser: FlaskClient) -> None:
    told: Any = browser.get("/api/fail/invalid").json
    assert told["fields"] == {"name": ["must not be empty."]}


def test_unforeseen_error_gives_a_reference_and_nothing_of_its_inside(
    browser: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "banyan.web"):
        page = browser.get("/fail/boom")
    assert page.status_code == 500
    assert "machine room" not in page.text
    assert "Traceback" not in page.text
    record = caplog.records[-1]
    reference = record.getMessage().rsplit(" ", 1)[-1]
    assert reference in page.text
    assert record.exc_info is not None
    told: Any = browser.get("/api/fail/boom")
    assert (told.status_code, told.json["code"]) == (500, "internal_error")
    assert "machine room" not in told.text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/log-in", 405), ("GET", "/log-out", 405)]
)
def test_unknown_address_and_method_are_pages_of_ours(
    browser: FlaskClient, method: str, path: str, status: int
) -> None:
    page = browser.open(path, method=method)
    assert page.status_code == status
    assert f"<h1>{TITLES[status]}</h1>" in page.text
    assert "werkzeug" not in page.text.lower()


def test_unknown_method_says_which_are_known(browser: FlaskClient) -> None:
    assert "POST" in browser.get("/log-out").headers["Allow"]


@pytest.mark.parametrize("path", ["records/crm.lead/{id}", "records/crm.lead/{id}/delete", "file/{id}"])
@pytest.mark.parametrize("id", [10**30, 2**63, 2**63 - 1, 0])
def test_number_that_no_record_has_is_not_found(
    client: SignIn, make_user: Callable[..., Identity], path: str, id: int
) -> None:
    assert client(make_user("lan", "crm.administrator")).get(f"/{path.format(id=id)}").status_code == 404


def test_unknown_address_of_the_api_is_json(browser: FlaskClient) -> None:
    told: Any = browser.get("/api/v2/crm.lead")
    assert (told.status_code, told.json["code"]) == (404, "not_found")


def test_who_is_not_logged_in_is_told_so_in_json(client: SignIn) -> None:
    told: Any = client().get("/api/v1/crm.lead")
    assert (told.status_code, told.json["code"]) == (401, "login_needed")


def test_text_of_an_error_is_in_the_language_of_the_reader(client: SignIn, make_user: Callable[..., Identity]) -> None:
    pages = Blueprint("pages", __name__)

    @pages.get("/gone")
    def gone() -> str:
        raise Missing(_("You may not delete {name}.", name="X-1"))

    client.app.register_blueprint(pages)
    assert "Bạn không được xóa X-1." in client(make_user("lan", language="vi")).get("/gone").text


def test_markup_in_a_text_is_text(client: SignIn, make_user: Callable[..., Identity]) -> None:
    pages = Blueprint("pages", __name__)

    @pages.get("/gone")
    def gone() -> str:
        raise Missing(_("There is no {what}.", what="<script>alert(1)</script>"))

    client.app.register_blueprint(pages)
    page = client(make_user("lan")).get("/gone").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_what_does_not_compose_is_told_on_one_page_and_nothing_else_is_served() -> None:
    error = DeclarationError(
        "field 'expected_revenu' is not on crm.lead",
        addon="margin",
        where="margin/views/lead.py:31",
        hint="nearest: 'expected_revenue'",
    )
    browser = diagnosis_app(error).test_client()
    for path in ("/", "/log-in", "/records/crm.lead", "/api/v1/crm.lead"):
        page = browser.get(path)
        assert page.status_code == 503
        for part in (
            "expected_revenu",
            "margin",
            "margin/views/lead.py:31",
            "expected_revenue",
            "start the server again",
        ):
            assert part in page.text.replace("&#39;", "'")
        assert "Content-Security-Policy" in page.headers
        assert "Retry-After" in page.headers
    assert browser.post("/log-in", data={"login": "admin", "password": "x"}).status_code == 503
