"""Messages on the wire: put together, and understood however odd they are."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.mail import (
    BadTemplate,
    Letter,
    Part,
    Unreadable,
    check_template,
    compose,
    normal_address,
    parse_address,
    render,
    understand,
)

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def letter(**values):
    known = {
        "sender": "Gỗ Việt <sales@govi.example>", "to": "an@x.example", "subject": "Báo giá",
        "html": "<p>Chào <b>An</b></p>", "message_id": "<1@govi.example>", "at": NOON,
    }  # fmt: skip
    return Letter(**{**known, **values})


def test_letter_has_words_and_rich_text_and_its_files():
    raw = compose(letter(parts=[Part("bản vẽ.txt", "text/plain", "tầng 1".encode())], language="vi"))
    assert raw.isascii()
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == "Báo giá"
    assert message["From"] == "Gỗ Việt <sales@govi.example>"
    assert message.get_body(("plain",)).get_content().strip() == "Chào An"
    assert "<b>An</b>" in message.get_body(("html",)).get_content()
    (part,) = message.iter_attachments()
    assert (part.get_filename(), part.get_payload(decode=True)) == ("bản vẽ.txt", "tầng 1".encode())


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_makes_another_header_and_what_is_written_is_read(subject, name):
    raw = compose(letter(subject=subject, parts=[Part(name or "x", "text/plain", b"x")]))
    head, _gap, _rest = raw.partition(b"\r\n\r\n")
    names = [line.split(b":")[0].lower() for line in head.split(b"\r\n") if not line[:1].isspace()]
    assert sorted(names) == sorted({*names})
    assert set(names) <= {b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type"}
    understand(raw)


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_that_they_are_no_mail(raw):
    for head in (b"", b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n", b"Subject: =?utf-8?B?"):
        try:
            understand(head + raw)
        except Unreadable:
            continue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lan@Example.COM", "lan@example.com"),
        ("an@gỗ.example", "an@xn--g-4xm.example"),
        ("O\u0302@x.example", "ô@x.example"),
    ],
)
def test_addresses_are_compared_in_one_form(text, expected):
    assert normal_address(text) == expected


@pytest.mark.parametrize("text", ["", "an", "a@b.example, c@d.example", "a@b.example\nBcc: x@y.example", "@b.example"])
def test_what_is_not_one_address_is_refused(text):
    with pytest.raises(Invalid):
        parse_address(text)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}", "{{ record.__init__ }}", "{% for x in range(10**9) %}x{% endfor %}", "{{ 'x' * 10**7 }}",
        "{{ 1 / 0 }}", "{{ nothing }}", "{{ record.nothing }}", "{% include 'x' %}",
    ],
)  # fmt: skip
def test_template_can_do_nothing(source):
    with pytest.raises(BadTemplate):
        render(source, {"record": object()}, rich=True)


def test_template_is_checked_before_it_is_used():
    check_template("{{ record.name | upper }}{% set a = 1 %}{{ a }}", ["record"])
    for wrong in ("{% if %}", "{{ other }}", "{{ record.name | nothing }}"):
        with pytest.raises(BadTemplate):
            check_template(wrong, ["record"])
