"""Rich texts, durations, references and files on the pages, as an import and as answers of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from core import Identity, Upload
from core.addons.lifecycle import enable
from core.addons.system import System
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
