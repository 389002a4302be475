"""Printing from the pages: under the reader's access, at once or as a job, and lists as spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pypdf
import pytest
from python_calamine import CalamineWorkbook

from core import Identity, Upload
from core.addons.system import System
from core.testing.browser import Visit
from core.testing.jobs import RunJobs
from core.testing.web import SignIn

from .conftest import Made

SUMMARY = "opportunity_summary"


def _text(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(data)).pages)


def test_document_of_a_record_is_shown(client: SignIn, lan: Identity, deals: Made) -> None:
    answer = client(lan).get(f"/records/crm.lead/{deals['chairs']}/print/{SUMMARY}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    name = answer.headers["Content-Disposition"]
    assert name.startswith("inline; filename=")
    assert name.isascii(), "servers send no other"
    assert "filename*=UTF-8''" in name
    assert "Gh%E1%BA%BF%20%C4%83n" in name
    assert "Ghế ăn" in _text(answer.data)


def test_record_that_the_reader_may_not_see_is_not_found(
    client: SignIn, make_user: Callable[..., Identity], deals: Made
) -> None:
    minh = client(make_user("minh", "crm.salesperson"))
    for path in (f"{deals['chairs']}/print/{SUMMARY}", f"{deals['chairs']}/kept/1", f"999999/print/{SUMMARY}"):
        assert minh.get(f"/records/crm.lead/{path}").status_code == 404
    assert minh.post(f"/records/crm.lead/{deals['chairs']}/print/{SUMMARY}").status_code == 404
    assert minh.get(f"/records/crm.lead/print/{SUMMARY}").status_code == 404, "there is nothing of theirs to print"


@pytest.mark.parametrize("path", ["crm.lead/1/print/nonsense", "crm.lead/print/contact_sheet", "nonsense/print/x"])
def test_report_that_is_not_there_is_not_found(client: SignIn, lan: Identity, deals: Made, path: str) -> None:
    assert client(lan).get(f"/records/{path}").status_code == 404


def test_print_needs_a_log_in(client: SignIn, deals: Made) -> None:
    assert client().get(f"/records/crm.lead/{deals['chairs']}/print/{SUMMARY}").status_code in (302, 303, 401)


def test_form_offers_the_documents_of_its_record(client: SignIn, lan: Identity, deals: Made) -> None:
    page = client(lan).get(f"/records/crm.lead/{deals['chairs']}").text
    assert f"/records/crm.lead/{deals['chairs']}/print/{SUMMARY}" in page
    assert "Tóm tắt cơ hội" in page
    assert "pipeline_report" not in page, "which is about several"
    assert f"/print/{SUMMARY}" not in client(lan).get("/records/crm.lead/new").text


def test_list_prints_what_it_finds(client: SignIn, lan: Identity, deals: Made) -> None:
    browser = client(lan)
    page = browser.get("/records/crm.lead?q=lễ&order=name").text
    assert 'formaction="/records/crm.lead/print/pipeline_report"' in page
    assert '<input type="hidden" name="q" value="lễ">' in page[page.index('id="chosen"') :]
    text = _text(browser.get("/records/crm.lead/print/pipeline_report?q=lễ&order=name").data)
    assert "Quầy lễ tân" in text
    assert "Ghế ăn" not in text


def test_chosen_records_are_printed_alone(client: SignIn, lan: Identity, deals: Made) -> None:
    answer = client(lan).get(f"/records/crm.lead/print/{SUMMARY}?id={deals['desk']}")
    assert "Quầy lễ tân" in _text(answer.data)
    assert len(pypdf.PdfReader(BytesIO(answer.data)).pages) == 1


def test_spreadsheet_has_the_columns_of_the_list(client: SignIn, lan: Identity, deals: Made) -> None:
    answer = client(lan).get("/records/crm.lead/spreadsheet?order=name")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Cơ hội", "Dự kiến", "Khách hàng"]
    assert rows[1][:3] == ["Ghế ăn", 71_200_000, "Khách sạn Hoa Đào"]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_many_documents_are_made_in_the_background(
    system: System, client: SignIn, lan: Identity, deals: Made, run_jobs: RunJobs
) -> None:
    with system.unit(write=True) as unit:
        unit.env(lan)["crm.lead"].create_many([{"name": f"Deal {number}"} for number in range(60)])
    browser = client(lan)
    asked = browser.get(f"/records/crm.lead/print/{SUMMARY}?q=Deal")
    assert asked.mimetype == "text/html"
    assert "60" in asked.text
    action = re.search(r'<form method="post" action="([^"]+)" class="head"', asked.text)
    assert action is not None
    answer = browser.post(action[1].replace("&amp;", "&"))
    assert answer.status_code == 303
    run_jobs()
    page = browser.get(answer.location).text
    file = re.search(r'href="(/file/\d+)"', page)
    assert file is not None, "its record shows the file"
    got = browser.get(file[1])
    assert len(pypdf.PdfReader(BytesIO(got.data)).pages) == 60
    assert "attachment" in got.headers["Content-Disposition"]


def test_file_with_a_name_in_vietnamese_is_sent(client: SignIn, system: System, lan: Identity, deals: Made) -> None:
    with system.unit(write=True) as unit:
        company = unit.system_env()["res.company"].search()[0]
        png = bytes.fromhex("89504e470d0a1a0a") + b"x"
        company.logo = Upload("Biểu trưng công ty.png", png, "image/png")
        identity = company.logo.id
    answer = client(lan).get(f"/file/{identity}")
    assert answer.headers["Content-Disposition"].isascii()
    assert "Bi%E1%BB%83u%20tr%C6%B0ng" in answer.headers["Content-Disposition"]


def test_layout_shows_what_it_looks_like(client: SignIn, make_user: Callable[..., Identity], system: System) -> None:
    boss = make_user("boss", "base.administrator", language="vi")
    with system.unit(write=True) as unit:
        env = unit.system_env()
        layout = env["report.layout"].create(company=env["res.company"].search()[0], footer="Chân trang của ta").id
    answer = client(boss).get(f"/records/report.layout/{layout}/print/layout_preview")
    assert "Chân trang của ta" in _text(answer.data)


@pytest.mark.engine("sqlite")
def test_ticked_rows_are_printed_and_not_opened(visit: Visit, make_user: Callable[..., Identity], deals: Made) -> None:
    make_user("hoa", "crm.administrator", password="correct horse")
    visit.log_in("hoa", "correct horse")
    page = visit.page
    page.goto(f"{visit.address}/records/crm.lead")
    page.locator(f".pick[value='{deals['desk']}']").check()
    page.click(".print summary")
    with page.expect_download() as download:
        page.get_by_role("button", name="Spreadsheet (XLSX)").click()
    rows = CalamineWorkbook.from_path(download.value.path()).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["Quầy lễ tân"]
    assert visit.problems == []


@pytest.mark.engine("sqlite")
@pytest.mark.visit(width=390)
def test_menu_of_prints_fits_a_phone(visit: Visit, make_user: Callable[..., Identity], deals: Made) -> None:
    make_user("hoa", "crm.administrator", password="correct horse")
    visit.log_in("hoa", "correct horse")
    page = visit.page
    page.goto(f"{visit.address}/records/crm.lead")
    page.click(".print summary")
    box = page.locator(".print .panel").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
