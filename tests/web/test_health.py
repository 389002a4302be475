"""What those who run a server ask of it: does it live, can it serve, whose line is this."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core import logs
from core.addons.system import System
from core.errors import DeclarationError
from core.orm.identity import Identity
from core.settings import Settings
from core.web.app import create_app
from core.web.diagnosis import diagnosis_app
from core.web.trace import HEADER


@pytest.fixture
def browser(system: System) -> FlaskClient:
    return create_app(system).test_client()


def test_server_that_can_serve_is_ready(browser: FlaskClient) -> None:
    assert browser.get("/health/live").get_json() == {"status": "live"}
    answer = browser.get("/health/ready")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ready", "checks": {"database": "ok", "files": "ok"}}


def test_server_without_its_database_lives_and_is_not_ready(
    browser: FlaskClient, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*arguments: object, **options: object) -> None:
        raise sa.exc.OperationalError("connect", {}, OSError("the secret host 10.1.2.3 is gone"))

    monkeypatch.setattr(system._database._engine, "connect", gone)
    answer = browser.get("/health/ready")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "not ready", "checks": {"database": "does not answer", "files": "ok"}}
    assert browser.get("/health/live").status_code == 200


@pytest.mark.engine("sqlite")
def test_server_without_a_place_for_files_is_not_ready(browser: FlaskClient, system: System) -> None:
    folder = system.settings.files
    assert isinstance(folder, Path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder")
    answer = browser.get("/health/ready")
    assert (answer.status_code, answer.get_json()["checks"]["files"]) == (503, "does not answer")


def test_server_whose_addons_do_not_compose_lives_and_is_not_ready() -> None:
    browser = diagnosis_app(DeclarationError("wrong")).test_client()
    assert browser.get("/health/live").status_code == 200
    assert browser.get("/health/ready").status_code == 503


@pytest.mark.engine("postgresql")
def test_id_of_a_request_reaches_its_statements_and_its_answer(
    system: System,
    make_user: Callable[..., Identity],
    client: Callable[..., FlaskClient],
) -> None:
    browser = client(make_user("lan", "crm.salesperson"))
    seen: list[str] = []
    sa.event.listen(system._database._engine, "before_cursor_execute", lambda *found: seen.append(found[2]))
    answer = browser.get("/records/crm.lead")
    assert answer.status_code == 200
    name = answer.headers[HEADER]
    assert seen
    assert all(text.startswith(f"/* request {name} */ ") for text in seen)


@pytest.mark.engine("sqlite")
def test_id_from_outside_counts_only_where_a_proxy_is_believed(system: System) -> None:
    plain = create_app(system).test_client()
    assert plain.get("/log-in", headers={HEADER: "from-outside-1"}).headers[HEADER] != "from-outside-1"
    object.__setattr__(system.settings, "proxies", 1)
    behind = create_app(system).test_client()
    assert behind.get("/log-in", headers={HEADER: "from-outside-1"}).headers[HEADER] == "from-outside-1"
    assert "*/" not in behind.get("/log-in", headers={HEADER: "*/ DROP TABLE"}).headers[HEADER]


@pytest.mark.engine("sqlite")
def test_line_of_a_request_is_json_and_tells_no_search(
    system: System,
    make_user: Callable[..., Identity],
    client: Callable[..., FlaskClient],
    capsys: pytest.CaptureFixture[str],
) -> None:
    lan = make_user("lan", "crm.salesperson")
    browser = client(lan)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        logs.configure(Settings(log_format="json"))
        answer = browser.get("/records/crm.lead?q=Nguyễn")
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        root.handlers[:], level = before
        root.setLevel(level)
    (line,) = [line for line in lines if line["logger"] == "banyan.request"]
    assert line["request"] == answer.headers[HEADER]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/records/crm.lead", 200)
    assert (line["user"], line["level"]) == (lan.user_id, "info")
    assert line["statements"] > 0
    assert line["milliseconds"] > 0
    assert "Nguyễn" not in str(lines)
