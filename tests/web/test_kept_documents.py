"""A document that is final, from the page: printed once, and the same file from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import Identity
from core.addons.lifecycle import enable
from core.addons.system import System
from core.testing.databases import Databases
from core.testing.systems import UserMaker, prepare_system, settings_for
from core.testing.web import TOKEN_HEADER, SignIn

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "addons"


@pytest.fixture
def papers(
    engine: str, databases_of: Callable[[str], Databases], kept_registries: list[object], tmp_path: Path
) -> Iterator[System]:
    """A system with quotations, whose document is final once they are confirmed."""

    def prepare(address: str) -> None:
        prepare_system(address, ("base",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ("papers",))

    databases = databases_of(engine)
    address = databases.copy("papers", prepare)
    opened = System.open(settings_for(address, tmp_path / "data", (FIXTURES,)))
    kept_registries.append(opened.registry)
    yield opened
    opened.close()
    databases.drop(address)


@pytest.fixture
def clerk(papers: System) -> Identity:
    return UserMaker(papers).make("lan", "papers.clerk", language="en")


def _paper(papers: System, name: str) -> int:
    with papers.unit(write=True) as unit:
        paper = unit.system_env()["papers.paper"].create(name=name, is_confirmed=True, lines=[{"name": "Ghế"}])
        return int(paper.id)


def test_final_document_is_the_same_file_from_the_first_print_on(papers: System, clerk: Identity) -> None:
    address = f"/records/papers.paper/{_paper(papers, 'S1')}"
    browser = SignIn(papers)(clerk)
    page = browser.get(address).text
    assert f'action="{address}/print/quotation"' in page
    answer = browser.post(f"{address}/print/quotation")
    assert (answer.status_code, answer.location) == (303, f"{address}/print/quotation")
    first = browser.get(answer.location).data
    with papers.unit(write=True) as unit:
        unit.system_env()["res.company"].search()[0].name = "Another name"
    assert browser.post(f"{address}/print/quotation").status_code == 303
    assert browser.get(f"{address}/print/quotation").data == first
    page = browser.get(address).text
    assert page.count("/kept/") == 1, "it was printed once"
    kept = page.partition(f'href="{address}/kept/')[2].partition('"')[0]
    assert browser.get(f"{address}/kept/{kept}").data == first
    assert browser.get(f"/file/{kept}").status_code == 404, "it is for who may print the report"


def test_kept_document_of_a_hidden_record_is_not_found(papers: System, clerk: Identity) -> None:
    hidden = _paper(papers, "SECRET")
    boss = SignIn(papers)(UserMaker(papers).make("mai", "papers.manager"))
    boss.post(f"/records/papers.paper/{hidden}/print/quotation")
    kept = boss.get(f"/records/papers.paper/{hidden}").text.partition("/kept/")[2].partition('"')[0]
    assert kept.isdigit()
    browser = SignIn(papers)(clerk)
    assert browser.get(f"/records/papers.paper/{hidden}/kept/{kept}").status_code == 404
    shown = _paper(papers, "S1")
    assert browser.get(f"/records/papers.paper/{shown}/kept/{kept}").status_code == 404, "nor under another record"


def test_keeping_a_document_needs_the_token_of_the_session(papers: System, clerk: Identity) -> None:
    browser = SignIn(papers)(clerk)
    del browser.environ_base[TOKEN_HEADER]
    assert browser.post(f"/records/papers.paper/{_paper(papers, 'S1')}/print/quotation").status_code == 400
