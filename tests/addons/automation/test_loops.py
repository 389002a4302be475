"""Automations that set one another off are stopped, with a message that names them, and leave nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from addons.automation.models import Automation, Log
from addons.base.models import CustomModel
from addons.crm.models import Lead
from core import Env
from core.addons.system import System
from tests.addons.automation.conftest import automated

pytestmark = pytest.mark.addons("crm", "automation")


def automate(env: Env, name: str, words: str, **values: Any) -> Automation:
    return automated(env, name, words, **{"trigger": "changed", **values})


@pytest.fixture
def ping_pong(system: System) -> System:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        automate(env, "Ping", "priority = 1", after='[["priority", "=", "2"]]')
        automate(env, "Pong", "priority = 2", after='[["priority", "=", "1"]]')
        automate(env, "Bystander", "reference = Huế", watched="priority")
    return system


def test_two_that_trigger_each_other_are_stopped_with_a_message_that_names_both(ping_pong: System) -> None:
    with ping_pong.unit(write=True) as unit:
        lead = unit.system_env()[Lead].create(name="50 chairs").id
    with ping_pong.unit(write=True) as unit:
        unit.system_env()[Lead].get(lead).write(priority="2", phone="0909")
    with ping_pong.unit() as unit:
        env = unit.system_env()
        found = env[Lead].get(lead)
        assert (found.priority, found.phone) == ("2", "0909"), "what the person saved stays, and nothing of the loop"
        assert found.reference == "Huế", "the others did their work"
        stopped = env[Automation].search(Automation.stopped_at.is_set())
        assert {one.name for one in stopped} == {"Ping", "Pong"}
        for one in stopped:
            assert one.problem == (
                "“Ping”, “Pong” set one another off on 50 chairs without an end, and were stopped. All that they did "
                "there was taken back."
            )
        notes = env[Log].search(Log.outcome == "stopped")
        assert {note.automation_name for note in notes} == {"Ping", "Pong"}
        assert {note.message for note in notes} == {one.problem for one in stopped}
        assert [change.reason for change in found.history() if "reference" in change.changes] == [
            "automation Bystander"
        ]


def test_a_stopped_automation_rests_until_it_is_switched_on_again(ping_pong: System) -> None:
    with ping_pong.unit(write=True) as unit:
        lead = unit.system_env()[Lead].create(name="50 chairs").id
    for _each in range(2):
        with ping_pong.unit(write=True) as unit:
            unit.system_env()[Lead].get(lead).write(priority="1")
    with ping_pong.unit(write=True) as unit:
        env = unit.system_env()
        assert env[Log].count(Log.outcome == "stopped") == 2
        env[Automation].search(Automation.name == "Ping")[0].resume()
    with ping_pong.unit(write=True) as unit:
        unit.system_env()[Lead].get(lead).write(priority="2")
    with ping_pong.unit() as unit:
        assert unit.system_env()[Lead].get(lead).priority == "1", "Ping runs, and Pong rests"


def test_one_that_sets_itself_off_is_stopped(system: System) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        automate(env, "Longer", "name = {name}!", watched="name")
        lead = env[Lead].create(name="50 chairs").id
    with system.unit(write=True) as unit:
        unit.system_env()[Lead].get(lead).name = "60 chairs"
    with system.unit() as unit:
        env = unit.system_env()
        assert env[Lead].get(lead).name == "60 chairs"
        assert "“Longer” sets itself off" in env[Automation].search(Automation.name == "Longer")[0].problem


def test_a_chain_that_comes_to_rest_is_no_loop(system: System) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        automate(env, "First", "reference = Huế", watched="phone,reference")
        automate(env, "Second", "contact_name = Lê Lợi", watched="reference,contact_name")
        lead = env[Lead].create(name="50 chairs").id
    with system.unit(write=True) as unit:
        unit.system_env()[Lead].get(lead).phone = "0909"
    with system.unit() as unit:
        env = unit.system_env()
        assert (env[Lead].get(lead).reference, env[Lead].get(lead).contact_name) == ("Huế", "Lê Lợi")
        assert not env[Automation].count(Automation.stopped_at.is_set())
        assert {note.automation_name: note.outcome for note in env[Log].search()} == {"First": "done", "Second": "done"}


NEW = '[["name", "=like", "Seed%"]]'
MAKE = {"kind": "create", "words": "name = Seed {id}"}


def is_stopped(system: System) -> set[str]:
    with system.unit() as unit:
        return {one.name for one in unit.system_env()[Automation].search(Automation.stopped_at.is_set())}


@pytest.mark.parametrize("count", [1, 2])
def test_what_makes_records_without_an_end_is_stopped_and_the_save_stays(system: System, count: int) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        kind = env[CustomModel].search(CustomModel.key == "crm.lead")[0]
        for place in range(count):
            automated(env, f"Seeder {place}", {**MAKE, "target": kind}, trigger="created", after=NEW)
    with system.unit(write=True) as unit:
        saved = unit.system_env()[Lead].create(name="Seed 0").id
    assert is_stopped(system) == {f"Seeder {place}" for place in range(count)}
    with system.unit() as unit:
        env = unit.system_env()
        assert list(env[Lead].search(Lead.name.ilike("Seed")).ids) == [saved]
        assert env[Log].count(Log.outcome == "stopped") == count
