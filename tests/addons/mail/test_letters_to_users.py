"""Letters to users: a link to a password leaves by mail, and stands nowhere else."""

from __future__ import annotations

import re

import pytest

from addons.base.models import Job, Link, User
from addons.base.operations.invitations import send_reset
from addons.mail.models import Domain, Mail, Server
from addons.mail.operations.deliver import begin
from core import Refused
from core.mail import understand

pytestmark = pytest.mark.addons("mail", "crm")
PASSWORD = "mười hai cái ghế"
ADDRESS = "https://banyan.example.com"


@pytest.fixture
def lan(make_user):
    return make_user("lan", "crm.salesperson", password=PASSWORD, email="lan@example.com", language="vi")


@pytest.fixture
def by_mail(system):
    """Mail leaves, by a server that nobody asks here, and somebody said where people reach Banyan."""
    with system.unit(write=True) as unit:
        env = unit.system_env()
        env[Server].create(name="Out", host="mail.example.com")
        env[Domain].create(name="example.com", web_address=ADDRESS)
    return system


def ask(client, login: str, **more):
    browser = client()
    return browser.post("/forgot-password", data={"login": login}, **more)


def test_answer_and_work_are_the_same_whether_there_is_such_a_user_or_not(by_mail, client, lan, count_statements):
    seen = []
    for login in ("lan", "nobody", "lan@example.com", "nobody@example.com"):
        with count_statements() as counted:
            answer = ask(client, login)
        seen.append((answer.status_code, answer.text.replace(f"“{login}”", "…"), counted.total))
    assert seen[0][0] == 200
    assert "Look into your mail" in seen[0][1]
    assert {one[:2] for one in seen} == {seen[0][:2]}
    assert len({one[2] for one in seen[1:]}) == 1  # the first one of a process asks more
    with by_mail.unit() as unit:
        env = unit.system_env()
        assert env[Mail].count() == 0  # what differs happens later, in the background
        assert env[Job].count(Job.job == "base.reset_password") == 4


def test_link_leads_where_somebody_said_and_not_where_the_request_came_from(by_mail, client, lan):
    ask(client, "lan", headers={"Host": "evil.example"})
    with by_mail.unit(write=True) as unit:
        send_reset(unit.system_env(), "lan")
    with by_mail.unit(write=True) as unit:
        mail = unit.system_env()[Mail].search()[0]
        leaving = begin(unit.system_env(), mail.id)
    text = understand(leaving.written.raw).html
    link = re.search(rf'href="({ADDRESS}/choose-password/[^"]+)"', text)[1]
    assert "evil" not in text
    assert "Lan" in text
    assert client().get(link.removeprefix(ADDRESS)).status_code == 200


def test_nobody_reads_the_link_in_the_queue_or_its_history(by_mail, make_user, lan):
    boss = make_user("boss", "mail.administrator", "base.administrator")
    with by_mail.unit(write=True) as unit:
        send_reset(unit.system_env(), "lan")
    with by_mail.unit() as unit:
        env = unit.env(boss)
        mail = env[Mail].search()[0]
        assert "{secret}" in mail.body
        assert not env[Mail].readable("secret")
        told = str([change.changes for change in unit.system_env()[Mail].get(mail.id).history()])
        assert "choose-password" not in told
        assert env[Link].count() == 1


def test_secret_is_forgotten_when_the_letter_is_gone_and_it_is_not_sent_again(by_mail, lan):
    with by_mail.unit(write=True) as unit:
        env = unit.system_env()
        send_reset(env, "lan")
        mail = env[Mail].search()[0]
        mail.cancel()
        begin(env, mail.id)
        mail.write(secret="")
        with pytest.raises(Refused, match="Make a new one"):
            mail.send_again()


def test_invitation_goes_by_mail_and_is_not_shown(by_mail, client, make_user):
    boss = make_user("boss", "base.administrator")
    page = client(boss).post("/users/invite", data={"name": "Hà", "email": "ha@example.com", "base.user": "base.user"})
    assert page.status_code == 200
    assert "On its way to ha@example.com" in page.text
    assert "choose-password" not in page.text
    with by_mail.unit() as unit:
        env = unit.system_env()
        assert [mail.email_to for mail in env[Mail].search()] == ["ha@example.com"]
        assert env[User].search(User.login == "ha@example.com")[0].has_password is False


def test_kept_mail_reaches_nobody_so_a_link_is_shown(system, client, make_user):
    boss = make_user("boss", "base.administrator")
    page = client(boss).post("/users/invite", data={"name": "Hà", "email": "ha@example.com"})
    assert "/choose-password/" in page.text
    assert "Ask whoever looks after it" in client().get("/forgot-password").text


def test_asking_too_often_is_told(by_mail, client):
    for _time in range(5):
        ask(client, "lan")
    answer = ask(client, "lan")
    assert answer.status_code == 429
    assert "A new password was asked for too often. Try again in 15 minutes." in answer.text


def test_job_of_a_forgotten_password_runs(by_mail, client, lan, run_jobs):
    ask(client, "nobody")
    run_jobs()
    with by_mail.unit() as unit:
        assert unit.system_env()[Mail].count() == 0
