"""Messages, their files and activities are as visible as the record that they are about: in lists, API and counts."""

from __future__ import annotations

import pytest

from addons.crm.models import Lead, Partner
from addons.mail.models import Activity, Follower, Mail, Message, MessageFile, NotUnderstood, Server
from addons.mail.operations.post import post
from core import AccessDenied, Invalid, Missing, Upload

pytestmark = pytest.mark.addons("mail", "crm")


@pytest.fixture
def told(system, lan, minh, deal):
    """(a message of Lan's on her deal, its file, an activity of hers)."""
    with system.unit(write=True) as unit:
        env = unit.env(lan)
        message = post(env[Lead].get(deal), "<p>They pay late.</p>", files=[Upload("bill.txt", b"12 000")])
        activity = env[Activity].create(record=("crm.lead", deal), summary="Call them")
        return message.id, unit.system_env()[MessageFile].search()[0].id, activity.id


def test_who_may_read_the_record_reads_what_is_said_about_it(system, told, lan):
    message, file, activity = told
    with system.unit() as unit:
        env = unit.env(lan)
        assert env[Message].get(message).body == "<p>They pay late.</p>"
        assert env[MessageFile].get(file).file.read() == b"12 000"
        assert env[Activity].get(activity).summary == "Call them"


@pytest.mark.parametrize("model", [Message, MessageFile, Activity, Follower])
def test_what_is_about_a_hidden_record_is_not_there(system, told, minh, deal, model, lan):
    with system.unit(write=True) as unit:
        unit.env(lan)[Follower].create(record=("crm.lead", deal), user=lan.user_id)
    with system.unit() as unit:
        number = unit.system_env()[model].search()[0].id
        env = unit.env(minh)
        assert env[model].count() == 0
        assert not env[model].search()
        assert env[model].groups([], []) in ([], [{"__count": 0}])
        with pytest.raises(Missing):
            env[model].get(number)


def test_the_api_and_the_pages_tell_nothing_of_it(system, told, minh, lan, deal, client):
    message, file, activity = told
    with system.unit() as unit:
        attachment = unit.system_env()[MessageFile].get(file).file.id
    hers, his = client(lan), client(minh)
    for name, number in (("mail.message", message), ("mail.message.file", file), ("mail.activity", activity)):
        assert hers.get(f"/api/v1/{name}/{number}").status_code == 200
        assert his.get(f"/api/v1/{name}/{number}").status_code == 404
        assert hers.get(f"/api/v1/{name}").json["count"] == 1
        assert his.get(f"/api/v1/{name}").json["count"] == 0
        assert his.get(f"/records/{name}/{number}").status_code == 404
        assert "They pay late" not in his.get(f"/records/{name}").text
    assert hers.get(f"/file/{attachment}").status_code == 200
    assert his.get(f"/file/{attachment}").status_code == 404


def test_who_may_change_the_record_writes_about_it_in_their_own_name(system, lan, minh, deal):
    with system.unit(write=True) as unit:
        assert post(unit.env(lan)[Lead].get(deal), "<p>x</p>").user.name == "Lan"
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[Message].create(record=("crm.lead", deal), body="x", user=minh.user_id)
    with pytest.raises((AccessDenied, Invalid)), system.unit(write=True) as unit:
        unit.env(minh)[Message].create(record=("crm.lead", deal), body="x")


def test_who_may_only_read_the_record_writes_nothing_about_it(system, make_user):
    clerk = make_user("clerk", "base.user")
    with system.unit(write=True) as unit:
        partner = unit.system_env()[Partner].create(name="An").id
    with system.unit() as unit:
        assert unit.env(clerk)[Partner].get(partner).name == "An"
    for model, values in ((Message, {"body": "x"}), (Activity, {"summary": "x"})):
        with pytest.raises(AccessDenied), system.unit(write=True) as unit:
            unit.env(clerk)[model].create(record=("res.partner", partner), **values)


def test_nobody_changes_what_has_been_said(system, told, lan):
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[Message].get(told[0]).body = "They pay in time."
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[Message].get(told[0]).delete()


def test_messages_go_with_a_deal_that_is_given_away(system, told, lan, minh, deal):
    with system.unit(write=True) as unit:
        unit.system_env()[Lead].get(deal).salesperson = minh.user_id
    with system.unit() as unit:
        assert unit.env(lan)[Message].count() == 0
        assert unit.env(minh)[Message].count() == 1


def test_message_about_nothing_is_its_writers_alone(system, lan, minh):
    with system.unit(write=True) as unit:
        unit.system_env()[Message].create(body="x", user=lan.user_id)
    with system.unit() as unit:
        assert (unit.env(lan)[Message].count(), unit.env(minh)[Message].count()) == (1, 0)


def test_messages_of_a_deleted_record_go_with_it(system, told, deal):
    with system.unit(write=True) as unit:
        unit.system_env()[Lead].get(deal).delete()
    with system.unit() as unit:
        assert unit.system_env()[Message].count() == 0
        assert unit.system_env()[MessageFile].count() == 0
        assert unit.system_env()[Activity].count() == 0


@pytest.mark.parametrize("model", [Mail, NotUnderstood, Server])
def test_queue_and_servers_are_for_administrators_of_mail(system, lan, postmaster, model):
    with system.unit() as unit:
        assert unit.env(postmaster)[model].count() == 0
        with pytest.raises(AccessDenied):
            unit.env(lan)[model].count()
