"""Two partners extend the same model without knowing of one another, from folders outside the repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from core import Invalid
from core.addons.discover import discover
from core.addons.lifecycle import enable
from core.addons.registry import compose
from core.addons.system import System
from core.errors import DeclarationError
from core.settings import Settings
from core.testing.databases import Databases
from core.testing.systems import UserMaker
from core.testing.web import SignIn
from core.views import GroupAt, WidgetAt

from .conftest import FIXTURES


@pytest.fixture
def place(engine: str, databases_of: Callable[[str], Databases], tmp_path: Path) -> Iterator[Settings]:
    """A database of the test's own with CRM, its demo deals, and then both partners' addons."""

    def prepare(address: str) -> None:
        settings = Settings(data_dir=tmp_path / "prepared", database_url=address, addons_path=(FIXTURES,))
        enable(settings, ["crm"], demo=True)
        enable(settings, ["loyalty"])
        enable(settings, ["courier"])

    databases = databases_of(engine)
    address = databases.copy("partners", prepare)
    yield Settings(data_dir=tmp_path / "data", database_url=address, addons_path=(FIXTURES,))
    databases.drop(address)


@pytest.fixture
def both(place: Settings, kept_registries: list[object]) -> Iterator[System]:
    system = System.open(place)
    kept_registries.append(system.registry)
    yield system
    system.close()


def test_form_shows_the_fields_of_both(both: System) -> None:
    form = both.registry.views.form("crm.lead")
    deal = next(item for item in form.body if isinstance(item, GroupAt) and item.key == "deal")
    shown = [item.at.path for item in deal.items if isinstance(item, WidgetAt)]
    assert shown[:2] == ["expected_revenue", "points"]
    assert shown[-4:] == ["delivery_cost", "after_delivery", "delivered_by", "points_value"]


def test_page_and_json_show_the_fields_of_both(both: System) -> None:
    manager = UserMaker(both).make("thu", "crm.administrator")
    with both.unit(write=True) as unit:
        deal = unit.system_env()["crm.lead"].create(name="Bàn ghế hội trường", points=12, delivery_cost=3_500)
        deal_id = deal.id
    browser = SignIn(both)(manager)
    page = browser.get(f"/records/crm.lead/{deal_id}").get_data(as_text=True)
    assert "Points" in page
    assert "Delivery cost" in page
    row = browser.get(f"/api/v1/crm.lead/{deal_id}?fields=points,delivery_cost,delivered_by").get_json()
    assert (row["points"], row["delivery_cost"], row["delivered_by"]) == (12, "3500", "van")


def test_deals_that_were_there_have_both_sets_of_fields(both: System) -> None:
    with both.unit() as unit:
        rows = unit.system_env()["crm.lead"].values(
            ["points", "points_value", "delivery_cost", "delivered_by"], limit=1
        )
    assert rows == [{"points": 0, "points_value": 0, "delivery_cost": Decimal(0), "delivered_by": "van"}]


def test_both_computed_fields_and_both_overrides_do_their_work(both: System) -> None:
    with both.unit(write=True) as unit:
        leads = unit.system_env()["crm.lead"]
        deal = leads.create(name="Máy in cho trường học", expected_revenue=45_000, delivery_cost=5_000, points=30)
        assert (deal.points_value, deal.after_delivery) == (30_000, Decimal(40_000))
        deal.mark_won()
        assert (deal.outcome, deal.points, deal.delivered_by) == ("won", 40, "ship")
        assert deal.points_value == 40_000


def test_check_that_a_partner_adds_holds_in_the_database(both: System) -> None:
    with pytest.raises(Invalid, match="Points cannot be less than none"), both.unit(write=True) as unit:
        unit.system_env()["crm.lead"].create(name="Nợ điểm", points=-1)


def test_order_of_enabling_makes_no_difference(place: Settings, both: System) -> None:
    found = discover(place)
    assert compose(found, ["courier", "loyalty"]) is both.registry


def test_misspelt_field_in_a_view_stops_composition(tmp_path: Path) -> None:
    place = Settings(data_dir=tmp_path, addons_path=(FIXTURES,))
    with pytest.raises(DeclarationError) as caught:
        compose(discover(place), ["misspelt"])
    assert str(caught.value) == (
        "addon 'misspelt': misspelt/views/lead.py:10: field 'expected_revenu' is not on crm.lead; "
        "nearest: 'expected_revenue'"
    )
