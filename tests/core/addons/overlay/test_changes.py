"""Other words, places and digits for what the addons declare; and what does not fit any more is set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core import AccessDenied, Identity, Invalid
from core.addons.ledger import write_setting
from core.addons.lifecycle import enable
from core.addons.overlay.entries import Added, Changed, Overlay, Renamed
from core.addons.overlay.keep import NUMBER, TEXT
from core.addons.overlay.lay import laid_over, lay
from core.addons.system import System
from core.i18n import translate
from core.orm.filter import Condition
from core.settings import Settings
from core.views import GroupAt, WidgetAt
from tests.core.addons.conftest import FIXTURES

from .conftest import Customise, on


def form_of(system: System, model: str = "crm.lead") -> dict[str, list[str]]:
    """Key of each group of the form → its fields."""
    body = system.registry.views.form(model).body
    return {
        item.key: [one.at.path for one in item.items if isinstance(one, WidgetAt)]
        for item in body
        if isinstance(item, GroupAt)
    }


def all_of(form: dict[str, list[str]]) -> list[str]:
    return [name for names in form.values() for name in names]


def columns_of(system: System, model: str = "crm.lead") -> list[str]:
    return [column.at.path for column in system.registry.views.list(model).columns]


def test_field_stands_where_it_was_put(system: System, add: Customise) -> None:
    add("crm.lead", label="Budget", kind="monetary", after_form="Doanh thu dự kiến", on_list=True, after_list="name")
    add("crm.lead", label="Rival", on_list=True)
    add("crm.lead", label="Silent", on_form=False)
    form = form_of(system)
    assert form["deal"][:2] == ["expected_revenue", "x_budget"]
    assert form["work"][-1] == "x_rival"
    assert "x_silent" not in all_of(form)
    assert columns_of(system)[:2] == ["name", "x_budget"]
    assert columns_of(system)[-1] == "x_rival"


def test_field_of_a_model_without_views_of_its_own_is_shown_and_hidden(system: System, add: Customise) -> None:
    add("crm.lost.reason", label="Our fault", kind="boolean", on_list=True)
    add("crm.lost.reason", label="Inner", on_form=False)
    fields = all_of(form_of(system, "crm.lost.reason"))
    assert "x_our_fault" in fields
    assert "x_inner" not in fields
    assert "x_our_fault" in columns_of(system, "crm.lost.reason")
    assert "x_inner" not in columns_of(system, "crm.lost.reason")


def test_field_of_an_addon_is_called_otherwise_moved_and_hidden(system: System, change: Customise) -> None:
    change("crm.lead", name="Reference", label="Customer PO", label_vi="Số PO", after_form="partner")
    change("crm.lead", name="Điện thoại", on_form="hidden")
    change("crm.lead", name="probability", on_list="hidden", label="Chance")
    change("crm.lead", name="team", on_list="shown", after_list="Salesperson")
    field = system.registry.models["crm.lead"].fields["reference"]
    assert (str(field.label), translate(field.label, "vi")) == ("Customer PO", "Số PO")
    form = form_of(system)
    assert form["customer"] == ["partner", "reference", "contact_name", "email"]
    assert "reference" not in form["work"]
    columns = columns_of(system)
    assert "probability" not in columns
    assert columns[columns.index("salesperson") + 1] == "team"
    widgets = {widget.at.path: widget.label for widget in system.registry.views.form("crm.lead").widgets()}
    assert widgets["probability"] == "Chance"


def test_words_of_a_database_go_before_those_of_a_view(system: System, change: Customise) -> None:
    change("crm.lead", name="closes_on", label="Decision")
    labels = {column.at.path: column.label for column in system.registry.views.list("crm.lead").columns}
    assert labels["closes_on"] == "Decision"
    assert labels["expected_revenue"] == "Expected"


def test_field_that_is_called_otherwise_is_found_by_either_name(
    system: System, change: Customise, edit: Callable[..., None]
) -> None:
    behind = change("crm.lead", name="phone", after_form="Reference")
    first = change("crm.lead", name="reference", label="Customer PO")
    assert "Behind" not in aside_of(system, behind)
    for called in ("Reference", "Customer PO", "Mã tham chiếu", "reference"):
        with pytest.raises(Invalid) as refused:
            change("crm.lead", name=called, on_list="shown")
        assert refused.value.fields == {"name": ["This field is changed by another entry already."]}, called
    edit("ir.field.change", first, name="Reference", on_list="shown")
    assert "reference" in columns_of(system)


def aside_of(system: System, entry: int) -> str:
    with system.unit() as unit:
        return str(unit.system_env()["ir.field.change"].get(entry).problem)


def test_kind_of_record_is_called_otherwise(system: System, minh: Identity) -> None:
    with system.unit(write=True) as unit:
        on(unit.env(minh), "crm.lead").write(label="Project", plural="Projects", label_vi="Dự án", plural_vi="Dự án")
    info = system.registry.models["crm.lead"]
    assert (str(info.label), str(info.label_plural), translate(info.label, "vi")) == ("Project", "Projects", "Dự án")


def test_number_gets_more_digits_and_no_fewer_than_are_needed(
    system: System, change: Customise, edit: Callable[..., None], deal: int
) -> None:
    with system.unit(write=True) as unit:
        unit.system_env()["crm.lead"].get(deal).write(probability=Decimal("12.25"))
    entry = change("crm.lead", name="probability", digits=4)
    with system.unit(write=True) as unit:
        lead = unit.system_env()["crm.lead"].get(deal)
        assert lead.probability == Decimal("12.25")
        lead.write(probability=Decimal("12.3456"))
    with pytest.raises(Invalid) as refused:
        edit("ir.field.change", entry, digits=3)
    told = "Opportunity: one record has a value in Probability with more than 3 decimals"
    assert refused.value.fields == {"digits": [told]}
    with pytest.raises(Invalid) as refused:
        edit("ir.field.change", entry, digits=1)
    assert refused.value.fields == {"digits": ["must be between 2 and 12"]}
    with system.unit() as unit:
        assert unit.system_env()["crm.lead"].get(deal).probability == Decimal("12.3456")


@pytest.fixture
def ratios(engine_url: str, tmp_path: Path) -> Iterator[System]:
    """A system with numbers that follow from numbers, and one line of them."""
    place = Settings(data_dir=tmp_path, database_url=engine_url, addons_path=(FIXTURES,))
    enable(place, ["base", "ratio"])
    opened = System.open(place)
    with opened.unit(write=True) as unit:
        unit.system_env()["ratio.line"].create(amount=Decimal(1), price=Decimal("2.5"))
    yield opened
    opened.close()


def test_named_precision_reaches_every_number_of_its_use(ratios: System) -> None:
    with ratios.unit(write=True) as unit:
        unit.system_env()["decimal.precision"].create(name="price", digits=6)
    with ratios.unit(write=True) as unit:
        line = unit.system_env()["ratio.line"].search()[0]
        assert line.price == Decimal("2.5")
        line.write(price=Decimal("2.123456"))
    with pytest.raises(Invalid, match="must be between 6 and 12"), ratios.unit(write=True) as unit:
        unit.system_env()["decimal.precision"].create(name="rate", digits=2)


def test_computed_number_is_found_anew_with_its_new_digits(ratios: System) -> None:
    with ratios.unit(write=True) as unit:
        env = unit.system_env()
        env["ir.field.change"].create(on=on(env, "ratio.line"), name="eighth", digits=3)
    with ratios.unit() as unit:
        line = unit.system_env()["ratio.line"].search()[0]
        assert (line.eighth, line.twice) == (Decimal("0.125"), Decimal("0.250"))


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"name": "y_rival"}, {"name"}),
        ({"name": "x_Rival"}, {"name"}),
        ({"kind": "selection"}, {"options"}),
        ({"kind": "selection", "options": "A\nA"}, {"options"}),
        ({"kind": "decimal", "digits": 20}, {"digits"}),
        ({"kind": "many2one"}, {"target"}),
        ({"kind": "integer", "default": "many"}, {"default"}),
        ({"kind": "text", "searched": True}, {"searched"}),
        ({"kind": "date", "total": True}, {"total"}),
        ({"after_form": "Nowhere"}, {"after_form"}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(add: Customise, values: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        add("crm.lead", label="Rival", **values)
    assert set(refused.value.fields) == fields


def test_engine_tells_of_nothing_on_the_way(add: Customise, caplog: pytest.LogCaptureFixture) -> None:
    add("crm.lead", label="Rival")
    assert not caplog.records


def test_amount_needs_a_currency(add: Customise) -> None:
    with pytest.raises(Invalid) as refused:
        add("crm.tag", label="Cost", kind="monetary")
    assert refused.value.fields == {"kind": ["needs a currency, and no field of Tag points at one"]}


def test_what_makes_a_field_does_not_change(
    system: System, add: Customise, edit: Callable[..., None], deal: int
) -> None:
    entry = add("crm.lead", label="Heat", kind="selection", options="Hot\nCold")
    with system.unit(write=True) as unit:
        unit.system_env()["crm.lead"].get(deal).write(x_heat="hot")
    for values in ({"kind": "char"}, {"name": "x_warmth"}):
        with pytest.raises(Invalid) as refused:
            edit("ir.model.fields", entry, **values)
        assert set(refused.value.fields) == set(values)
    with pytest.raises(Invalid, match="has lost “hot”, which one record has"):
        edit("ir.model.fields", entry, options="Cold")
    edit("ir.model.fields", entry, label="Warmth", options="hot = Very hot | Rất nóng\ncold = Cold\nIce")
    options = system.registry.models["crm.lead"].fields["x_heat"].options
    assert [(value, str(label)) for value, label in options] == [("hot", "Very hot"), ("cold", "Cold"), ("ice", "Ice")]


def test_only_administrators_customise(system: System, lan: Identity) -> None:
    with system.unit(write=True) as unit:
        env = unit.env(lan)
        for source in ("ir.model.fields", "ir.field.change", "decimal.precision", "ir.model"):
            assert not env[source].can("read")
        lead = on(unit.system_env(), "crm.lead").id
        with pytest.raises(AccessDenied), env.savepoint():
            env["ir.model.fields"].create(on=lead, label="Rival")


def test_field_is_for_its_roles_and_rules_hold(system: System, minh: Identity, lan: Identity) -> None:
    with system.unit(write=True) as unit:
        env = unit.env(minh)
        role = env["res.groups"].search(env["res.groups"].info.cls.key == "crm.administrator")
        fields = env["ir.model.fields"]
        fields.create(on=on(env, "crm.lead"), label="Secret", kind="integer", roles=role, default="5")
        fields.create(on=on(env, "crm.lead"), label="Rival", default="none")
        unit.system_env()["crm.lead"].create(name="Not Lan's", salesperson=minh.user_id)
    with system.unit() as unit:
        env = unit.env(lan)
        assert not env["crm.lead"].readable("x_secret")
        assert env["crm.lead"].readable("x_rival")
        assert env["crm.lead"].count(Condition("crm.lead", ("x_rival",), "=", "none")) == 0
        with pytest.raises(AccessDenied):
            env["crm.lead"].count(Condition("crm.lead", ("x_secret",), "=", 5))
        assert unit.env(minh)["crm.lead"].count(Condition("crm.lead", ("x_secret",), "=", 5)) == 1


STALE = Overlay(
    7,
    added=(
        Added(1, "shop.order", "x_gone", "Gone"),
        Added(2, "crm.lead", "x_rival", "Rival", after_form="vanished", on_form="shown"),
        Added(3, "crm.lead", "x_link", "Link", kind="many2one", target="shop.order"),
        Added(4, "crm.lead", "x_for", "For", roles=("shop.manager",)),
        Added(5, "crm.lead", "x_good", "Good", on_form="shown"),
    ),
    changed=(Changed(1, "crm.lead", "vanished", label="V"), Changed(2, "crm.lead", "phone", label="Telephone")),
    renamed=(Renamed(1, "shop.order", label="Order"),),
    digits={"price": 2},
)


def test_what_does_not_fit_is_set_aside_with_the_reason(system: System) -> None:
    models = lay(system.registry.code, STALE).models
    fields = models["crm.lead"].fields
    assert {name for name in fields if name.startswith("x_")} == {"x_rival", "x_good"}
    assert str(fields["phone"].label) == "Telephone"
    aside = {key: set(problems) for key, problems in laid_over(models).aside.items()}
    assert aside == {
        ("ir.model.fields", 1): {"on"},
        ("ir.model.fields", 2): {"after_form"},
        ("ir.model.fields", 3): {"target"},
        ("ir.model.fields", 4): {"roles"},
        ("ir.field.change", 1): {"name"},
        ("ir.model", 1): {"on"},
    }


def test_stale_overlay_does_not_keep_a_system_from_starting(system: System) -> None:
    with system._database.migrating() as migration:
        write_setting(migration.connection, TEXT, STALE.text())
        write_setting(migration.connection, NUMBER, "7")
    later = System.open(system.settings)
    assert later.registry.overlay == STALE
    later.close()


def test_entry_that_is_set_aside_is_found_by_its_reason(
    system: System, add: Customise, edit: Callable[..., None], minh: Identity
) -> None:
    good = add("crm.lead", label="Good")
    rival = add("crm.lead", label="Rival", after_form="Good")
    edit("ir.model.fields", good, on_form=False)
    with system.unit() as unit:
        fields = unit.env(minh)["ir.model.fields"]
        assert fields.search(Condition("ir.model.fields", ("problem",), "!=", "")).ids == (rival,)
        assert fields.search(Condition("ir.model.fields", ("problem",), "=", "")).ids == (good,)
        assert fields.get(rival).problem == "Behind the field “Good” is not on the form"
    assert form_of(system)["work"][-1] == "x_rival"


def test_overlay_keeps_its_text() -> None:
    assert Overlay.parse(STALE.text()) == STALE
