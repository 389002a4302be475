"""A filter of an address, told in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import Identity
from core.addons.system import System
from core.formats import formats_for
from core.orm.notation import from_json
from core.web.screens.sentence import sentence

pytestmark = pytest.mark.engine("sqlite")

TOLD: list[tuple[list[Any], str]] = [
    ([["name", "ilike", "Huế"]], "Opportunity contains “Huế”"),
    ([["expected_revenue", ">=", 1000]], "Expected revenue is at least 1,000"),
    ([["date_closed", ">=", "2017-01-01"], ["date_closed", "<", "2017-04-01"]],
     "Closed on is from 01/01/2017 and Closed on is before 01/04/2017"),
    ([["stage_id.is_won", "=", True]], "Stage: Means won is yes"),
    (["|", ["outcome", "=", "won"], ["outcome", "=", "lost"]], "Outcome is Won or Outcome is Lost"),
    ([["partner_id", "=", None]], "Customer is not set"),
    ([["partner_id", "!=", None]], "Customer is set"),
    ([["priority", "in", ["1", "2"]]], "Priority is one of High, Very high"),
    ([["tag_ids", "any", [["name", "=", "VIP"]]]], "Tags: one where Tag is VIP"),
    ([["outcome", "=", "won"], "|", ["priority", "=", "1"], ["priority", "=", "2"]],
     "Outcome is Won and (Priority is High or Priority is Very high)"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), TOLD, ids=[words for _data, words in TOLD])
def test_filter_is_told_in_words(
    system: System, make_user: Callable[..., Identity], data: list[Any], words: str
) -> None:
    lan = make_user("lan", "crm.administrator")
    with system.unit() as unit:
        env = unit.env(lan)
        condition = from_json(env.models, "crm.lead", data)
        assert sentence(env, formats_for("en", "UTC"), env.models["crm.lead"], condition) == words


def test_records_are_called_by_their_names(system: System, make_user: Callable[..., Identity]) -> None:
    lan = make_user("lan", "crm.administrator")
    with system.unit() as unit:
        env = unit.env(lan)
        stage = env["crm.stage"].search(limit=1)[0]
        condition = from_json(env.models, "crm.lead", [["stage_id", "in", [stage.id]], ["user_id", "=", lan.user_id]])
        told = sentence(env, formats_for("en", "UTC"), env.models["crm.lead"], condition)
        assert told == f"Stage is one of {stage.name} and Salesperson is Lan"
