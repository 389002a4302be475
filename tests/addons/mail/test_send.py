"""Mail that goes out, to a real SMTP server: once, later or never, and what is known of it."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from addons.base.models import Partner
from addons.crm.models import Lead
from addons.mail.models import Mail, Message, Server, Template
from addons.mail.operations.deliver import PAUSES, begin
from addons.mail.operations.post import follow, post
from addons.mail.operations.templates import send_template
from core import Invalid, Upload
from tests.addons.mail.conftest import only_mail, state_of

pytestmark = pytest.mark.addons("mail", "crm")
TEMPLATE = {
    "name": "Quotation",
    "subject": "Your offer: {{ record.name }}",
    "body": "<p>Dear {{ record.partner.name }},</p><p>{{ record.expected_revenue | money(record.currency) }}</p>",
    "partner": "partner",
}


def kind(env, key):
    return next(iter(env["ir.model"].search(env["ir.model"].info.cls.key == key)))


@pytest.fixture
def quotation(company):
    """A template in English and Vietnamese."""
    with company.unit(write=True) as unit:
        env = unit.system_env()
        made = env[Template].create(about=kind(env, "crm.lead"), **TEMPLATE)
        env.in_language("vi")[Template].get(made.id).write(
            subject="Báo giá: {{ record.name }}",
            body="<p>Kính gửi {{ record.partner.name }},</p><p>Giá đã gồm thuế.</p>",
        )
        return made.id


def customer(system, who, name, email, language):
    with system.unit(write=True) as unit:
        env = unit.env(who)
        partner = env[Partner].create(name=name, email=email, language=language)
        return env[Lead].create(name="Bàn ghế <sảnh>", partner=partner, expected_revenue=1000).id


def test_template_goes_out_in_the_language_of_each_receiver(company, smtp, quotation, lan, run_jobs):
    deals = [
        customer(company, lan, "Hoa Đào", "hoa@dao.example", "vi"),
        customer(company, lan, "Nordhus", "kari@nordhus.example", "en"),
    ]
    with company.unit(write=True) as unit:
        env = unit.env(lan)
        template = unit.system_env()[Template].get(quotation)
        send_template(template, env[Lead].browse(*deals))
    assert not smtp.taken
    run_jobs()
    vietnamese, english = sorted(smtp.messages, key=lambda message: message["To"], reverse=False)
    assert vietnamese["To"] == "hoa@dao.example"
    assert vietnamese["Subject"] == "Báo giá: Bàn ghế <sảnh>"
    assert "Kính gửi Hoa Đào," in vietnamese.get_body(("plain",)).get_content()
    assert english["Subject"] == "Your offer: Bàn ghế <sảnh>"
    assert "Dear Nordhus," in english.get_body(("html",)).get_content()
    assert (vietnamese["Content-Language"], english["Content-Language"]) == ("vi", "en")
    with company.unit() as unit:
        told = unit.env(lan)[Message].search(Message.record.is_(unit.env(lan)[Lead].get(deals[0])))
        assert [(message.kind, message.subject) for message in told] == [("email", "Báo giá: Bàn ghế <sảnh>")]


def test_what_a_template_prints_is_escaped_and_it_reaches_nothing_but_fields(company, quotation, lan):
    with company.unit(write=True) as unit:
        env = unit.system_env()
        template = env[Template].get(quotation)
        for body in ("{{ record.env }}", "{{ record._view }}", "{{ record.delete() }}", "{{ record.__class__ }}"):
            template.body = body
            env.flush()
            lead = env[Lead].create(name="x", partner=env[Partner].create(name="<b>An", email="an@x.example"))
            with pytest.raises(Invalid):
                send_template(template, [lead])
            assert lead.exists()
        template.body = "<p>{{ record.partner.name }}</p>"
        send_template(template, [lead])
        assert only_mail(env).body == "<p>&lt;b&gt;An</p>"


def test_template_that_cannot_be_understood_is_refused_when_it_is_written(company):
    with company.unit(write=True) as unit:
        env = unit.system_env()
        for wrong in (
            {"body": "{% if %}"},
            {"subject": "{{ lead.name }}"},
            {"partner": "salesperson"},
            {"partner": "x"},
        ):
            with pytest.raises(Invalid), env.savepoint():
                env[Template].create(**{"about": kind(env, "crm.lead"), **TEMPLATE, **wrong})


def test_mail_of_a_request_that_is_rolled_back_is_never_sent(company, smtp, run_jobs):
    with pytest.raises(RuntimeError), company.unit(write=True) as unit:
        unit.system_env()[Mail].create(subject="no", email_to="an@x.example", purpose="transactional")
        raise RuntimeError
    run_jobs()
    assert not smtp.taken


def ask(system, **values):
    with system.unit(write=True) as unit:
        values = {
            "subject": "Hello",
            "body": "<p>x</p>",
            "email_to": "an@x.example",
            "purpose": "transactional",
            **values,
        }
        return unit.system_env()[Mail].create(**values).id


def test_server_that_is_busy_is_asked_again_later(company, smtp, run_jobs):
    mail = ask(company)
    smtp.answers += ["451 come back later"]
    run_jobs()
    with company.unit() as unit:
        waiting = unit.system_env()[Mail].get(mail)
        assert (waiting.state, waiting.tries) == ("outgoing", 1)
        assert "451 come back later" in waiting.reason
        later = unit.now() + timedelta(minutes=PAUSES[0], seconds=5)
    assert not smtp.taken
    run_jobs(at=later)
    assert state_of(company, mail) == "sent"
    assert smtp.receivers == ["an@x.example"]


def test_mail_that_is_refused_for_good_has_failed_with_the_reason(company, smtp, run_jobs):
    mail = ask(company)
    smtp.refused["an@x.example"] = "550 5.1.1 no such user"
    run_jobs()
    with company.unit() as unit:
        failed = unit.system_env()[Mail].get(mail)
        assert failed.state == "failed"
        assert "5.1.1 no such user" in failed.reason


def test_server_that_cannot_be_reached_is_tried_for_two_days_and_no_longer(company, run_jobs):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        with company.unit(write=True) as unit:
            unit.system_env()[Server].create(
                name="down", host="127.0.0.1", port=taken.getsockname()[1], security="none"
            )
        mail = ask(company)
        run_jobs()
        assert state_of(company, mail) == "outgoing"
        at = now_plus(company)
        for pause in PAUSES:
            at += timedelta(minutes=pause, seconds=30)
            run_jobs(at=at)
    assert state_of(company, mail) == "failed"


def test_mail_whose_acceptance_nobody_knows_is_reported_and_not_sent_twice(company, smtp, run_jobs):
    mail = ask(company)
    smtp.dropping = True
    run_jobs()
    smtp.dropping = False
    with company.unit() as unit:
        unsure = unit.system_env()[Mail].get(mail)
        assert unsure.state == "failed"
        assert "Nobody knows whether it left" in unsure.reason
    run_jobs(at=now_plus(company, days=3), schedules=True)
    assert len(smtp.taken) == 1


def test_worker_that_dies_between_acceptance_and_commit_sends_nothing_twice(company, smtp, run_jobs):
    """What a killed worker leaves: the mail is marked as being sent, and its job waits for the next worker."""
    mail = ask(company)
    with company.unit(write=True) as unit:
        assert begin(unit.system_env("send mail"), mail) is not None
    run_jobs()
    with company.unit() as unit:
        found = unit.system_env()[Mail].get(mail)
        assert found.state == "failed"
        assert "its worker died" in found.reason
    assert not smtp.taken


def test_person_may_send_again_what_nobody_is_sure_of(company, smtp, run_jobs, postmaster):
    mail = ask(company)
    with company.unit(write=True) as unit:
        begin(unit.system_env("send mail"), mail)
    run_jobs()
    with company.unit(write=True) as unit:
        unit.env(postmaster)[Mail].get(mail).send_again()
    run_jobs()
    assert state_of(company, mail) == "sent"
    assert len(smtp.taken) == 1


def test_mail_that_waits_without_a_job_is_found(company, smtp, run_jobs):
    mail = ask(company)
    with company.unit(write=True) as unit:
        jobs = unit.system_env("a test")["ir.job"]
        jobs.search(jobs.info.cls.job == "mail.send_mail").delete()
    run_jobs()
    assert not smtp.taken
    run_jobs(at=now_plus(company, minutes=30), schedules=True)
    assert state_of(company, mail) == "sent"


def now_plus(system, **span):
    with system.unit() as unit:
        return unit.now() + timedelta(**span)


def test_mail_comes_back_and_answers_come_to_signed_addresses(company, smtp, lan, deal, run_jobs):
    with company.unit(write=True) as unit:
        system, env = unit.system_env("a test"), unit.env(lan)
        partner = system[Partner].create(name="An", email="an@x.example")
        lead = env[Lead].get(deal)
        post(lead, "<p>The chairs are ready.</p>", kind="comment", to=[partner], files=[Upload("plan.txt", b"plan")])
    run_jobs()
    ((sender, receivers, _raw),) = smtp.taken
    (message,) = smtp.messages
    assert receivers == ["an@x.example"]
    assert sender.startswith("bounce+")
    assert sender.endswith("@govi.example")
    assert message["Reply-To"].startswith("reply+")
    assert [part.get_filename() for part in message.iter_attachments()] == ["plan.txt"]
    assert message["List-Unsubscribe"] is None


def test_follower_who_may_not_read_the_record_gets_nothing(company, smtp, lan, minh, deal, run_jobs):
    with company.unit(write=True) as unit:
        system = unit.system_env("a test")
        follow(system, system[Lead].get(deal), user=minh.user_id)
        post(unit.env(lan)[Lead].get(deal), "<p>secret</p>", kind="comment")
    run_jobs()
    assert not smtp.taken


@pytest.mark.parametrize("wrong", ["a@x.example, b@x.example", "nobody", "a@x.example\r\nBcc: b@x.example", ""])
def test_mail_goes_to_exactly_one_address(company, wrong):
    with pytest.raises(Invalid), company.unit(write=True) as unit:
        unit.system_env()[Mail].create(subject="x", email_to=wrong)


def test_without_a_server_mail_stays_here(company, run_jobs):
    mail = ask(company)
    run_jobs()
    with company.unit() as unit:
        kept = unit.system_env()[Mail].get(mail)
        assert (kept.state, kept.is_kept) == ("sent", True)


def test_password_of_a_server_is_in_no_form_no_answer_and_no_history(company, postmaster, client, caplog):
    with company.unit(write=True) as unit:
        server = unit.env(postmaster)[Server].create(
            name="out", host="smtp.govi.example", user="govi", password="thuyền-giấy-9"
        )
        number = server.id
    with company.unit() as unit:
        assert unit.env(postmaster)[Server].get(number).password != "thuyền-giấy-9"
        assert unit.system_env()[Server].get(number).secret == "thuyền-giấy-9"
        assert "thuyền-giấy-9" not in repr(unit.system_env()[Server].get(number).history())
    browser = client(postmaster)
    form = browser.get(f"/records/ir.mail_server/{number}").text
    told = browser.get(f"/api/v1/ir.mail_server/{number}").text
    assert "smtp.govi.example" in form
    assert "smtp.govi.example" in told
    assert "thuyền-giấy-9" not in form + told + caplog.text
    assert "secret" not in told
    with company.unit(write=True) as unit:
        again = unit.env(postmaster)[Server].get(number)
        again.password = again.password  # what a form sends back that nobody has typed into
    with company.unit() as unit:
        assert unit.system_env()[Server].get(number).secret == "thuyền-giấy-9"
