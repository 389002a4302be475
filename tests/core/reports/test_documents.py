"""What a printed document says, and how it is laid out over pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdf
import pypdfium2
import pytest

from core import Identity, Upload
from core.addons.system import System
from core.reports import MemoryEngine, PlutoEngine, print_records

from .conftest import Make, pages_of, reading, report

LINES = 1330
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f00"
    "04010180a8f3a6c40000000049454e44ae426082"
)


def test_forty_pages_in_vietnamese(system: System, make_paper: Make) -> None:
    identity = make_paper("S00040", lines=LINES)
    with reading(system) as env:
        paper = env["papers.paper"].get(identity)
        printed = print_records(report(env, "quotation"), env["papers.paper"].browse(identity))
        total = sum((line.quantity * line.price for line in paper.lines), Decimal(0))
    pages = pages_of(printed)
    assert printed.name == "Báo giá S00040.pdf"
    assert len(pages) == 40
    assert "Báo giá S00040" in pages[0]
    assert "Khách sạn Hoa Đào" in pages[0]
    text = " ".join(pages)
    for number in (0, 1, 700, LINES - 1):
        assert f"{number:04}" in text, "every line is there, whole"
    for number, page in enumerate(pages, 1):
        assert f"Trang {number} / 40" in page
        if f"{number}" != "40":
            assert "STT Sản phẩm Số lượng Đơn giá Thành tiền" in page, "the table's heads stand on every page"
    assert f"{total:,.0f} ₫".replace(",", ".") in pages[-1].replace("\u00a0", " ")
    assert "đồng" in pages[-1]


def test_document_looks_like_something(system: System, make_paper: Make) -> None:
    """A picture of a page has ink where the head, the table and the foot are, and fonts of our own."""
    identity = make_paper(lines=3)
    with reading(system) as env:
        printed = print_records(report(env, "quotation"), env["papers.paper"].browse(identity))
    reader = pypdf.PdfReader(BytesIO(printed.data))
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    assert {str(font.get_object()["/BaseFont"]).partition("+")[2].partition("-")[0] for font in fonts} == {
        "SourceSans3"
    }
    document = pypdfium2.PdfDocument(printed.data)
    picture = document[0].render(scale=1).to_pil().convert("L")
    document.close()
    width, height = picture.size
    for top, bottom in ((0.04, 0.16), (0.2, 0.5), (0.93, 0.97)):
        strip = picture.crop((0, int(height * top), width, int(height * bottom)))
        assert strip.getextrema()[0] < 140, f"nothing is drawn between {top} and {bottom}"


@pytest.mark.parametrize(
    ("customer", "company", "said"),
    [("vi", "en", "Trang 1 / 1"), ("en", "vi", "Page 1 / 1"), (None, "vi", "Trang 1 / 1"), (None, "en", "Page 1 / 1")],
)
def test_document_is_in_the_customers_language_and_else_in_the_companys(
    system: System, make_paper: Make, clerk: Identity, customer: str | None, company: str, said: str
) -> None:
    with system.unit(write=True) as unit:
        unit.system_env()["res.company"].search()[0].language = company
    identity = make_paper(language=customer)
    with reading(system, clerk) as env:
        printed = print_records(report(env, "quotation"), env["papers.paper"].browse(identity))
    assert said in pages_of(printed)[0]


def test_head_and_foot_are_the_companys(system: System, make_paper: Make, clerk: Identity) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        company = env["res.company"].search()[0]
        company.write(
            name="Nội thất Banyan", street="128 Nguyễn Văn Linh", tax_code="0315926108", phone="028 5412 0128"
        )
        company.logo = Upload("logo.png", PNG, "image/png")
        env["report.layout"].create(
            company=company, paper="A5", footer="VCB 0071 0012\nTCB 1903 5678", colour="#aa0033"
        )
    identity = make_paper()
    with reading(system, clerk) as env:
        engine = MemoryEngine()
        paper = env["papers.paper"].browse(identity)
        print_records(report(env, "quotation"), paper, engine=engine)
        printed = print_records(report(env, "quotation"), paper)
    html = engine.documents[0].html
    assert 'src="asset:///logo"' in html
    assert "#aa0033" in html
    page = pages_of(printed)[0]
    for text in ("Nội thất Banyan", "128 Nguyễn Văn Linh", "0315926108", "028 5412 0128", "VCB 0071 0012", "TCB 1903"):
        assert text in page
    box = pypdf.PdfReader(BytesIO(printed.data)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (420, 595), "A5"


def test_what_people_typed_is_escaped(system: System, make_paper: Make) -> None:
    identity = make_paper("<b>1</b> & {{ 7 * 7 }}", note="<p>kept <script>alert(1)</script></p>")
    with reading(system) as env:
        engine = MemoryEngine()
        print_records(report(env, "quotation"), env["papers.paper"].browse(identity), engine=engine)
    html = engine.documents[0].html
    assert "&lt;b&gt;1&lt;/b&gt; &amp; {{ 7 * 7 }}" in html
    assert "<p>kept " in html
    assert "<script" not in html


def test_same_document_at_the_same_moment_is_the_same_file(system: System, make_paper: Make) -> None:
    identity = make_paper()
    with reading(system) as env:
        noted = MemoryEngine()
        for _time in range(2):
            print_records(report(env, "quotation"), env["papers.paper"].browse(identity), engine=noted)
        first, second = noted.documents
        assert first.html == second.html
        now = env.now()
        assert PlutoEngine().pdf([first], now) == PlutoEngine().pdf([second], now)


def test_documents_of_several_records_are_one_file_with_pages_of_their_own(system: System, make_paper: Make) -> None:
    ids = [make_paper("S1", lines=40), make_paper("S2", language="en")]
    with reading(system) as env:
        printed = print_records(report(env, "quotation"), env["papers.paper"].browse(*ids))
    pages = pages_of(printed)
    assert len(pages) == 3
    assert "Trang 2 / 2" in pages[1]
    assert "Page 1 / 1" in pages[2]


def test_overview_is_one_document_about_all(system: System, make_paper: Make) -> None:
    ids = [make_paper("S1"), make_paper("S2")]
    with reading(system) as env:
        printed = print_records(report(env, "register"), env["papers.paper"].browse(*ids))
    (page,) = pages_of(printed)
    assert "S1" in page
    assert "S2" in page
    assert f"{date(2026, 12, 15):%d/%m/%Y}" in page


def test_labels_stand_at_their_places_and_spare_those_that_are_used_up(system: System, make_paper: Make) -> None:
    make_paper(lines=70)
    with reading(system) as env:
        lines = env["papers.line"].search()
        engine = MemoryEngine()
        print_records(report(env, "labels", "papers.line"), lines, engine=engine, skip=5)
        printed = print_records(report(env, "labels", "papers.line"), lines, skip=5)
    html = engine.documents[0].html
    assert html.count('class="label"') == 70
    first = html.partition('class="label" style="')[2].partition('"')[0]
    assert first == "left: 4.75mm; top: 31.9mm", "the first of the second row"
    assert len(pages_of(printed)) == 2
