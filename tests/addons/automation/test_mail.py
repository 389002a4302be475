"""With mail: automations plan activities and send mails by templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from addons.automation.models import Log
from addons.base.models import CustomModel
from addons.crm.models import Lead
from addons.mail.models import Activity, ActivityType, Mail, Template
from core import Identity, Invalid
from core.addons.system import System

pytestmark = pytest.mark.addons("crm", "mail", "automation")


def test_a_won_deal_is_thanked_for_by_mail_and_in_person(
    system: System, automate: Any, make_user: Callable[..., Identity]
) -> None:
    lan = make_user("lan", "crm.salesperson")
    with system.unit(write=True) as unit:
        env = unit.system_env()
        kind = env[CustomModel].search(CustomModel.key == "crm.lead")[0]
        thanks = env[Template].create(
            name="Thanks", about=kind, subject="Thank you for {{ record.name }}", email_to="{{ record.email }}"
        )
        call = env[ActivityType].search()[0]
        automate(
            env, "Thank", {"kind": "mail", "template": thanks},
            {"kind": "activity", "activity": call, "summary": "Thank them", "days": 2, "doer": "user_id"},
            trigger="changed", after='[["stage_id.is_won", "=", true]]', rights="user", user=lan.user_id,
        )  # fmt: skip
    with system.unit(write=True) as unit:
        leads = unit.env(lan)[Lead].create_many(
            [{"name": "50 chairs", "email": "hoa@hoaphat.example"}, {"name": "60 tables"}]
        )
        ids = leads.ids
    with system.unit(write=True) as unit:
        for lead in unit.env(lan)[Lead].browse(*ids):
            lead.mark_won()
    with system.unit() as unit:
        env = unit.system_env()
        assert [mail.subject for mail in env[Mail].search()] == ["Thank you for 50 chairs"]
        (activity,) = env[Activity].search()
        assert (activity.summary, activity.user.id, activity.record.id) == ("Thank them", lan.user_id, ids[0])
        assert activity.deadline == unit.env(lan).today() + timedelta(days=2)
        outcomes = {note.record_name: (note.outcome, note.message) for note in env[Log].search()}
        assert outcomes["50 chairs"][0] == "done"
        assert outcomes["60 tables"][1].startswith("“Thank” failed on 60 tables: 60 tables has nobody to send")
        assert env[Lead].get(ids[1]).stage.is_won, "the deal is won all the same"


@pytest.mark.engine("sqlite")
def test_a_template_for_other_records_is_refused(system: System, automate: Any) -> None:
    with pytest.raises(Invalid, match="is for other records"), system.unit(write=True) as unit:
        env = unit.system_env()
        other = env[CustomModel].search(CustomModel.key == "res.partner")[0]
        template = env[Template].create(name="Hello", about=other, subject="Hello")
        automate(env, "Wrong", {"kind": "mail", "template": template}, trigger="created")
