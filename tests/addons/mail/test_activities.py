"""Activities: late, today or planned by the day where the one who does it is, and done with what came of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from addons.crm.models import Lead
from addons.mail.models import Activity, Message
from core import Refused

pytestmark = pytest.mark.addons("mail", "crm")
EVENING = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
"""The 11th in Ho Chi Minh City, the 10th in London."""


@pytest.fixture
def clock(system):
    system._database._clock = lambda: EVENING


def test_state_counts_by_the_day_of_who_does_it(system, clock, make_user, deal, lan):
    london = make_user("kate", "crm.administrator", time_zone="Europe/London")
    saigon = make_user("mai", "crm.administrator", time_zone="Asia/Ho_Chi_Minh")
    with system.unit(write=True) as unit:
        made = unit.system_env()[Activity]
        for who in (london, saigon):
            for day in (9, 10, 11, 12):
                made.create(
                    record=("crm.lead", deal),
                    summary=f"{who.login} {day}",
                    user=who.user_id,
                    deadline=date(2026, 3, day),
                )
    expected = {
        "overdue": ["kate 9", "mai 10", "mai 9"],
        "today": ["kate 10", "mai 11"],
        "planned": ["kate 11", "kate 12", "mai 12"],
        "done": [],
    }
    for reader in (london, saigon, lan):
        with system.unit() as unit:
            activities = unit.env(reader)[Activity]
            for state, names in expected.items():
                assert sorted(one.summary for one in activities.search(Activity.state == state)) == names
                assert sorted(one.summary for one in activities.search() if one.state == state) == names
            assert activities.count(Activity.state.in_(["overdue", "today"])) == 5
            assert activities.count(Activity.state != "overdue") == 5


def test_what_came_of_it_becomes_a_note_on_the_record(system, lan, deal):
    with system.unit(write=True) as unit:
        env = unit.env(lan)
        activity = env[Activity].create(record=("crm.lead", deal), summary="Call <them>")
        activity.feedback = "They want 48."
        activity.mark_done()
        assert activity.state == "done"
        with pytest.raises(Refused):
            activity.mark_done()
    with system.unit() as unit:
        env = unit.env(lan)
        assert env[Activity].count() == 0
        assert env[Activity].count(Activity.state == "done") == 0  # archived, so out of lists
        assert env[Activity].with_archived().count(Activity.state == "done") == 1
        (note,) = env[Message].search(Message.record.is_(env[Lead].get(deal)))
        assert note.body == "<p>Done: Call &lt;them&gt;</p><p>They want 48.</p>"
        assert (note.kind, note.user.name) == ("note", "Lan")


def test_a_board_says_which_cards_are_looked_after(system, client, clock, make_user, deal, lan):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        stage = env[Lead].get(deal).stage
        names = {"Late": (9, 20), "Today": (11,), "Planned": (20,), "Idle": ()}
        for name, days in names.items():
            lead = unit.env(lan)[Lead].create(name=name, stage=stage)
            for day in days:
                env[Activity].create(record=lead, user=lan.user_id, deadline=date(2026, 3, day))
        stage_id = stage.id
    page = client(lan).get(f"/records/crm.lead?view=board&view.more={stage_id}:40").text
    lane = page.split(f'data-lane="{stage_id}"')[1].split("</section>")[0]
    says = re.search(r'<svg class="mix"[^>]*aria-label="([^"]+)"', lane)
    counted = int(re.search(r"data-count>(\d+)<", lane)[1])
    assert says
    assert says[1].startswith("1 planned · 1 for today · ")
    assert says[1].endswith(" · 1 late")
    assert f"{counted - 3} with nothing to do" in says[1]
    cards = {name: card for card in lane.split("<article")[1:] for name in names if f">{name}<" in card}
    assert "tag bad" in cards["Late"]
    assert "tag warn" in cards["Today"]
    assert not any("tag bad" in cards[name] or "tag warn" in cards[name] for name in ("Planned", "Idle"))
