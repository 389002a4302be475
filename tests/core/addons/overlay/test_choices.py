"""The choices of an added field, as people write them, and what is asked of one before it goes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Identity, Invalid, Refused
from core.addons.overlay.choices import options_of, written
from core.addons.system import System
from core.orm.fields.base import BadValue

from .conftest import Customise

lines = st.lists(st.text(st.sampled_from("ab Đ|=_"), max_size=12), max_size=4)


@given(lines)
def test_what_is_spelt_out_stays_as_it_is(found: list[str]) -> None:
    try:
        once = written("\n".join(found))
    except BadValue:
        return
    assert written(once) == once
    assert [(value, str(label)) for value, label in options_of(once)] == [
        (value, str(label)) for value, label in options_of("\n".join(found))
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hot = Hot\n|||", "has no word in line 2"),
        ("||", "has no word in line 1"),
        ("hot = ||", "has no word in line 1"),
        ("|| Nóng", "has no word in line 1"),
        ("a = | | b", "has no word in line 1"),
        ("Hot | Nóng | Chaud", "has more than one “|” in line 1: write “Hot | Nóng”"),
        ("!!!", "has a line without a value of at most 64 characters, line 1: write “value = words”"),
        ("hot = Hot\n\n = Cold", "has a line without a value of at most 64 characters, line 3: write “value = words”"),
    ],
)
@pytest.mark.engine("sqlite")
def test_line_that_is_no_choice_is_told(system: System, add: Customise, text: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        add("crm.lead", label="Heat", kind="selection", options=text)
    assert refused.value.fields == {"options": [reason]}


def test_amount_that_records_start_with_fits_every_currency_in_use(system: System, add: Customise) -> None:
    with pytest.raises(Invalid) as refused:
        add("crm.lead", label="Bonus", kind="monetary", default="1000.5")
    assert refused.value.fields == {
        "default": ["does not fit VND: must be a whole amount: the currency has no decimals"]
    }
    add("crm.lead", label="Bonus", kind="monetary", default="1000")
    with system.unit(write=True) as unit:
        env = unit.system_env()
        assert env["crm.lead"].create(name="Ghế").x_bonus == Decimal(1000)


def test_field_that_holds_something_says_before_that_it_is_archived_first(
    system: System, add: Customise, edit: Callable[..., None], minh: Identity
) -> None:
    field = add("crm.lead", label="Heat", kind="integer")
    with system.unit(write=True) as unit:
        unit.system_env()["crm.lead"].create(name="Ghế", x_heat=3)
    with system.unit(write=True) as unit:
        entry = unit.env(minh)["ir.model.fields"].get(field)
        plan = entry.deletion_plan()
        assert not plan.possible
        assert plan.refusal.startswith("One record has a value in Heat. Archive it first")
        with pytest.raises(Refused, match="Archive it first"):
            entry.delete()
    edit("ir.model.fields", field, active=False)
    with system.unit(write=True) as unit:
        entry = unit.env(minh)["ir.model.fields"].get(field)
        assert entry.deletion_plan().possible
        entry.delete()


def test_more_decimals_than_there_is_room_for_are_told_as_they_are(
    system: System, add: Customise, edit: Callable[..., None]
) -> None:
    field = add("crm.lead", label="Area", kind="decimal", digits=2)
    with system.unit(write=True) as unit:
        unit.system_env()["crm.lead"].create(name="Ghế", x_area=Decimal("1234567.5"))
    with pytest.raises(Invalid) as refused:
        edit("ir.model.fields", field, digits=12)
    reason = "Opportunity: with 12 decimals Area has room for 6 digits before the point, and one record has more"
    assert refused.value.fields == {"digits": [reason]}
