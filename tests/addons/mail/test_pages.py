"""Pages: the mailbox of what stays here, what is beside a record, and the forms and lists of administrators."""

from __future__ import annotations

import re

import pytest

from addons.crm.models import Lead
from addons.mail.models import (
    Activity,
    ActivityType,
    Alias,
    Blacklist,
    Domain,
    FetchServer,
    Mail,
    Message,
    NotUnderstood,
    Server,
    Template,
)
from addons.mail.operations.post import post
from core.testing.forms import read_form

pytestmark = pytest.mark.addons("mail", "crm")


@pytest.fixture
def kept(company, run_jobs):
    with company.unit(write=True) as unit:
        number = (
            unit.system_env()[Mail]
            .create(subject="Chào <b>", body="<p>Ghế <b>gỗ</b></p><script>x</script>", email_to="an@x.example")
            .id
        )
    run_jobs()
    return number


def test_mailbox_shows_what_stays_here_in_a_frame_that_can_do_nothing(kept, client, postmaster):
    browser = client(postmaster)
    page = browser.get("/mailbox").text
    assert "none of it leaves this machine" in page
    assert "Chào &lt;b&gt;" in page
    one = browser.get(f"/mailbox/{kept}").text
    assert f'sandbox title="The message" src="/mailbox/{kept}/body"' in one
    assert "/opt-out/" in one
    body = browser.get(f"/mailbox/{kept}/body")
    assert "<p>Ghế <b>gỗ</b></p>" in body.text
    assert "script" not in body.text
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert body.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_mailbox_is_for_administrators_of_mail(kept, client, lan):
    browser = client(lan)
    for path in ("/mailbox", f"/mailbox/{kept}", f"/mailbox/{kept}/body"):
        assert browser.get(path).status_code in (403, 404)
    assert "/mailbox" not in browser.get("/").text


def test_menu_leads_to_the_mailbox(client, postmaster, system):
    assert 'href="/mailbox"' in client(postmaster).get("/records/mail.mail").text


def test_page_of_a_record_leads_to_its_messages_and_activities(system, client, lan, deal):
    with system.unit(write=True) as unit:
        env = unit.env(lan)
        post(env[Lead].get(deal), "<p>x</p>")
        other = env[Lead].create(name="other")
        post(other, "<p>y</p>")
    browser = client(lan)
    page = browser.get(f"/records/crm.lead/{deal}").text
    assert "Messages <b>1</b>" in page
    assert "Activities <b>0</b>" in page
    address = page.split("Messages <b>")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    listed = browser.get(address).text
    assert set(re.findall(r"/records/mail\.message/(\d+)", listed)) == {str(_only(system, deal))}


def _only(system, deal):
    with system.unit() as unit:
        env = unit.system_env()
        (message,) = env[Message].search(Message.record.is_(env[Lead].get(deal)))
        return message.id


@pytest.mark.parametrize(("model", "values"), [
    ("mail.message", {"body": "<p>Gọi lại <b>mai</b></p>"}), ("mail.activity", {"summary": "Gọi"}),
])  # fmt: skip
def test_note_and_activity_are_made_from_the_page_of_a_record(system, client, lan, deal, model, values):
    browser = client(lan)
    address = f"/records/{model}/new?set.record=crm.lead,{deal}"
    answer = read_form(browser.get(address).text).fill(**values).submit(browser)
    assert answer.status_code == 303, answer.text
    with system.unit() as unit:
        (made,) = unit.env(lan)[model].search()
        assert made.record == unit.env(lan)[Lead].get(deal)


MODELS = (Activity, ActivityType, Alias, Blacklist, Domain, FetchServer, Mail, Message, NotUnderstood, Server, Template)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_its_list_and_form(system, client, postmaster, model):
    browser = client(postmaster)
    assert browser.get(f"/records/{model._name}").status_code == 200
    if model is not NotUnderstood:
        assert browser.get(f"/records/{model._name}/new").status_code == 200


def test_server_is_made_in_the_browser_and_its_password_stays_where_nobody_types(system, client, postmaster):
    browser = client(postmaster)
    form = read_form(browser.get("/records/ir.mail_server/new").text)
    form.fill(name="out", host="smtp.example.com", user="govi", password="giấy-thuyền-1").submit(browser)
    with system.unit() as unit:
        server = unit.system_env()[Server].search()[0]
        assert server.secret == "giấy-thuyền-1"
    page = browser.get(f"/records/ir.mail_server/{server.id}").text
    assert "giấy-thuyền-1" not in page
    assert read_form(page).fill(host="smtp2.example.com").submit(browser).status_code == 303
    with system.unit() as unit:
        server = unit.system_env()[Server].search()[0]
        assert (server.host, server.secret) == ("smtp2.example.com", "giấy-thuyền-1")


@pytest.mark.parametrize("language", ["vi"])
def test_opt_out_page_speaks_the_language_of_the_browser(kept, client, company, language, postmaster):
    link = client(postmaster).get(f"/mailbox/{kept}").text.split("/opt-out/")[1].split('"')[0]
    page = client().get(f"/opt-out/{link}", headers={"Accept-Language": language}).text
    assert "Không nhận quảng cáo nữa?" in page
    assert "<script" not in page.split("<main")[1]
