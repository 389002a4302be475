"""Many documents as a job: progress, one file, and nothing where it is stopped."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pypdf
import pytest
from python_calamine import CalamineWorkbook

from core import Identity
from core.addons.system import System
from core.reports import MemoryEngine, keep
from core.reports.jobs import list_later, print_later
from core.reports.many import lay_out, prepare
from core.testing.jobs import RunJobs
from core.testing.systems import UserMaker

from .conftest import reading, report


def _file(system: System, who: Identity, batch: int) -> tuple[str, bytes]:
    with reading(system, who) as env:
        file = env["report.batch"].get(batch).file
        return file.name, file.read()


def _papers(system: System, count: int, **values: Any) -> list[int]:
    with system.unit(write=True) as unit:
        rows = [
            {"name": f"S{n:05}", "lines": [{"name": "Ghế", "quantity": 1, "price": n}], **values} for n in range(count)
        ]
        return list(unit.system_env()["papers.paper"].create_many(rows).ids)


def test_documents_become_one_file_of_who_asked(system: System, clerk: Identity, run_jobs: RunJobs) -> None:
    ids = _papers(system, 30)
    with system.unit(write=True) as unit:
        env = unit.env(clerk)
        batch = print_later(env, report(env, "register"), ids, name="Registers")
    run_jobs()
    name, data = _file(system, clerk, batch)
    assert name == "Register (30).pdf"
    assert pypdf.PdfReader(BytesIO(data)).pages[0].extract_text().count("S000") == 30


def test_final_documents_come_in_a_zip_as_they_were_kept(system: System, clerk: Identity, run_jobs: RunJobs) -> None:
    ids = _papers(system, 3)
    with system.unit(write=True) as unit:
        env = unit.env(clerk)
        env["papers.paper"].get(ids[1]).is_confirmed = True
        kept = keep(report(env, "quotation"), env["papers.paper"].get(ids[1])).read()
        batch = print_later(env, report(env, "quotation"), ids, name="Quotations")
    run_jobs()
    name, data = _file(system, clerk, batch)
    archive = zipfile.ZipFile(BytesIO(data))
    assert name.endswith(".zip")
    assert archive.namelist() == ["Báo giá S00000.pdf", "Báo giá S00001.pdf", "Báo giá S00002.pdf"]
    assert archive.read("Báo giá S00001.pdf") == kept


def test_file_is_for_nobody_else(system: System, clerk: Identity, run_jobs: RunJobs) -> None:
    other = UserMaker(system).make("mai", "papers.manager")
    with system.unit(write=True) as unit:
        env = unit.env(clerk)
        batch = print_later(env, report(env, "register"), _papers_in(env), name="Registers")
    run_jobs()
    with reading(system, other) as env:
        assert env["report.batch"].count() == 0
        assert not env["report.batch"].browse(batch)[0].exists()


def _papers_in(env: Any) -> list[int]:
    return list(env["papers.paper"].create_many([{"name": "S1"}, {"name": "S2"}]).ids)


def test_progress_is_told_for_reading_and_for_laying_out(system: System) -> None:
    ids = _papers(system, 4)
    told: list[tuple[int, int]] = []
    with reading(system) as env:
        prepared = prepare(report(env, "draft"), env["papers.paper"].browse(*ids), tell=lambda *step: told.append(step))
    lay_out(prepared, engine=MemoryEngine(), tell=lambda *step: told.append(step))
    assert told == [(1, 8), (2, 8), (3, 8), (4, 8), (4, 8), (5, 8), (6, 8), (7, 8)]


def test_long_list_becomes_a_spreadsheet_in_the_background(system: System, clerk: Identity, run_jobs: RunJobs) -> None:
    ids = _papers(system, 1200)
    with system.unit(write=True) as unit:
        env = unit.env(clerk)
        batch = list_later(
            env, "papers.paper", ["name", "total", "margin"], ["Number", "", ""], ids[::-1], name="Papers"
        )
    run_jobs()
    name, data = _file(system, clerk, batch)
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert name == "Papers.xlsx"
    assert rows[0] == ["Number", "Total"], "without the field that the reader may not see"
    assert rows[1] == ["S01199", 1199]
    assert len(rows) == 1201


@pytest.mark.proof
def test_a_thousand_documents(system: System, clerk: Identity, run_jobs: RunJobs) -> None:
    ids = _papers(system, 1000, is_confirmed=False)
    with system.unit(write=True) as unit:
        env = unit.env(clerk)
        batch = print_later(env, report(env, "quotation"), ids, name="Quotations")
    run_jobs()
    _name, data = _file(system, clerk, batch)
    assert len(zipfile.ZipFile(BytesIO(data)).namelist()) == 1000
