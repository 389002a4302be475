"""A form that is sent twice makes one record."""

from __future__ import annotations

from collections.abc import Callable

from core import Identity
from core.addons.system import System
from core.testing.forms import read_form
from core.testing.web import SignIn

NEW = "/records/res.partner/new"


def _count(system: System) -> int:
    with system.unit() as unit:
        return unit.system_env()["res.partner"].count()


def test_a_form_that_is_sent_twice_makes_one_record(
    client: SignIn, make_user: Callable[..., Identity], system: System
) -> None:
    browser = client(make_user("lan", "base.contacts"))
    form = read_form(browser.get(NEW).text).fill(name="An Phát")
    answers = [form.submit(browser) for _each in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert _count(system) == 1


def test_who_goes_back_and_types_something_else_makes_another(
    client: SignIn, make_user: Callable[..., Identity], system: System
) -> None:
    browser = client(make_user("lan", "base.contacts"))
    form = read_form(browser.get(NEW).text)
    addresses = {form.fill(name=name).submit(browser).location for name in ("An Phát", "Bình Minh")}
    assert len(addresses) == _count(system) == 2


def test_what_was_wrong_is_sent_again_with_the_same_token(
    client: SignIn, make_user: Callable[..., Identity], system: System
) -> None:
    browser = client(make_user("lan", "base.contacts"))
    first = read_form(browser.get(NEW).text)
    refused = first.fill(name="").submit(browser)
    assert refused.status_code == 422
    again = read_form(refused.text)
    assert again.fields["_once"] == first.fields["_once"]
    assert again.fill(name="An Phát").submit(browser).status_code == 303
    assert _count(system) == 1


def test_two_pages_with_the_same_words_are_two_records(
    client: SignIn, make_user: Callable[..., Identity], system: System
) -> None:
    browser = client(make_user("lan", "base.contacts"))
    for _each in range(2):
        assert read_form(browser.get(NEW).text).fill(name="An Phát").submit(browser).status_code == 303
    assert _count(system) == 2
