"""Writes that a client may repeat: done once, and answered the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from core import Identity
from core.addons.system import System
from core.orm.tables import ONCE
from core.testing.web import SignIn

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PARTNERS = "/api/v1/res.partner"
KEY = {"Idempotency-Key": "order-17"}


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    return make_user("lan", "base.contacts")


def _count(system: System) -> int:
    with system.unit() as unit:
        return unit.system_env()["res.partner"].count()


def test_a_post_that_comes_twice_makes_one_record(client: SignIn, lan: Identity, system: System) -> None:
    browser = client(lan)
    first = browser.post(PARTNERS, json={"name": "An Phát"}, headers=KEY)
    again = browser.post(PARTNERS, json={"name": "An Phát"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert _count(system) == 1


def test_a_key_with_another_request_is_refused(client: SignIn, lan: Identity, system: System) -> None:
    browser = client(lan)
    browser.post(PARTNERS, json={"name": "An Phát"}, headers=KEY)
    other = browser.post(PARTNERS, json={"name": "Bình Minh"}, headers=KEY)
    assert (other.status_code, other.json["code"]) == (422, "key_reused")
    assert "Take a new key for each new request." in other.json["detail"]
    assert browser.post(f"{PARTNERS}?fields=name", json={"name": "An Phát"}, headers=KEY).status_code == 422
    assert _count(system) == 1


def test_what_failed_may_be_tried_again_with_its_key(client: SignIn, lan: Identity, system: System) -> None:
    browser = client(lan)
    assert browser.post(PARTNERS, json={"name": ""}, headers=KEY).status_code == 422
    assert browser.post(PARTNERS, json={"name": "An Phát"}, headers=KEY).status_code == 201


def test_a_change_and_a_deletion_are_answered_again_too(client: SignIn, lan: Identity, system: System) -> None:
    browser = client(lan)
    address = browser.post(PARTNERS, json={"name": "An"}).headers["Location"]
    body = {"name": "An Phát", "row_version": 1}
    first = browser.patch(address, json=body, headers=KEY)
    again = browser.patch(address, json=body, headers=KEY)
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
    assert browser.patch(address, json=body).status_code == 409
    gone = {"Idempotency-Key": "gone"}
    assert [browser.delete(address, headers=gone).status_code for _each in range(2)] == [204, 204]
    assert browser.delete(address).status_code == 404


def test_keys_belong_to_their_users(
    client: SignIn, lan: Identity, make_user: Callable[..., Identity], system: System
) -> None:
    minh = make_user("minh", "base.contacts")
    for who in (lan, minh):
        assert client(who).post(PARTNERS, json={"name": "An Phát"}, headers=KEY).status_code == 201
    assert _count(system) == 2


@pytest.mark.parametrize("key", ["", "x" * 101, "né"])
def test_a_key_that_is_none_is_refused(client: SignIn, lan: Identity, key: str) -> None:
    answer = client(lan).post(PARTNERS, json={"name": "An"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["parameter"]) == (400, "Idempotency-Key")


def test_two_at_once_make_one_record_and_get_one_answer(client: SignIn, lan: Identity, system: System) -> None:
    browsers: list[FlaskClient] = [client(lan) for _each in range(4)]
    answers: list[Any] = []
    start = threading.Barrier(4, timeout=20)

    def send(browser: FlaskClient) -> None:
        start.wait()
        answers.append(browser.post(PARTNERS, json={"name": "An Phát"}, headers=KEY))

    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json["id"] for answer in answers}) == 1
    assert _count(system) == 1


def test_answers_are_kept_for_a_day(client: SignIn, lan: Identity, system: System) -> None:
    browser = client(lan)
    browser.post(PARTNERS, json={"name": "An Phát"}, headers=KEY)
    table = system.registry.models.metadata.tables[ONCE]
    with system._database.migrating() as migration:
        at = migration.connection.execute(sa.select(table.c.at)).scalar_one()
        migration.connection.execute(sa.update(table).values(at=at - timedelta(hours=25)))
    assert browser.post(PARTNERS, json={"name": "An Phát"}, headers=KEY).status_code == 201
    assert _count(system) == 2
    with system._database.migrating() as migration:
        assert len(migration.connection.execute(sa.select(table.c.key)).all()) == 1
