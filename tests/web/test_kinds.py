"""Rich texts, durations, references and files on the pages, as an import and as answers of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from core import Identity, Invalid, Upload
from core.addons.lifecycle import enable
from core.addons.system import System
from core.orm.fields import simple
from core.testing.databases import Databases
from core.testing.forms import read_form
from core.testing.systems import UserMaker, prepare_system, settings_for
from core.testing.web import SignIn

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "addons"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture
def surveys(
    engine: str, databases_of: Callable[[str], Databases], kept_registries: list[object], tmp_path: Path
) -> Iterator[System]:
    databases = databases_of(engine)

    def prepare(address: str) -> None:
        prepare_system(address, ("crm",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ("survey",))

    address = databases.copy(("surveys",), prepare)
    opened = System.open(settings_for(address, tmp_path / "data", (FIXTURES,)))
    kept_registries.append(opened.registry)
    yield opened
    opened.close()
    databases.drop(address)


@pytest.fixture
def lan(surveys: System) -> Identity:
    return UserMaker(surveys).make("lan", "crm.administrator")


@pytest.fixture
def visit(surveys: System, lan: Identity) -> int:
    with surveys.unit(write=True) as unit:
        env = unit.env(lan)
        partner = env["res.partner"].create(name="Gỗ Việt")
        made: int = env["survey.visit"].create(
            name="Huế", lasted=5400, report="<p>Xin <b>chào</b></p>", about=partner,
            photo=Upload("site.png", PNG), plan=Upload("<plan>.pdf", b"%PDF-1"),
        ).id  # fmt: skip
        return made


def test_list_and_form_show_every_kind(surveys: System, lan: Identity, visit: int) -> None:
    browser = SignIn(surveys)(lan)
    page = browser.get("/records/survey.visit").text
    for text in ("1:30", "Xin chào", "Gỗ Việt", "&lt;plan&gt;.pdf", 'src="/file/'):
        assert text in page, text
    form = browser.get(f"/records/survey.visit/{visit}").text
    for text in ('value="1:30"', "Contact: Gỗ Việt", "site.png", 'type="file"', "multipart/form-data"):
        assert text in form, text


def test_form_changes_every_kind(surveys: System, lan: Identity, visit: int) -> None:
    browser = SignIn(surveys)(lan)
    with surveys.unit(write=True) as unit:
        unit.env(lan)["crm.lead"].create(name="50 chairs")
    form = read_form(browser.get(f"/records/survey.visit/{visit}").text)
    form.fill(lasted="2:15", report="<p>new</p><script>x()</script>", about="Opportunity: 50 chairs")
    data = form.fields.copy()
    data.add("plan.remove", "1")
    data.add("photo", (BytesIO(b"GIF89a" + b"\x00" * 9), "roof.gif"))
    assert browser.post(form.action, data=data, content_type="multipart/form-data").status_code == 303
    with surveys.unit() as unit:
        kept = unit.system_env()["survey.visit"].get(visit)
        assert (kept.lasted, kept.report, kept.about.name) == (8100, "<p>new</p>", "50 chairs")
        assert (kept.plan, kept.photo.name, kept.photo.mimetype) == (None, "roof.gif", "image/gif")


def test_form_that_was_not_touched_changes_nothing(surveys: System, lan: Identity, visit: int) -> None:
    browser = SignIn(surveys)(lan)
    form = read_form(browser.get(f"/records/survey.visit/{visit}").text)
    assert browser.post(form.action, data=form.fields, content_type="multipart/form-data").status_code == 303
    with surveys.unit() as unit:
        assert len(unit.system_env()["survey.visit"].get(visit).history()) == 1


def test_new_record_takes_a_file(surveys: System, lan: Identity) -> None:
    browser = SignIn(surveys)(lan)
    form = read_form(browser.get("/records/survey.visit/new").text)
    data = form.fill(name="Vinh").fields.copy()
    data.add("plan", (BytesIO(b"walls"), "walls.txt"))
    assert browser.post(form.action, data=data, content_type="multipart/form-data").status_code == 303
    with surveys.unit() as unit:
        assert unit.system_env()["survey.visit"].search()[0].plan.read() == b"walls"


def test_what_cannot_be_is_said_beside_its_input(surveys: System, lan: Identity, visit: int) -> None:
    browser = SignIn(surveys)(lan)
    form = read_form(browser.get(f"/records/survey.visit/{visit}").text)
    data = form.fill(lasted="soon", about="Gỗ Việt").fields.copy()
    data.add("photo", (BytesIO(b"<svg/>"), "x.png"))
    answer = browser.post(form.action, data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    for text in ("“soon” is not a number", "Write what it is, a colon and its name", "must be a picture"):
        assert text in answer.text, text


def test_file_is_sent_to_who_may_read_its_record(surveys: System, lan: Identity, visit: int) -> None:
    with surveys.unit() as unit:
        kept = unit.system_env()["survey.visit"].get(visit)
        plan, photo = kept.plan, kept.photo
    browser = SignIn(surveys)(lan)
    sent = browser.get(f"/file/{plan.id}")
    assert (sent.status_code, sent.data, sent.mimetype) == (200, b"%PDF-1", "application/pdf")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    shown = browser.get(f"/file/{photo.id}")
    assert (shown.data, shown.headers["Content-Disposition"].split(";")[0]) == (PNG, "inline")
    again = browser.get(f"/file/{photo.id}", headers={"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    outsider = SignIn(surveys)(UserMaker(surveys).make("minh", "base.user"))
    assert outsider.get(f"/file/{plan.id}").status_code == 404
    assert browser.get("/file/999999").status_code == 404
    assert SignIn(surveys)().get(f"/file/{plan.id}").status_code in (302, 303, 401)


def test_api_speaks_of_every_kind(surveys: System, lan: Identity, visit: int) -> None:
    browser = SignIn(surveys)(lan)
    record = browser.get(f"/api/v1/survey.visit/{visit}").json
    assert record["lasted"] == 5400
    assert record["about"] == {"model": "res.partner", "id": record["about"]["id"], "display_name": "Gỗ Việt"}
    assert record["plan"]["href"] == f"/file/{record['plan']['id']}"
    answer = browser.patch(
        f"/api/v1/survey.visit/{visit}", json={"lasted": "0:45", "about": None, "plan": "data:text/plain;base64,aGk="}
    )
    assert answer.status_code == 200, answer.text
    with surveys.unit() as unit:
        kept = unit.system_env()["survey.visit"].get(visit)
        assert (kept.lasted, kept.about, kept.plan.read()) == (2700, None, b"hi")


EDGES = ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


@pytest.mark.parametrize("text", EDGES)
def test_instant_that_no_clock_everywhere_can_show_is_refused(
    surveys: System, lan: Identity, visit: int, text: str
) -> None:
    browser = SignIn(surveys)(lan)
    reason = "must lie between 03/01/0001 and 29/12/9999"
    refused = browser.patch(f"/api/v1/survey.visit/{visit}", json={"seen_at": text})
    assert (refused.status_code, refused.json["fields"]) == (422, {"seen_at": [reason]})
    asked = browser.get("/api/v1/survey.visit", query_string={"filter": f'[["seen_at", "<", "{text}"]]'})
    assert asked.status_code in (400, 422)
    assert reason in asked.text
    with surveys.unit() as unit, pytest.raises(Invalid, match=reason):
        visits: Any = unit.env(lan)["survey.visit"]
        visits.count(visits.info.cls.seen_at < datetime.fromisoformat(text))
    with surveys.unit() as unit, pytest.raises(Invalid, match=reason):
        unit.env(lan).as_of(datetime.fromisoformat(text.replace("9999", "0001").replace("-12-31T23", "-01-01T00")))


def test_typed_instant_at_the_edge_is_refused_beside_its_input(surveys: System, lan: Identity, visit: int) -> None:
    browser = SignIn(surveys)(lan)
    form = read_form(browser.get(f"/records/survey.visit/{visit}").text).fill(seen_at="01/01/0001 00:00")
    answer = browser.post(form.action, data=form.fields, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "must lie between 03/01/0001 and 29/12/9999" in answer.text


@pytest.mark.parametrize("text", EDGES[:2])
@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "America/New_York"])
def test_instant_that_was_kept_before_is_shown_and_grouped(
    surveys: System, lan: Identity, visit: int, text: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with surveys.unit(write=True) as unit:
        unit.system_env()["res.users"].get(lan.user_id).time_zone = zone
    browser = SignIn(surveys)(lan)
    with monkeypatch.context() as before:
        before.setattr(simple, "in_utc", lambda value: value.astimezone(UTC))
        assert browser.patch(f"/api/v1/survey.visit/{visit}", json={"seen_at": text}).status_code == 200
    record = f"/records/survey.visit/{visit}"
    assert browser.get(record).status_code == browser.get("/records/survey.visit").status_code == 200
    assert browser.get(f"/api/v1/survey.visit/{visit}").json["seen_at"] == text
    for period in ("day", "week", "month", "quarter", "year"):
        grouped = browser.get(f"/api/v1/survey.visit/groups?group_by=seen_at:{period}")
        assert grouped.status_code == 200, grouped.text
        assert grouped.json["groups"][0][f"seen_at:{period}"].startswith(text[:3])
    assert browser.patch(f"/api/v1/survey.visit/{visit}", json={"seen_at": None}).status_code == 200
    assert browser.get(record).status_code == 200


def test_restricted_reference_stays_as_it_is(surveys: System, lan: Identity, visit: int) -> None:
    minh = UserMaker(surveys).make("minh", "crm.salesperson").user_id
    with surveys.unit(write=True) as unit:
        env = unit.system_env()
        other = env["res.users"].get(minh)
        lead = env["crm.lead"].create(name="Secret chairs", salesperson=other)
        env["survey.visit"].get(visit).about = lead
    browser = SignIn(surveys)(UserMaker(surveys).make("hoa", "crm.salesperson"))
    form = read_form(browser.get(f"/records/survey.visit/{visit}").text)
    assert "Secret" not in form.fields["about"]
    saved = browser.post(form.fill(lasted="2:15").action, data=form.fields, content_type="multipart/form-data")
    assert saved.status_code == 303, saved.text
    with surveys.unit() as unit:
        kept = unit.system_env()["survey.visit"].get(visit)
        assert (kept.lasted, kept.about.name) == (8100, "Secret chairs")


def test_file_that_has_to_be_chosen_again_is_named(surveys: System, lan: Identity, visit: int) -> None:
    browser = SignIn(surveys)(lan)
    form = read_form(browser.get(f"/records/survey.visit/{visit}").text)
    data = form.fill(lasted="soon").fields.copy()
    data.add("plan", (BytesIO(b"walls"), "walls.txt"))
    answer = browser.post(form.action, data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "The file “walls.txt” has to be chosen again." in answer.text


def test_file_that_was_chosen_before_the_session_ended_is_named(surveys: System, lan: Identity, visit: int) -> None:
    with surveys.unit(write=True) as unit:
        user = unit.system_env()["res.users"].get(lan.user_id)
        user.set_password("rừng-đước-2026")
        lan = replace(lan, session_stamp=user.session_stamp)
    browser = SignIn(surveys)(lan)
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    form = read_form(browser.get(f"/records/survey.visit/{visit}").text)
    data = form.fill(name="Huế 2").fields.copy()
    data.add("plan", (BytesIO(b"walls"), "walls.txt"))
    with browser.session_transaction() as session:
        del session["user"]
    asked = browser.post(form.action, data=data, content_type="multipart/form-data")
    assert asked.status_code == 401
    entered = read_form(asked.text, "log-in").fill(login="lan", password="rừng-đước-2026").submit(browser)
    shown = read_form(entered.text, "again").submit(browser)
    assert shown.status_code == 400
    assert "The file “walls.txt” has to be chosen again." in shown.text
    assert read_form(shown.text).fields["name"] == "Huế 2"
