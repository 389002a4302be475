"""What addons in a partner's folder bring to the pages: fields on one form, and a verb that asks first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import Identity
from core.addons.lifecycle import enable
from core.addons.system import System
from core.testing.databases import Databases
from core.testing.forms import read_form
from core.testing.systems import UserMaker, prepare_system, settings_for
from core.testing.web import SignIn

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "addons"
ADDONS = ("loyalty", "courier", "sealed")


@pytest.fixture
def partners(
    engine: str, databases_of: Callable[[str], Databases], kept_registries: list[object], tmp_path: Path
) -> Iterator[System]:
    """CRM with three addons that do not know of one another."""
    databases = databases_of(engine)

    def prepare(address: str) -> None:
        prepare_system(address, ("crm",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ADDONS)

    address = databases.copy(("partners",), prepare)
    opened = System.open(settings_for(address, tmp_path / "data", (FIXTURES,)))
    kept_registries.append(opened.registry)
    yield opened
    opened.close()
    databases.drop(address)


@pytest.fixture
def lan(partners: System) -> Identity:
    return UserMaker(partners).make("lan", "crm.administrator")


@pytest.fixture
def deal(partners: System, lan: Identity) -> int:
    with partners.unit(write=True) as unit:
        made: int = unit.env(lan)["crm.lead"].create(name="Fifty chairs", expected_revenue=5000).id
        return made


@pytest.fixture
def stored(partners: System) -> Callable[..., dict[str, Any]]:
    def read(identity: int, *names: str) -> dict[str, Any]:
        with partners.unit() as unit:
            record = unit.system_env()["crm.lead"].get(identity)
            return {name: getattr(record, name) for name in names}

    return read


def test_form_shows_what_all_of_them_add(partners: System, lan: Identity, deal: int, stored: Any) -> None:
    browser = SignIn(partners)(lan)
    page = browser.get(f"/records/crm.lead/{deal}").text
    form = read_form(page)
    assert form.fields["points"] == "0"
    assert "Points value" in page
    assert "Sealed" in page
    assert form.fill(points="7").submit(browser).status_code == 303
    assert stored(deal, "points", "points_value") == {"points": 7, "points_value": 5000}
    assert "Points" in browser.get("/records/crm.lead").text


def test_button_of_one_runs_what_all_of_them_do(partners: System, lan: Identity, deal: int, stored: Any) -> None:
    browser = SignIn(partners)(lan)
    form = read_form(browser.get(f"/records/crm.lead/{deal}").text)
    assert form.submit(browser, "Won").status_code == 303
    assert stored(deal, "outcome", "points", "delivered_by") == {"outcome": "won", "points": 10, "delivered_by": "ship"}


def test_verb_with_a_question_asks_it_and_carries_what_was_typed(
    partners: System, lan: Identity, deal: int, stored: Any
) -> None:
    browser, address = SignIn(partners)(lan), f"/records/crm.lead/{deal}"
    asked = read_form(browser.get(address).text).fill(reference="HD-12").submit(browser, "Seal")
    assert asked.status_code == 200
    assert "Seal it for good?" in asked.text
    assert stored(deal, "sealed", "reference") == {"sealed": False, "reference": ""}
    assert read_form(asked.text, "confirm").submit(browser).status_code == 303
    assert stored(deal, "sealed", "reference") == {"sealed": True, "reference": "HD-12"}
    assert "Seal" not in read_form(browser.get(address).text).buttons


def test_verb_that_refuses_says_why_and_keeps_nothing(partners: System, lan: Identity, deal: int, stored: Any) -> None:
    browser, address = SignIn(partners)(lan), f"/records/crm.lead/{deal}"
    form = read_form(browser.get(address).text).fill(contact_name="Bà Mai", _confirmed="1")
    answer = form.submit(browser, "Seal")
    assert answer.status_code == 409
    assert "Fifty chairs has no reference to seal it with." in answer.text
    assert read_form(answer.text).fields["contact_name"] == "Bà Mai"
    assert stored(deal, "sealed", "contact_name") == {"sealed": False, "contact_name": ""}


def test_field_that_only_code_may_set_is_not_written(partners: System, lan: Identity, deal: int, stored: Any) -> None:
    browser = SignIn(partners)(lan)
    form = read_form(browser.get(f"/records/crm.lead/{deal}").text).fill(sealed=True)
    assert form.submit(browser).status_code == 303
    assert stored(deal, "sealed") == {"sealed": False}
