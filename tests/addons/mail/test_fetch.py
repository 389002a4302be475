"""Fetching by IMAP, from a scripted server: Python has none of its own, so this one speaks just what is asked."""

from __future__ import annotations

import re
import socketserver
import threading

import pytest

from addons.crm.models import Lead
from addons.mail.models import FetchServer, NotUnderstood
from tests.addons.mail.test_receive import letter

pytestmark = pytest.mark.addons("mail", "crm")


class Imap(socketserver.ThreadingTCPServer):
    """A mailbox over the wire: messages by number, and which of them are seen."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, messages):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.messages, self.seen, self.breaks_at = dict(enumerate(messages, 1)), set(), 0


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.say(b"* OK IMAP4rev1 ready")
        for line in self.rfile:
            tag, _space, asked = line.strip().partition(b" ")
            words = asked.decode().upper()
            if words.startswith("CAPABILITY"):
                self.say(b"* CAPABILITY IMAP4rev1")
            elif words.startswith("LOGIN") and asked != b'LOGIN govi "th\xe1\xbb\xad"' and b"right" not in asked:
                self.say(tag + b" NO wrong password")
                continue
            elif words.startswith("SELECT"):
                self.say(b"* %d EXISTS" % len(self.server.messages))
            elif words.startswith("UID SEARCH"):
                left = [number for number in self.server.messages if number not in self.server.seen]
                self.say(("* SEARCH " + " ".join(map(str, left))).strip().encode())
            elif found := re.match(r"UID FETCH (\d+)", words):
                number = int(found[1])
                if number == self.server.breaks_at:
                    return
                raw = self.server.messages[number]
                self.wfile.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (number, number, len(raw), raw))
            elif found := re.match(r"UID STORE (\d+) \+FLAGS.SILENT \(\\SEEN\)", words):
                self.server.seen.add(int(found[1]))
            elif words.startswith("LOGOUT"):
                self.say(b"* BYE")
                self.say(tag + b" OK")
                return
            self.say(tag + b" OK done")

    def say(self, line):
        self.wfile.write(line + b"\r\n")


@pytest.fixture
def imap(company):
    messages = [letter(subject=f"Question {n}", id=f"<{n}@x>").as_bytes() for n in (1, 2)]
    server = Imap([*messages, b"broken"])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with company.unit(write=True) as unit:
        unit.system_env()[FetchServer].create(
            name="box", host="127.0.0.1", port=server.server_address[1], is_ssl=False, user="govi", password="right"
        )
    yield server
    server.shutdown()
    server.server_close()


def fetch(system, run_jobs):
    with system.unit(write=True) as unit:
        unit.system_env()[FetchServer].search()[0].fetch_now()
    run_jobs()
    with system.unit() as unit:
        return unit.system_env()[FetchServer].search()[0].problem


def test_what_is_new_is_taken_and_marked(company, imap, run_jobs):
    assert fetch(company, run_jobs) == ""
    assert imap.seen == {1, 2, 3}
    with company.unit() as unit:
        env = unit.system_env()
        assert sorted(lead.name for lead in env[Lead].search()) == ["Question 1", "Question 2"]
        assert env[NotUnderstood].count() == 1
        assert env[FetchServer].search()[0].fetched_count == 3
    assert fetch(company, run_jobs) == ""
    with company.unit() as unit:
        assert unit.system_env()[Lead].count() == 2


def test_line_that_breaks_loses_nothing_and_takes_nothing_twice(company, imap, run_jobs):
    imap.breaks_at = 2
    assert "1 were taken before" in fetch(company, run_jobs)
    assert imap.seen == {1}
    imap.breaks_at = 0
    imap.seen.clear()  # as if the mark had not arrived
    assert fetch(company, run_jobs) == ""
    with company.unit() as unit:
        assert unit.system_env()[Lead].count() == 2


def test_wrong_password_is_told_on_the_server(company, imap, run_jobs):
    with company.unit(write=True) as unit:
        unit.system_env()[FetchServer].search()[0].password = "other"
    problem = fetch(company, run_jobs)
    assert "wrong password" in problem
    assert "other" not in problem


def test_schedule_fetches_every_server(company, imap, run_jobs):
    from tests.addons.mail.test_send import now_plus

    run_jobs(at=now_plus(company, minutes=6), schedules=True)
    assert imap.seen == {1, 2, 3}
