"""Who has opted out gets no advertising, and who is to get nothing gets nothing, whatever path is tried."""

from __future__ import annotations

import re

import pytest

from addons.base.models import Partner
from addons.crm.models import Lead
from addons.mail.models import Blacklist, Mail, Message, Template
from addons.mail.operations.consent import opt_in, opt_out
from addons.mail.operations.deliver import begin
from addons.mail.operations.post import post
from addons.mail.operations.templates import send_template
from core import AccessDenied
from core.addons.imports import check_imports
from core.addons.manifest import read_manifest
from core.data import read_mapping, run_import
from core.errors import DeclarationError
from core.jobs.collect import jobs_of
from tests.addons.mail.conftest import state_of

pytestmark = pytest.mark.addons("mail", "crm")

OUT, BLOCKED, FINE = "out@x.example", "blocked@x.example", "fine@x.example"
SPELLINGS = [OUT, "Out@X.example", "Nguyễn Văn An <OUT@x.example>", " out@x.example "]


@pytest.fixture
def lists(company):
    with company.unit(write=True) as unit:
        env = unit.system_env()
        opt_out(env, "OUT@x.example", "link")
        env[Blacklist].create(email="Blocked@x.example", blocks="everything")
    return company


def by_code(system, address, purpose, **_):
    with system.unit(write=True) as unit:
        unit.system_env()[Mail].create(subject="Sale", body="<p>x</p>", email_to=address, purpose=purpose)


def by_many(system, address, purpose, **_):
    with system.unit(write=True) as unit:
        unit.system_env()[Mail].create_many([{"subject": "Sale", "email_to": address, "purpose": purpose}])


def by_api(system, address, purpose, *, client, postmaster, **_):
    browser = client(postmaster)
    answer = browser.post("/api/v1/mail.mail", json={"subject": "Sale", "email_to": address, "purpose": purpose})
    assert answer.status_code == 201, answer.text


def by_api_that_says_it_is_sent_already(system, address, purpose, *, client, postmaster, **_):
    values = {"subject": "Sale", "email_to": address, "purpose": purpose, "state": "sending"}
    assert client(postmaster).post("/api/v1/mail.mail", json=values).status_code == 422
    by_api(system, address, purpose, client=client, postmaster=postmaster)


def by_form(system, address, purpose, *, client, postmaster, **_):
    answer = client(postmaster).post(
        "/records/mail.mail/new", data={"subject": "Sale", "email_to": address, "purpose": purpose}
    )
    assert answer.status_code == 303, answer.text


def by_import(system, address, purpose, *, folder, **_):
    (folder / "mails.csv").write_text(f"subject,to,purpose\nSale,{address},{purpose}\n", encoding="utf-8")
    (folder / "mails.toml").write_text(
        'prefix = "old"\n[[step]]\nname = "mails"\nfile = "mails.csv"\nmodel = "mail.mail"\nid = "{to} {purpose}"\n'
        '[step.fields]\nsubject = "subject"\nemail_to = "to"\npurpose = "purpose"\n',
        encoding="utf-8",
    )
    run_import(system, read_mapping(folder / "mails.toml"), folder)


def by_template(system, address, purpose, *, who, **_):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        about = next(iter(env["ir.model"].search(env["ir.model"].info.cls.key == "crm.lead")))
        template = env[Template].create(
            name="Sale", about=about, subject="Sale", body="<p>x</p>", email_to="{{ record.email }}", purpose=purpose
        )
        send_template(template, [unit.env(who)[Lead].create(name="x", email=address)])


def by_comment(system, address, purpose, *, who, **_):
    with system.unit(write=True) as unit:
        partner = unit.system_env()[Partner].create(name="An", email=address)
        post(unit.env(who)[Lead].create(name="x"), "<p>x</p>", kind="comment", to=[partner])


def by_job(system, address, purpose, **_):
    """A mail that is there from before, whose job is asked for by hand."""
    with system.unit(write=True) as unit:
        env = unit.system_env("a test")
        mail = env[Mail].create(subject="Sale", email_to=FINE, purpose=purpose)
        mail.write(email_to=address)
        jobs_of(env.models)["mail.send_mail"].later(env, mail.id)


def by_pressing_send_again(system, address, purpose, **_):
    with system.unit(write=True) as unit:
        mail = unit.system_env()[Mail].create(subject="Sale", email_to=address, purpose=purpose)
        if mail.state != "outgoing":
            mail.send_again()


def by_writing_the_state(system, address, purpose, **_):
    """Elevated code of another addon that writes whatever it likes."""
    with system.unit(write=True) as unit:
        mail = unit.system_env()[Mail].create(subject="Sale", email_to=address, purpose=purpose)
        mail.write(state="outgoing", is_queued=True, reason="")
        jobs_of(unit.models)["mail.send_mail"].later(unit.system_env("a test"), mail.id)


PATHS = [
    by_code, by_many, by_api, by_api_that_says_it_is_sent_already, by_form, by_import, by_template, by_job,
    by_pressing_send_again, by_writing_the_state,
]  # fmt: skip


@pytest.fixture
def tools(client, postmaster, lan, tmp_path):
    return {"client": client, "postmaster": postmaster, "who": lan, "folder": tmp_path}


@pytest.mark.parametrize("path", PATHS)
def test_who_has_opted_out_gets_no_advertising(lists, smtp, run_jobs, tools, path):
    path(lists, OUT, "marketing", **tools)
    path(lists, FINE, "marketing", **tools)
    run_jobs()
    assert set(smtp.receivers) == {FINE}
    with lists.unit() as unit:
        kept = unit.system_env()[Mail].search(Mail.address == OUT)
        assert kept
        assert all(mail.state == "cancelled" and "opted out of advertising" in mail.reason for mail in kept)


@pytest.mark.parametrize("path", [*PATHS, by_comment])
def test_who_is_to_get_nothing_gets_nothing(lists, smtp, run_jobs, tools, path):
    for purpose in ("marketing", "transactional"):
        path(lists, BLOCKED, purpose, **tools)
    run_jobs()
    assert BLOCKED not in smtp.receivers


@pytest.mark.parametrize("path", [*PATHS, by_comment])
def test_matters_at_hand_still_reach_who_has_opted_out_of_advertising(lists, smtp, run_jobs, tools, path):
    path(lists, OUT, "transactional", **tools)
    run_jobs()
    assert OUT in smtp.receivers


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_is_the_same_however_it_is_spelt(lists, smtp, run_jobs, spelling):
    by_code(lists, spelling, "marketing")
    run_jobs()
    assert not smtp.taken


def test_a_mail_that_does_not_say_what_it_is_for_is_advertising(lists, smtp, run_jobs):
    with lists.unit(write=True) as unit:
        unit.system_env()[Mail].create(subject="x", email_to=OUT)
    run_jobs()
    assert not smtp.taken


def test_opting_out_between_queue_and_hand_over_counts(company, smtp, run_jobs):
    by_code(company, FINE, "marketing")
    with company.unit(write=True) as unit:
        opt_out(unit.system_env(), FINE, "link")
    run_jobs()
    assert not smtp.taken
    with company.unit() as unit:
        (mail,) = unit.system_env()[Mail].search()
        assert mail.state == "cancelled"


def test_opting_in_again_lets_mail_through(lists, smtp, run_jobs):
    with lists.unit(write=True) as unit:
        opt_in(unit.system_env(), OUT)
    by_code(lists, OUT, "marketing")
    run_jobs()
    assert smtp.receivers == [OUT]


def test_a_transport_is_for_the_sending_job_alone(lists):
    """`begin` is what gives one, and it gives none for a mail that may not leave."""
    by_writing_the_state(lists, OUT, "marketing")
    with lists.unit(write=True) as unit:
        env = unit.system_env()
        assert begin(env, env[Mail].search()[0].id) is None


@pytest.mark.parametrize(
    "line", ["import smtplib", "from core.mail.transport import Smtp", "from core.mail import transport"]
)
def test_addon_that_hands_mail_over_by_itself_is_refused(tmp_path, line):
    folder = tmp_path / "shortcut"
    folder.mkdir()
    (folder / "manifest.toml").write_text(
        'name = "shortcut"\nversion = "1.0.0"\nlabel = "x"\nsummary = "x"\ndepends = []\n', encoding="utf-8"
    )
    (folder / "jobs.py").write_text(line, encoding="utf-8")
    manifest = read_manifest(folder, "addons.shortcut")
    with pytest.raises(DeclarationError, match="which asks who has opted out"):
        check_imports(manifest, {"addons.shortcut": "shortcut"})


# -- the link in the mail ------------------------------------------------------------------------------------------


def link_of(smtp):
    message = smtp.messages[-1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://banyan.govi.example/opt-out/")
    assert link in message.get_body(("html",)).get_content()
    return link.removeprefix("https://banyan.govi.example")


def test_link_asks_and_its_button_opts_out_without_log_in_and_scripts(company, smtp, run_jobs, client):
    by_code(company, FINE, "marketing")
    run_jobs()
    link, browser = link_of(smtp), client()
    page = browser.get(link)
    assert page.status_code == 200
    assert FINE in page.text
    assert blocked(company) == []  # a link that is only opened changes nothing
    browser.post(link)
    assert blocked(company) == [FINE]
    assert "no more advertising" in browser.get(link).text
    browser.post(link, data={"back": "1"})
    assert blocked(company) == []


def test_mail_programs_opt_out_with_one_click(company, smtp, run_jobs, client):
    by_code(company, FINE, "marketing")
    run_jobs()
    browser = client()
    del browser.environ_base["HTTP_X_CSRF_TOKEN"]
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    answer = browser.post(link_of(smtp), data={"List-Unsubscribe": "One-Click"}, headers=headers)
    assert answer.status_code == 200
    assert blocked(company) == [FINE]


def test_link_cannot_be_made_for_somebody_else(company, smtp, run_jobs, client):
    by_code(company, FINE, "marketing")
    by_code(company, "other@x.example", "marketing")
    run_jobs()
    link = link_of(smtp)
    number = int(re.search(r"/opt-out/(\d+)-", link)[1])
    for wrong in (
        link.replace(f"/{number}-", f"/{number - 1}-"),
        link[:-1] + ("a" if link[-1] != "a" else "b"),
        "/opt-out/x",
    ):
        assert client().get(wrong).status_code == 404
        assert client().post(wrong).status_code == 404
    assert blocked(company) == []


def blocked(system):
    with system.unit() as unit:
        return [entry.email for entry in unit.system_env()[Blacklist].search()]


def test_advertising_that_could_not_be_opted_out_of_does_not_leave(company, smtp, run_jobs):
    with company.unit(write=True) as unit:
        unit.system_env()["mail.alias.domain"].search()[0].web_address = ""
    by_code(company, FINE, "marketing")
    run_jobs()
    assert not smtp.taken


def test_salespeople_neither_see_nor_change_the_list(lists, lan):
    with lists.unit() as unit, pytest.raises(AccessDenied):
        unit.env(lan)[Blacklist].count()
    with lists.unit() as unit:
        assert not unit.env(lan)[Mail].can("create")
        assert unit.env(lan)[Message].can("create")


def test_state_is_told(lists, smtp, run_jobs):
    by_code(lists, BLOCKED, "transactional")
    with lists.unit() as unit:
        number = unit.system_env()[Mail].search()[0].id
    assert state_of(lists, number) == "cancelled"
