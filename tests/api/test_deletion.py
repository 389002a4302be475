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
    assert browser.get("/api/v1/res.partner/9999/deletion").status_code == 404
    page = browser.get(f"/records/res.partner/{id}/delete").get_data(as_text=True)
    assert "It cannot be deleted, since these use it:" in page
    assert 'class="btn danger"' not in page
    page = browser.get(f"/records/crm.lead/{lead}/delete").get_data(as_text=True)
    assert 'class="btn danger"' in page
