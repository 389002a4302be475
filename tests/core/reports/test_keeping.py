"""Documents that are kept: the same bytes for good, for who may see the record and print the document."""

from __future__ import annotations

import pytest

from core import Identity, Missing, Refused
from core.addons.system import System
from core.orm.files import open_file
from core.reports import document_of, keep, kept_of, open_kept
from core.testing.systems import UserMaker

from .conftest import Make, pages_of, reading, report


def test_final_document_is_printed_once(system: System, make_paper: Make, clerk: Identity) -> None:
    identity = make_paper("S00001", is_confirmed=True)
    with system.unit(write=True) as unit:
        env = unit.env(clerk)
        paper = env["papers.paper"].get(identity)
        first = keep(report(env, "quotation"), paper).read()
        again = keep(report(env, "quotation"), paper)
        assert again.read() == first
    with system.unit(write=True) as unit:
        unit.system_env()["res.company"].search()[0].name = "Another name"
    with reading(system, clerk) as env:
        paper = env["papers.paper"].get(identity)
        printed = document_of(report(env, "quotation"), paper)
        assert printed.data == first, "whatever has changed since"
        (kept,) = kept_of(env, "papers.paper", identity)
        assert open_kept(env, "papers.paper", identity, kept.file.id).read() == first


def test_what_was_sent_is_kept_and_the_next_print_is_as_the_record_is(
    system: System, make_paper: Make, clerk: Identity
) -> None:
    identity = make_paper("S00001")
    with system.unit(write=True) as unit:
        env = unit.env(clerk)
        paper = env["papers.paper"].get(identity)
        sent = keep(report(env, "quotation"), paper).read()
        paper.name = "S00002"
    with reading(system, clerk) as env:
        printed = document_of(report(env, "quotation"), env["papers.paper"].get(identity))
        assert "S00002" in pages_of(printed)[0]
        (kept,) = kept_of(env, "papers.paper", identity)
        assert kept.file.read() == sent
        assert kept.file.name == "Báo giá S00001.pdf"


@pytest.mark.parametrize("field", ["name", "hash", "record_id", "kept_at", "report"])
def test_kept_document_cannot_be_changed(system: System, make_paper: Make, clerk: Identity, field: str) -> None:
    identity = make_paper()
    with system.unit(write=True) as unit:
        env = unit.env(clerk)
        file = keep(report(env, "quotation"), env["papers.paper"].get(identity))
    with pytest.raises(Refused, match="was kept as it was sent, and cannot change"), system.unit(write=True) as unit:
        env = unit.system_env()
        other = {"record_id": 99, "kept_at": env.now()}.get(field, "other")
        env["ir.attachment"].get(file.id).write(**{field: other})


def test_kept_document_is_for_who_may_see_the_record_and_print_it(
    system: System, make_paper: Make, clerk: Identity
) -> None:
    boss = UserMaker(system).make("mai", "papers.manager")
    shown, hidden = make_paper(margin=5), make_paper("SECRET", margin=7)
    with system.unit(write=True) as unit:
        env = unit.env(boss)
        files = {
            key: keep(report(env, name), env["papers.paper"].get(identity)).id
            for key, name, identity in (("margin", "margins", shown), ("hidden", "quotation", hidden))
        }
    with reading(system, clerk) as env:
        assert kept_of(env, "papers.paper", shown) == []
        with pytest.raises(Missing):
            open_kept(env, "papers.paper", shown, files["margin"])
        with pytest.raises(Missing):
            open_kept(env, "papers.paper", hidden, files["hidden"])
        with pytest.raises(Missing):
            open_file(env, files["margin"])
    with reading(system, boss) as env:
        assert [one.report.key for one in kept_of(env, "papers.paper", shown)] == ["margins"]
