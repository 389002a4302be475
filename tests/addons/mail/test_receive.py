"""Mail that comes in: on the record that it answers, as a new lead, or kept: never lost, and never round for ever."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from addons.base.models import CustomModel, Partner
from addons.crm.models import Lead
from addons.mail.models import Alias, Follower, Mail, Message, MessageFile, NotUnderstood
from addons.mail.operations.post import post
from addons.mail.operations.receive import receive
from core import Refused

pytestmark = pytest.mark.addons("mail", "crm")
BOX = Path(__file__).parent / "mailbox.mbox"
"""Mails as programs write them, in the format of mailboxes of Unix."""


def letters(name=BOX):
    return [mailbox.mbox(name).get_bytes(key) for key in mailbox.mbox(name).keys()]  # noqa: SIM118


def take(system, raw):
    with system.unit(write=True) as unit:
        return receive(unit.system_env("mail"), raw)


def letter(**values):
    message = EmailMessage()
    message["From"] = values.pop("sender", "Kari Nord <kari@nordhus.example>")
    message["To"] = values.pop("to", "sales@govi.example")
    message["Subject"] = values.pop("subject", "Stools")
    message["Message-ID"] = values.pop("id", "<1@nordhus.example>")
    for name, value in values.pop("headers", {}).items():
        message[name] = value
    message.set_content(values.pop("text", "How much are 600 stools?"))
    assert not values
    return message


def test_mail_to_the_sales_address_makes_a_lead_with_the_mail_and_its_files(company):
    message = letter(subject="600 stools")
    message.add_attachment("bản vẽ".encode(), maintype="application", subtype="pdf", filename="bản vẽ.pdf")
    assert take(company, message.as_bytes()).startswith("new crm.lead")
    with company.unit() as unit:
        env = unit.system_env()
        (lead,) = env[Lead].search()
        assert (lead.name, lead.kind, lead.email, lead.contact_name) == (
            "600 stools", "lead", "kari@nordhus.example", "Kari Nord",
        )  # fmt: skip
        (told,) = env[Message].search(Message.record.is_(lead))
        assert (told.kind, told.user, told.email_from) == ("email", None, "Kari Nord <kari@nordhus.example>")
        assert told.body == "<p>How much are 600 stools?</p>"
        (file,) = told.files
        assert (file.name, file.file.read()) == ("bản vẽ.pdf", "bản vẽ".encode())


def test_lead_of_a_known_contact_is_theirs_and_its_salesperson_hears_of_answers(company, smtp, lan, run_jobs):
    with company.unit(write=True) as unit:
        env = unit.system_env()
        env[Partner].create(name="Nordhus", email="Kari@Nordhus.example", salesperson=lan.user_id)
    take(company, letter().as_bytes())
    with company.unit() as unit:
        (lead,) = unit.env(lan)[Lead].search()
        assert lead.partner.name == "Nordhus"
    run_jobs()
    assert smtp.receivers == ["lan@govi.example"]


def test_answer_is_put_to_the_record_whose_mail_it_answers(company, smtp, lan, deal, run_jobs):
    comment(company, lan, deal)
    run_jobs()
    sent = BytesParser(policy=default).parsebytes(smtp.taken[0][2])
    # By the answer address alone; by the id alone; and by references where a program left the rest out.
    ways = [
        letter(to=sent["Reply-To"], id="<a@x>"),
        letter(to="somebody@govi.example", id="<b@x>", headers={"In-Reply-To": sent["Message-ID"]}),
        letter(to="somebody@govi.example", id="<c@x>", headers={"References": f"<old@x> {sent['Message-ID']} <d@x>"}),
    ]
    for way in ways:
        assert take(company, way.as_bytes()) == f"answer on crm.lead({deal})"
    with company.unit() as unit:
        told = unit.env(lan)[Message].search(Message.record.is_(unit.env(lan)[Lead].get(deal)))
        assert [message.kind for message in told] == ["email", "email", "email", "comment"]
        assert told[0].parent == told[3]
        assert unit.env(lan)[Lead].count() == 1


def test_forged_answer_address_opens_nothing(company, smtp, lan, deal, run_jobs):
    comment(company, lan, deal)
    run_jobs()
    address = BytesParser(policy=default).parsebytes(smtp.taken[0][2])["Reply-To"]
    local, _at, domain = address.rpartition("@")
    forged = f"{local[:-3]}aaa@{domain}"
    assert "not understood" in take(company, letter(to=forged).as_bytes())
    # The address for bounces carries a signature of another purpose.
    bounce = smtp.taken[0][0]
    assert "not understood" in take(company, letter(to=bounce.replace("bounce+", "reply+"), id="<2@x>").as_bytes())


def comment(system, who, deal, address="kari@nordhus.example"):
    with system.unit(write=True) as unit:
        partner = unit.system_env()[Partner].create(name="Kari", email=address)
        post(unit.env(who)[Lead].get(deal), "<p>Chào Kari</p>", kind="comment", to=[partner])


def test_followers_hear_of_an_answer_and_who_wrote_it_does_not(company, smtp, lan, deal, run_jobs):
    comment(company, lan, deal)
    with company.unit(write=True) as unit:
        unit.env(lan)[Follower].create(record=("crm.lead", deal), user=lan.user_id)
    run_jobs()
    reply = letter(to=smtp.messages[0]["Reply-To"], id="<a@x>")
    smtp.taken.clear()
    take(company, reply.as_bytes())
    run_jobs()
    assert smtp.receivers == ["lan@govi.example"]
    # What Lan answers from her mail program comes back to the record as well, and goes on to Kari.
    again = letter(sender="lan@govi.example", to=smtp.messages[0]["Reply-To"], id="<e@govi>")
    smtp.taken.clear()
    take(company, again.as_bytes())
    run_jobs()
    assert smtp.receivers == ["kari@nordhus.example"]


def test_same_mail_twice_is_one_message(company):
    raw = letter().as_bytes()
    take(company, raw)
    assert take(company, raw) == "known already"
    with company.unit() as unit:
        assert unit.system_env()[Lead].count() == 1


# -- bounces ---------------------------------------------------------------------------------------------------------


def report(sent, to, status="5.1.1", action="failed", *, whole=True):
    original = sent if whole else b""
    kind = b"message/rfc822" if whole else b"text/plain"
    return (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: " + to.encode() + b"\r\nSubject: Undelivered\r\n"
        b"Message-ID: <dsn@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; an@x.example\r\nAction: " + action.encode() + b"\r\nStatus: " + status.encode() +
        b"\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user here\r\n\r\n"
        b"--b\r\nContent-Type: " + kind + b"\r\n\r\n" + original + b"\r\n--b--\r\n"
    )  # fmt: skip


@pytest.fixture
def sent_mail(company, smtp, run_jobs):
    """(its id, its message, where it comes back to) of a mail to a contact."""
    with company.unit(write=True) as unit:
        env = unit.system_env()
        partner = env[Partner].create(name="An", email="an@x.example")
        number = (
            env[Mail]
            .create(subject="x", body="<p>x</p>", email_to="an@x.example", partner=partner, purpose="transactional")
            .id
        )
    run_jobs()
    return number, smtp.taken[0][2], smtp.taken[0][0]


@pytest.mark.parametrize("way", ["by its address", "by the message that it brings back"])
def test_bounce_marks_the_mail_and_the_contact(company, sent_mail, way):
    number, message, back = sent_mail
    to = back if way == "by its address" else "postmaster@govi.example"
    take(company, report(message, to, whole=way != "by its address"))
    with company.unit() as unit:
        env = unit.system_env()
        mail = env[Mail].get(number)
        assert mail.state == "bounced"
        assert mail.reason == "5.1.1 550 5.1.1 no such user here"
        assert (mail.partner.email_bounces, mail.partner.email_problem) == (1, mail.reason)
    take(company, report(message, to))
    with company.unit() as unit:
        assert unit.system_env()[Mail].get(number).partner.email_bounces == 1


def test_delay_is_no_bounce(company, sent_mail):
    number, message, back = sent_mail
    take(company, report(message, back, status="4.4.1", action="delayed"))
    with company.unit() as unit:
        assert unit.system_env()[Mail].get(number).state == "sent"


def test_report_about_no_mail_of_ours_is_kept(company):
    assert "not understood" in take(
        company, report(b"Message-ID: <x@y>\r\n\r\nx", "bounce+1-aaaaaaaaaaaaaaaa@govi.example")
    )


# -- loops -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Autoreply": "yes"}, {"Return-Path": "<>"}],
)
def test_automatic_mail_makes_no_record(company, headers):
    assert "No person wrote it" in take(company, letter(headers=headers).as_bytes())
    with company.unit() as unit:
        assert unit.system_env()[Lead].count() == 0


def test_automatic_answer_is_put_to_its_record_and_told_to_nobody(company, smtp, lan, deal, run_jobs):
    comment(company, lan, deal)
    with company.unit(write=True) as unit:
        unit.env(lan)[Follower].create(record=("crm.lead", deal), user=lan.user_id)
    run_jobs()
    reply = letter(to=smtp.messages[0]["Reply-To"], headers={"Auto-Submitted": "auto-replied"}, subject="Out of office")
    smtp.taken.clear()
    assert take(company, reply.as_bytes()).startswith("answer on")
    run_jobs()
    assert not smtp.taken


def test_mail_from_ourselves_goes_no_further(company, smtp, lan, deal, run_jobs):
    comment(company, lan, deal, "sales@govi.example")
    run_jobs()
    assert "comes from Banyan itself" in take(company, smtp.taken[0][2])
    for sender in ("reply@govi.example", "bounce+1-x@govi.example", "notifications@govi.example"):
        assert "comes from Banyan itself" in take(company, letter(sender=sender, id=f"<{sender}>").as_bytes())


# -- nothing is lost ------------------------------------------------------------------------------------------------


def test_mail_to_nobody_is_kept_as_it_came_and_can_be_read_again(company, postmaster):
    raw = letter(to="support@govi.example").as_bytes()
    take(company, raw)
    with company.unit(write=True) as unit:
        (kept,) = unit.env(postmaster)[NotUnderstood].search()
        assert kept.raw.read() == raw
        assert (kept.subject, kept.email_from) == ("Stools", "kari@nordhus.example")
        with pytest.raises(Refused, match="still not understood"), unit.env(postmaster).savepoint():
            kept.try_again()
        kind = next(iter(unit.system_env()[CustomModel].search(CustomModel.key == "crm.lead")))
        unit.env(postmaster)[Alias].create(name="support", makes=kind)
        kept.try_again()
    with company.unit() as unit:
        assert unit.system_env()[Lead].count() == 1
        assert unit.env(postmaster)[NotUnderstood].count() == 0


def test_alias_for_contacts_alone_keeps_the_mail_of_others(company):
    with company.unit(write=True) as unit:
        unit.system_env()[Alias].search()[0].who = "partners"
    assert "Only contacts may write" in take(company, letter().as_bytes())


def test_alias_makes_records_of_any_model_with_its_values(company):
    with company.unit(write=True) as unit:
        env = unit.system_env()
        kind = next(iter(env[CustomModel].search(CustomModel.key == "res.partner")))
        env[Alias].create(name="suppliers", makes=kind, defaults='{"is_company": true, "function": "new"}')
    take(company, letter(to="suppliers@govi.example", subject="Gỗ Việt").as_bytes())
    with company.unit() as unit:
        (partner,) = unit.system_env()[Partner].search(Partner.name == "Gỗ Việt")
        assert (partner.is_company, partner.job) == (True, "new")


def test_alias_that_cannot_make_its_record_keeps_the_mail(company):
    with company.unit(write=True) as unit:
        env = unit.system_env()
        kind = next(iter(env[CustomModel].search(CustomModel.key == "crm.stage")))
        env[Alias].create(name="stages", makes=kind, defaults='{"is_won": true, "probability": "10"}')
    assert "cannot make a record" in take(company, letter(to="stages@govi.example").as_bytes())


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"no header at all", b"\r\n\r\nx", b"From: \r\n\r\n"])
def test_what_is_no_mail_is_kept(company, raw):
    assert "not understood" in take(company, raw)
    with company.unit() as unit:
        (kept,) = unit.system_env()[NotUnderstood].search()
        assert kept.raw.read() == (raw or b"\n")


def test_real_mailbox_is_taken_whole(company):
    """Mails of several programs: Vietnamese in old and new charsets, a forwarded message, broken ones."""
    outcomes = [take(company, raw) for raw in letters()]
    assert len(outcomes) == 7
    with company.unit() as unit:
        env = unit.system_env()
        names = {lead.name: lead for lead in env[Lead].search()}
        assert set(names) >= {
            "Hỏi giá bàn ghế",
            "Báo giá tủ áo",
            "Fwd: plans",
            "Ghế gỗ sồi",
            "Broken charset",
            "torn off",
        }
        by_name = {name: env[Message].search(Message.record.is_(lead))[0] for name, lead in names.items()}
        assert "Chúng tôi cần 48 bộ bàn ghế" in by_name["Hỏi giá bàn ghế"].body
        assert "<script" not in by_name["Báo giá tủ áo"].body
        assert "Tủ áo <b>12</b> phòng" in by_name["Báo giá tủ áo"].body
        assert [file.name for file in by_name["Fwd: plans"].files] == ["message-1.eml", "kế hoạch.txt"]
        assert "Giá ghế gỗ sồi" in by_name["Ghế gỗ sồi"].body
        assert env[MessageFile].count() == 3  # what is left of the one that was torn off is kept as a file
        assert env[NotUnderstood].count() == len([one for one in outcomes if one.startswith("not understood")])


def test_body_is_cleaned(company):
    message = letter()
    message.add_alternative("<p onclick=x>Hi<script>alert(1)</script><img src=x onerror=y></p>", subtype="html")
    take(company, message.as_bytes())
    with company.unit() as unit:
        body = unit.system_env()[Message].search()[0].body
    assert "script" not in body
    assert "onerror" not in body
    assert "onclick" not in body


def test_an_answer_finds_its_record_though_the_mail_has_no_message_id(company):
    message = letter(id="<x@x>")
    del message["Message-ID"]
    take(company, message.as_bytes())
    take(company, message.as_bytes())
    with company.unit() as unit:
        assert unit.system_env()[Lead].count() == 2  # nobody can tell that they are the same
