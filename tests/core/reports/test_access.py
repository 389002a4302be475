"""Who may print what: what a reader may not see is in none of their documents."""

from __future__ import annotations

import pytest

from core import AccessDenied, Identity, Missing, Refused
from core.addons.system import System
from core.reports import MemoryEngine, print_records, reports_of
from core.testing.systems import UserMaker

from .conftest import Make, reading, report


def test_hidden_record_is_missing(system: System, make_paper: Make, clerk: Identity) -> None:
    shown, hidden = make_paper(), make_paper("SECRET")
    with reading(system, clerk) as env:
        for ids in ((hidden,), (shown, hidden)):
            with pytest.raises(Missing):
                print_records(report(env, "quotation"), env["papers.paper"].browse(*ids), engine=MemoryEngine())


def test_report_of_a_role_is_not_there_for_others(system: System, make_paper: Make, clerk: Identity) -> None:
    with reading(system, clerk) as env:
        with pytest.raises(Missing, match="There is no document “margins” to print here"):
            report(env, "margins")
        assert "margins" not in [one.key for one in reports_of(env.models).of("papers.paper", env)]
    boss = UserMaker(system).make("mai", "papers.manager")
    identity = make_paper(margin=12)
    with reading(system, boss) as env:
        print_records(report(env, "margins"), env["papers.paper"].browse(identity), engine=MemoryEngine())


def test_field_that_the_reader_may_not_see_stops_it(system: System, make_paper: Make, clerk: Identity) -> None:
    identity = make_paper()
    with reading(system, clerk) as env, pytest.raises(AccessDenied, match="Margin"):
        print_records(report(env, "draft"), env["papers.paper"].browse(identity), engine=MemoryEngine())


def test_document_is_refused_for_records_that_have_none(system: System, make_paper: Make) -> None:
    identity = make_paper(is_confirmed=True)
    with reading(system) as env, pytest.raises(Refused, match="S00001 has no “Draft”"):
        print_records(report(env, "draft"), env["papers.paper"].browse(identity), engine=MemoryEngine())
