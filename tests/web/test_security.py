"""What protects a session: tokens, cookies, headers, limits; and one unit of work for a request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint, Response, g
from flask.testing import FlaskClient

from core.addons.system import System
from core.orm.identity import Identity
from core.testing.web import TOKEN_HEADER, SignIn
from core.web.app import create_app
from core.web.security import BODY_LIMIT, CONTENT_POLICY

one_engine = pytest.mark.engine("sqlite")
"""For what has nothing to do with the database."""


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    return make_user("lan", "crm.salesperson", password="rừng-đước-2026")


@pytest.fixture
def minh(make_user: Callable[..., Identity]) -> Identity:
    return make_user("minh", "crm.salesperson")


def make_lead(system: System, name: str, salesperson: int) -> int:
    """A deal of somebody's, made by the installation."""
    with system.unit(write=True) as unit:
        lead: Any = unit.system_env("test")["crm.lead"].create(name=name, salesperson=salesperson)
        found: int = lead.id
    return found


def names(system: System) -> list[str]:
    """Names of all deals, whoever sees them."""
    with system.unit() as unit:
        return [row["name"] for row in unit.system_env("test")["crm.lead"].values(["name"], order=["name"])]


# ---- forged writes ----


@one_engine
@pytest.mark.parametrize("path", ["/log-in", "/log-out", "/theme", "/records/crm.lead/new", "/api/v1/crm.lead"])
def test_write_without_token_is_refused(client: SignIn, lan: Identity, system: System, path: str) -> None:
    browser = client(lan)
    del browser.environ_base[TOKEN_HEADER]
    answer = browser.post(path, json={"name": "Forged"}) if "/api/" in path else browser.post(path, data={"name": "F"})
    assert answer.status_code == 400
    assert "Go back, reload it and send it again." in answer.text
    assert names(system) == []


@one_engine
def test_token_of_another_session_is_refused(client: SignIn, lan: Identity, minh: Identity) -> None:
    browser, other = client(lan), client(minh)
    browser.environ_base[TOKEN_HEADER] = other.environ_base[TOKEN_HEADER]
    assert browser.post("/theme", data={"theme": "dark"}).status_code == 400


@one_engine
def test_write_from_another_site_is_refused_even_with_the_token(client: SignIn, lan: Identity) -> None:
    browser = client(lan)
    assert browser.post("/theme", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert browser.post("/theme", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_key_needs_no_token_and_is_its_user_whatever_the_session_says(
    client: SignIn, lan: Identity, minh: Identity, system: System
) -> None:
    make_lead(system, "Of Lan", lan.user_id)
    make_lead(system, "Of Minh", minh.user_id)
    with system.unit(write=True) as unit:
        user: Any = unit.system_env("test")["res.users"].get(minh.user_id)
        key = user.new_key("a script")
    browser = client(lan)
    del browser.environ_base[TOKEN_HEADER]
    bearer = {"Authorization": f"Bearer {key}"}
    found = browser.get("/api/v1/crm.lead?fields=name", headers=bearer).json
    assert [record["name"] for record in found["records"]] == ["Of Minh"]
    assert browser.post("/api/v1/crm.lead", json={"name": "By key"}, headers=bearer).status_code < 300
    refused = browser.get("/api/v1/crm.lead", headers={"Authorization": "Bearer nonsense"})
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


# ---- cookies and headers ----


def session_cookie(browser: FlaskClient, **how: Any) -> str:
    found = [line for line in browser.get("/log-in", **how).headers.getlist("Set-Cookie") if line.startswith("banyan_")]
    assert len(found) == 1
    return found[0]


@one_engine
def test_cookie_is_out_of_reach_of_scripts_and_other_sites(client: SignIn) -> None:
    cookie = session_cookie(client.app.test_client())
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert "; Secure" in session_cookie(client.app.test_client(), base_url="https://crm.example")


@one_engine
def test_cookie_of_another_database_is_nothing_here(client: SignIn, lan: Identity) -> None:
    class Other:
        """The same system behind another database's secret."""

        def __init__(self, system: System) -> None:
            self.secret_key = b"another database" * 2
            self.unit = system.unit
            self.registry, self.settings = system.registry, system.settings

    mine = client(lan)
    assert mine.get("/").status_code == 200
    name = client.app.config["SESSION_COOKIE_NAME"]
    cookie = mine.get_cookie(name)
    assert cookie is not None
    other: Any = Other(client.app.system)
    elsewhere = create_app(other)
    assert elsewhere.config["SESSION_COOKIE_NAME"] != name
    browser = elsewhere.test_client()
    for each in (name, elsewhere.config["SESSION_COOKIE_NAME"]):
        browser.set_cookie(each, cookie.value)
    assert browser.get("/").status_code == 303


@one_engine
def test_forged_cookie_is_nothing(client: SignIn, lan: Identity) -> None:
    browser = client(lan)
    name = client.app.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name)
    assert cookie is not None
    browser.set_cookie(name, cookie.value[:-2] + ("aa" if cookie.value[-2:] != "aa" else "bb"))
    assert browser.get("/").status_code == 303


@one_engine
@pytest.mark.parametrize(
    "path", ["/log-in", "/", "/records/crm.lead", "/nothing/here", "/api/v1/crm.lead", "/api/v1/no"]
)
def test_every_answer_has_the_policy_and_is_not_kept(client: SignIn, lan: Identity, path: str) -> None:
    headers = client(lan).get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert "Strict-Transport-Security" not in headers


@one_engine
def test_https_is_kept_to(client: SignIn) -> None:
    answer = client.app.test_client().get("/log-in", base_url="https://crm.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@one_engine
@pytest.mark.parametrize("path", ["/log-in", "/", "/records/crm.lead", "/records/crm.lead/new", "/nothing"])
def test_page_holds_nothing_that_the_policy_forbids(client: SignIn, lan: Identity, path: str) -> None:
    page = client(lan).get(path, follow_redirects=path != "/log-in").text
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


# ---- assets ----


@one_engine
def test_assets_are_kept_for_a_year_by_the_current_address_alone(client: SignIn) -> None:
    browser = client.app.test_client()
    address = re.search(r'href="(/static/[^"]+/css/shell.css)"', browser.get("/log-in").text)
    assert address is not None
    answer = browser.get(address[1])
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert "Set-Cookie" not in answer.headers
    assert "max-age" not in browser.get("/static/0000000000/css/shell.css").headers["Cache-Control"]
    for path in ("../app.py", "..%2fapp.py", "css/none.css", "css"):
        assert browser.get(f"/static/{address[1].split('/')[2]}/{path}").status_code == 404


# ---- one unit of work for a request ----


def test_new_route_that_just_queries_shows_what_its_reader_may_see(
    client: SignIn, lan: Identity, minh: Identity, system: System
) -> None:
    make_lead(system, "Of Lan", lan.user_id)
    hidden = make_lead(system, "Of Minh", minh.user_id)
    pages = Blueprint("pages", __name__)

    @pages.get("/my/deals")
    def deals() -> dict[str, Any]:
        leads = g.env["crm.lead"]
        return {
            "names": [lead.name for lead in leads.search()],
            "count": leads.count(),
            "values": [row["name"] for row in leads.values(["name"])],
        }

    @pages.get("/my/deals/<int:number>")
    def deal(number: int) -> str:
        name: str = g.env["crm.lead"].get(number).name
        return name

    @pages.get("/my/statement")
    def statement() -> dict[str, Any]:
        rows = g.unit._connection.execute(sa.text("SELECT name FROM crm_lead"))
        return {"names": [row.name for row in rows]}

    @pages.get("/my/core")
    def of_core() -> dict[str, Any]:
        table = g.env.models["crm.lead"].table
        return {"names": [row.name for row in g.unit._connection.execute(sa.select(table))]}

    client.app.register_blueprint(pages)
    browser = client(lan)
    assert browser.get("/my/deals").json == {"names": ["Of Lan"], "count": 1, "values": ["Of Lan"]}
    assert browser.get(f"/my/deals/{hidden}").status_code == 404
    assert client().get("/my/deals").status_code == 303
    for path in ("/my/statement", "/my/core"):
        answer = browser.get(path)
        assert answer.status_code == 500
        assert "Of " not in answer.text


def test_failed_write_leaves_nothing(client: SignIn, lan: Identity, system: System) -> None:
    pages = Blueprint("pages", __name__)

    @pages.post("/fail/<how>")
    def fail(how: str) -> Response | tuple[str, int]:
        g.env["crm.lead"].create(name=f"Lost {how}")
        if how == "raise":
            raise ZeroDivisionError
        return ("refused", 409) if how == "status" else Response("kept")

    client.app.register_blueprint(pages)
    browser = client(lan)
    assert browser.post("/fail/raise").status_code == 500
    assert browser.post("/fail/status").status_code == 409
    assert names(system) == []
    assert browser.post("/fail/not").status_code == 200
    assert names(system) == ["Lost not"]


def test_what_is_only_refused_at_the_end_is_shown_and_rolled_back(
    client: SignIn, lan: Identity, system: System
) -> None:
    number = make_lead(system, "Kept", lan.user_id)
    pages = Blueprint("pages", __name__)

    @pages.post("/late")
    def late() -> str:
        g.env["crm.lead"].get(number).name = ""
        return "saved"

    client.app.register_blueprint(pages)
    answer = client(lan).post("/late")
    assert answer.status_code == 422
    assert "saved" not in answer.text
    assert names(system) == ["Kept"]


def test_reading_request_cannot_write(client: SignIn, lan: Identity, system: System) -> None:
    pages = Blueprint("pages", __name__)

    @pages.get("/sneaky")
    def sneaky() -> str:
        g.env["crm.lead"].create(name="By a link")
        return "made"

    client.app.register_blueprint(pages)
    assert client(lan).get("/sneaky").status_code >= 400
    assert names(system) == []


@one_engine
def test_body_that_is_too_large_is_refused(client: SignIn, lan: Identity) -> None:
    assert client.app.config["MAX_CONTENT_LENGTH"] == BODY_LIMIT
    client.app.config["MAX_CONTENT_LENGTH"] = 1_000
    answer = client(lan).post("/theme", data={"next": "/" + "x" * 1_000})
    assert answer.status_code == 413
    assert "larger than this server accepts" in answer.text
