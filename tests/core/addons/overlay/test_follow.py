"""What a database adds is there at once, in every process that serves it, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core import Identity, Invalid, Refused
from core.addons.ledger import read_entries
from core.addons.system import System
from core.orm.read.units import read_units
from core.orm.undo import plan_undo, undo

from .conftest import Customise, on


@pytest.fixture
def second(system: System) -> Iterator[System]:
    """Another process on the same database: nothing is shared with the first but the registry of the addons."""
    opened = System.open(system.settings)
    yield opened
    opened.close()


def names(system: System, *fields: str) -> list[dict[str, Any]]:
    with system.unit() as unit:
        return unit.system_env()["crm.lead"].values(list(fields))


def test_other_process_follows_at_its_next_unit_of_work(
    system: System, second: System, add: Customise, deal: int
) -> None:
    before = second.registry
    add("crm.lead", label="Đối thủ", default="Đại Phát")
    assert names(second, "x_doi_thu") == [{"x_doi_thu": "Đại Phát"}]
    with second.unit(write=True) as unit:
        unit.system_env()["crm.lead"].get(deal).write(x_doi_thu="Hòa Phát")
    assert names(system, "x_doi_thu") == [{"x_doi_thu": "Hòa Phát"}]
    assert "x_doi_thu" not in before.models["crm.lead"].fields
    assert second.registry.code is before.code


def test_process_that_starts_later_has_it(system: System, add: Customise, deal: int) -> None:
    add("crm.lead", label="Rival", default="none")
    later = System.open(system.settings)
    assert names(later, "x_rival") == [{"x_rival": "none"}]
    later.close()


def test_unit_that_is_under_way_goes_on_as_it_began(system: System, second: System, add: Customise, deal: int) -> None:
    with second.unit() as unit:
        add("crm.lead", label="Rival", required=True, default="none")
        leads = unit.system_env()["crm.lead"]
        assert [lead.name for lead in leads.search()] == ["50 ghế ăn"]
        assert "x_rival" not in leads.info.fields
    assert names(second, "x_rival") == [{"x_rival": "none"}]


@pytest.mark.engine("postgresql")
def test_unit_that_began_before_a_required_field_still_makes_records(second: System, add: Customise, deal: int) -> None:
    with second.unit(write=True) as unit:
        add("crm.lead", label="Signed on", kind="date", required=True, default="2026-01-31")
        unit.system_env()["crm.lead"].create(name="Bàn")
    assert len(names(second, "x_signed_on")) == 2


def test_failure_changes_nothing_and_the_old_registry_goes_on(system: System, minh: Identity, add: Customise) -> None:
    before = system.registry
    with pytest.raises(RuntimeError, match="after the fields"), system.unit(write=True) as unit:
        env = unit.env(minh)
        env["ir.model.fields"].create(on=on(env, "crm.lead"), label="Lost")
        raise RuntimeError("after the fields")
    with pytest.raises(Invalid):
        add("crm.lead", label="Money", kind="selection")
    assert system.registry is before
    with system.unit() as unit:
        assert not unit.system_env()["ir.model.fields"].count()


def test_fields_added_at_the_same_time_are_all_there(system: System, second: System, minh: Identity, deal: int) -> None:
    def adding(place: System) -> Callable[[str], None]:
        def add(label: str) -> None:
            with place.unit(write=True) as unit:
                env = unit.env(minh)
                env["ir.model.fields"].create(on=on(env, "crm.lead"), label=label, kind="integer", default="1")

        return add

    labels = [f"Number {place}" for place in range(8)]
    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(adding((system, second)[place % 2]), label) for place, label in enumerate(labels)]
        for one in work:
            one.result()
    fields = [f"x_number_{place}" for place in range(8)]
    assert names(system, *fields) == names(second, *fields) == [dict.fromkeys(fields, 1)]


def test_two_administrators_cannot_add_one_name(system: System, second: System, minh: Identity, add: Customise) -> None:
    add("crm.lead", label="Rival")
    with pytest.raises(Invalid) as refused:
        add("crm.lead", label="Rival!")
    assert refused.value.fields == {"name": ["x_rival is taken by the added field “Rival” of Opportunity"]}


def test_removed_field_leaves_nothing_behind(
    system: System, second: System, minh: Identity, add: Customise, edit: Callable[..., None], deal: int
) -> None:
    entry = add("crm.lead", label="Buyer", kind="many2one", target="res.partner")
    with system.unit(write=True) as unit:
        env = unit.system_env()
        env["crm.lead"].get(deal).write(x_buyer=env["res.partner"].create(name="Gỗ Việt"))
    with pytest.raises(Refused, match="One record has a value in Buyer. Archive it first"):
        remove(system, minh, entry)
    edit("ir.model.fields", entry, active=False)
    with second.unit() as unit:
        assert "x_buyer" not in unit.models["crm.lead"].fields
    edit("ir.model.fields", entry, active=True)
    assert names(second, "x_buyer.name") == [{"x_buyer.name": "Gỗ Việt"}]
    edit("ir.model.fields", entry, active=False)
    remove(system, minh, entry)
    with system._database.looking() as connection:
        assert not [key for key in read_entries(connection) if "x_buyer" in key[1]]
    add("crm.lead", label="Buyer", kind="integer")
    assert names(second, "x_buyer") == [{"x_buyer": 0}]


def remove(system: System, who: Identity, entry: int) -> None:
    with system.unit(write=True) as unit:
        unit.env(who)["ir.model.fields"].get(entry).delete()


def test_deletion_is_not_taken_back_where_another_field_has_the_name(
    system: System, minh: Identity, add: Customise, deal: int
) -> None:
    entry = add("crm.lead", label="Rival")
    remove(system, minh, entry)
    live = add("crm.lead", label="Competitor", name="x_rival", default="An Cường")
    with pytest.raises(Invalid) as refused:
        take_back(system)
    assert refused.value.fields == {"name": ["x_rival is taken by the added field “Competitor” of Opportunity"]}
    assert names(system, "x_rival") == [{"x_rival": "An Cường"}]
    with system.unit(write=True) as unit:
        unit.env(minh)["ir.model.fields"].get(live).write(active=False)
    with pytest.raises(Invalid, match="is taken by the archived added field “Competitor”"):
        take_back(system)
    with system.unit(write=True) as unit:
        unit.env(minh)["ir.model.fields"].get(live).write(active=True)
    assert names(system, "x_rival") == [{"x_rival": "An Cường"}]


def test_deletion_that_is_taken_back_brings_the_field_with_what_it_starts_as(
    system: System, minh: Identity, add: Customise, deal: int
) -> None:
    entry = add("crm.lead", label="Rival", default="none")
    with system.unit(write=True) as unit:
        unit.system_env()["crm.lead"].get(deal).write(x_rival="An Cường")
    remove_for_good(system, minh, entry)
    take_back(system)
    with system.unit(write=True) as unit:
        field = unit.env(minh)["ir.model.fields"].get(entry)
        assert (field.active, field.problem) == (False, "")
        field.active = True
    assert names(system, "x_rival") == [{"x_rival": "none"}]


def take_back(system: System) -> None:
    """Undo the last unit that deleted an added field."""
    with system.unit() as unit:
        deleted = [one for one in read_units(unit.system_env()) if one.counts.get("ir.model.fields", (0, 0, 0))[2]]
        which = deleted[0].unit
    with system.unit(write=True) as unit:
        env = unit.system_env()
        undo(env, plan_undo(env, which))


def remove_for_good(system: System, who: Identity, entry: int) -> None:
    """Archive it, and then delete it."""
    with system.unit(write=True) as unit:
        unit.env(who)["ir.model.fields"].get(entry).write(active=False)
    remove(system, who, entry)


def test_field_that_others_stand_behind_stays(
    system: System, minh: Identity, add: Customise, change: Customise
) -> None:
    entry = add("crm.lead", label="Rival")
    change("crm.lead", name="Phone", after_form="Rival")
    with pytest.raises(Refused, match="Rival is where other fields stand: phone"):
        remove(system, minh, entry)


def test_deal_is_made_in_a_unit_that_also_adds_a_field(system: System, minh: Identity) -> None:
    with system.unit(write=True) as unit:
        env = unit.env(minh)
        env["ir.model.fields"].create(on=on(env, "crm.lead"), label="Rival", default="none")
        env["crm.lead"].create(name="Bàn")
    assert names(system, "name", "x_rival") == [{"name": "Bàn", "x_rival": "none"}]
