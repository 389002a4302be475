"""What deleting would do, asked by a program and shown to a person, before it happens."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from core.addons.system import System
from core.orm.identity import Identity
from core.testing.web import SignIn


def test_a_program_asks_what_deleting_would_do(
    system: System, client: SignIn, make_user: Callable[..., Identity]
) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        dong = env["res.currency"].search(limit=1)[0]
        partner = env["res.partner"].create(name="Gỗ Việt")
        env["res.partner"].create(name="Lan", parent=partner)
        env["crm.lead"].create(name="Ghế", partner=partner, currency=dong)
        id, lead = partner.id, env["crm.lead"].search(limit=1)[0].id
    browser: FlaskClient = client(make_user("hoa", "crm.administrator", "base.administrator"))
    told = browser.get(f"/api/v1/res.partner/{id}/deletion").get_json()
    assert told["possible"] is False
    assert [(one["model"], one["field"], one["count"]) for one in told["refused"]] == [("crm.lead", "partner_id", 1)]
    assert [(one["model"], one["field"], one["count"]) for one in told["cleared"]] == [("res.partner", "parent_id", 1)]
    assert told["warning"] is None
    assert browser.get("/api/v1/res.partner/9999/deletion").status_code == 404
    page = browser.get(f"/records/res.partner/{id}/delete").get_data(as_text=True)
    assert "It cannot be deleted, since these use it:" in page
    assert 'class="btn danger"' not in page
    page = browser.get(f"/records/crm.lead/{lead}/delete").get_data(as_text=True)
    assert 'class="btn danger"' in page


def test_a_program_is_told_which_values_go_with_an_added_field(
    system: System, client: SignIn, make_user: Callable[..., Identity]
) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        kinds = env["ir.model"]
        kind = kinds.search(kinds.info.cls.key == "crm.lead")[0]
        env["crm.lead"].create(name="Ghế", currency=env["res.currency"].search(limit=1)[0])
        id = env["ir.model.fields"].create(on=kind, label="Rival", default="An Cường").id
    browser: FlaskClient = client(make_user("hoa", "base.administrator", language="vi"))
    told = browser.get(f"/api/v1/ir.model.fields/{id}/deletion").get_json()
    assert "Một bản ghi có giá trị ở trường này; giá trị ấy sẽ mất" in told["warning"]
