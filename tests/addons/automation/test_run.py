"""When automations run, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from addons.automation.models import Automation, Log
from addons.base.models import CustomModel, Partner
from addons.crm.models import Lead, Stage
from core import AccessDenied, Env, Identity, Invalid
from core.addons.system import System
from core.orm.undo import plan_undo, undo

pytestmark = pytest.mark.addons("crm", "automation")

WON = '[["stage_id.is_won", "=", true]]'


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    return make_user("lan", "crm.salesperson")


def new_lead(system: System, who: Identity | None = None, **values: Any) -> int:
    with system.unit(write=True) as unit:
        env = unit.env(who) if who else unit.system_env()
        return int(env[Lead].create(**{"name": "50 chairs", **values}).id)


def won_stage(env: Env) -> Stage:
    return env[Stage].search(Stage.is_won == True)[0]


def test_a_new_record_that_meets_the_filter_sets_it_off(system: System, automate: Any, lan: Identity) -> None:
    with system.unit(write=True) as unit:
        automate(
            unit.system_env(), "Greet", "reference = NEW {name}", trigger="created", after='[["type", "=", "lead"]]'
        )
    fresh, other = new_lead(system, lan, kind="lead"), new_lead(system, lan)
    with system.unit() as unit:
        env = unit.system_env()
        assert env[Lead].get(fresh).reference == "NEW 50 chairs"
        assert env[Lead].get(other).reference == ""
        latest = env[Lead].get(fresh).history()[0]
        assert (latest.reason, latest.changes) == ("automation Greet", {"reference": ("", "NEW 50 chairs")})
        (note,) = env[Log].search()
        assert (note.outcome, note.record.id, note.changed) == ("done", fresh, "Reference: – → NEW 50 chairs")


def test_changed_to_means_that_the_filter_was_not_met_before(system: System, automate: Any) -> None:
    lead = new_lead(system)
    with system.unit(write=True) as unit:
        automate(unit.system_env(), "Thanks", "reference = {reference}+", trigger="changed", after=WON)
    for values in ({"phone": "1"}, {"stage": "won"}, {"phone": "2"}):
        with system.unit(write=True) as unit:
            env = unit.system_env()
            given = {"stage": won_stage(env)} if "stage" in values else values
            env[Lead].get(lead).write(**given)
    with system.unit() as unit:
        assert unit.system_env()[Lead].get(lead).reference == "+", "once, when it was won"


def test_the_filter_before_is_asked_of_the_record_as_it_was(system: System, automate: Any) -> None:
    high, low = new_lead(system, priority="2"), new_lead(system)
    with system.unit(write=True) as unit:
        automate(
            unit.system_env(), "Calm", "reference = calmed", trigger="changed", watched="priority",
            before='[["priority", "=", "2"]]', after='[["priority", "=", "1"]]',
        )  # fmt: skip
    with system.unit(write=True) as unit:
        unit.system_env()[Lead].browse(high, low).write(priority="1")
    with system.unit() as unit:
        env = unit.system_env()
        assert [env[Lead].get(one).reference for one in (high, low)] == ["calmed", ""]


def test_actions_create_records_and_press_buttons(system: System, automate: Any) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        contacts = env[CustomModel].search(CustomModel.key == "res.partner")[0]
        create = {"kind": "create", "target": contacts, "words": "name = {contact_name}\ncomment = From {name}"}
        automate(env, "Win", create, {"kind": "verb", "verb": "mark_won"}, trigger="created")
    lead = new_lead(system, contact_name="Chị Hoa")
    with system.unit() as unit:
        env = unit.system_env()
        assert env[Lead].get(lead).stage.is_won
        assert env[Partner].count(Partner.name == "Chị Hoa") == 1


def test_one_that_fails_is_noted_and_the_user_s_change_stays(system: System, automate: Any, lan: Identity) -> None:
    lead = new_lead(system, lan)
    with system.unit(write=True) as unit:
        env = unit.system_env()
        automate(env, "Bad", "reference = x", "name = {contact_name}", trigger="changed", watched="phone")
        automate(env, "Good", "contact_name = seen", trigger="changed", watched="phone")
    with system.unit(write=True) as unit:
        unit.env(lan)[Lead].get(lead).phone = "0909"
    with system.unit() as unit:
        env = unit.system_env()
        found = env[Lead].get(lead)
        assert (found.phone, found.reference, found.contact_name) == ("0909", "", "seen")
        failed = env[Log].search(Log.outcome == "failed")[0]
        assert failed.message == "“Bad” failed on 50 chairs: Opportunity is required."


def test_one_bad_record_of_a_batch_does_not_keep_the_others(system: System, automate: Any) -> None:
    with system.unit(write=True) as unit:
        automate(unit.system_env(), "Copy", "name = {contact_name}", trigger="created")
    with system.unit(write=True) as unit:
        rows = [{"name": f"Lead {number}", "contact_name": "" if number == 3 else f"C{number}"} for number in range(6)]
        ids = unit.system_env()[Lead].create_many(rows).ids
    with system.unit() as unit:
        env = unit.system_env()
        assert [lead.name for lead in env[Lead].browse(*ids)] == ["C0", "C1", "C2", "Lead 3", "C4", "C5"]
        assert env[Log].count(Log.outcome == "failed") == 1


def test_it_acts_with_the_rights_that_are_stated(
    system: System, automate: Any, lan: Identity, make_user: Callable[..., Identity]
) -> None:
    nobody = make_user("nobody", "base.user")
    with system.unit(write=True) as unit:
        automate(unit.system_env(), "Weak", "reference = x", trigger="created", rights="user", user=nobody.user_id)
        automate(unit.system_env(), "Strong", "contact_name = y", trigger="created", rights="user", user=lan.user_id)
    lead = new_lead(system, lan)
    with system.unit() as unit:
        env = unit.system_env()
        assert (env[Lead].get(lead).reference, env[Lead].get(lead).contact_name) == ("", "y")
        assert env[Log].search(Log.outcome == "failed")[0].automation_name == "Weak"
        change = env[Lead].get(lead).history()[0]
        assert (change.user_id, change.reason) == (lan.user_id, "automation Strong")


@pytest.mark.parametrize(
    ("values", "name", "text"),
    [
        ({"after": '[["stag_id", "=", 1]]'}, "after", "nearest: 'stage_id'"),
        ({"after": "priority = 1"}, "after", "is not JSON"),
        ({"watched": "priorty"}, "watched", "nearest: 'priority'"),
        ({"trigger": "date", "date": "name"}, "date", "is no date"),
        ({"words": "nam = x"}, "words", "nearest: 'name'"),
        ({"words": "priority = 9"}, "words", "priority = 9"),
        ({"words": "expected_revenue = {name}"}, "words", "takes no value of"),
        ({"words": "stage_id = Nowhere"}, "words", "there is no “Nowhere”"),
        ({"words": "name = {partner_id.passwort}"}, "words", "passwort"),
        ({"words": "reference = {user_id.password_hash}"}, "words", "nobody"),
    ],
)
@pytest.mark.engine("sqlite")
def test_what_cannot_run_is_refused_with_field_and_reason(
    system: System, automate: Any, values: dict[str, str], name: str, text: str
) -> None:
    values = {"trigger": "changed", **values}
    words = values.pop("words", "reference = x")
    with pytest.raises(Invalid) as refused, system.unit(write=True) as unit:
        automate(unit.system_env(), "Wrong", words, **values)
    assert text in " ".join(refused.value.fields[name])


def test_only_administrators_make_automations(
    system: System, automate: Any, lan: Identity, make_user: Callable[..., Identity]
) -> None:
    chief = make_user("chi", "base.administrator")
    with system.unit(write=True) as unit, pytest.raises(AccessDenied):
        unit.env(lan)[Automation].create(name="Mine", about=1)
    with system.unit(write=True) as unit:
        made = automate(unit.env(chief), "Fine", "reference = x", rights="user")
        assert made.user.id == chief.user_id


def test_a_batch_takes_as_many_statements_as_a_few_records(
    system: System, automate: Any, count_statements: Callable[[], Any]
) -> None:
    with system.unit(write=True) as unit:
        automate(unit.system_env(), "Mark", "reference = {name}", trigger="created_or_changed", after=WON)
    new_lead(system)
    counts = []
    for size in (2, 200):
        with count_statements() as counted, system.unit(write=True) as unit:
            env = unit.system_env()
            env[Lead].create_many([{"name": f"{size}.{number}"} for number in range(size)])
        counts.append(counted.total)
    assert counts[0] == counts[1], "none of them meets the filter: that takes one statement"


def test_who_concludes_sees_what_automations_left(system: System, automate: Any) -> None:
    lead = new_lead(system)
    with system.unit(write=True) as unit:
        automate(unit.system_env(), "Mark", "reference = seen", trigger="changed", watched="priority")
    with system.unit(write=True) as unit:
        unit.system_env()[Lead].get(lead).write(priority="1")
        unit.conclude()
        assert unit.system_env()[Lead].get(lead).reference == "seen"


def test_what_an_automation_noted_does_not_keep_an_import_from_being_taken_back(system: System, automate: Any) -> None:
    with system.unit(write=True) as unit:
        automate(unit.system_env(), "Mark", "phone = 5", trigger="created")
    with system.unit(write=True, reason="import of leads") as unit:
        made = unit.system_env()[Lead].create(name="50 chairs").id
        identity = unit.id
    with system.unit(write=True) as unit:
        env = unit.system_env()
        assert env[Lead].get(made).phone == "5"
        assert env[Log].count() == 1
        plan = plan_undo(env, identity)
        assert plan.clashes == ()
        undo(env, plan, ())
    with system.unit() as unit:
        env = unit.system_env()
        assert env[Lead].with_archived().count(Lead.is_(made)) == 0
        assert [(note.record, note.record_name) for note in env[Log].search()] == [(None, "50 chairs")]
