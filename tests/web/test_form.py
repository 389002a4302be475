"""The form: a record shown, made, changed and deleted, with nothing lost and nothing shown that is not to be seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core import Identity
from core.addons.system import System
from core.testing.forms import read_form
from core.testing.web import SignIn
from tests.web.conftest import Made, equals


def test_form_shows_values_in_the_language_of_the_reader(client: SignIn, lan: Identity, deals: Made) -> None:
    page = client(lan).get(f"/records/crm.lead/{deals['chairs']}").text
    form = read_form(page)
    assert form.fields["name"] == "Ghế ăn"
    assert form.fields["expected_revenue"] == "71.200.000"
    assert form.fields["partner"] == "Khách sạn Hoa Đào"
    assert form.fields["partner.id"] == str(deals["hotel"])
    assert "Lan Phạm" in page
    assert "Lịch sử" in page


def test_changed_fields_are_saved_and_told_in_the_story(
    client: SignIn, lan: Identity, deals: Made, stored: Any
) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    form = read_form(browser.get(address).text)
    answer = form.fill(name="Ghế ăn gỗ sồi", expected_revenue="80.500.000", closes_on="24/12/2026").submit(browser)
    assert answer.status_code == 303
    assert answer.location == address
    found = stored(deals["chairs"], "name", "expected_revenue", "closes_on", "row_version")
    assert (found["name"], found["expected_revenue"]) == ("Ghế ăn gỗ sồi", Decimal(80_500_000))
    assert found["closes_on"].isoformat() == "2026-12-24"
    story = re.sub(r"<[^>]+>|\s+", " ", browser.get(address).text.split("What happened")[-1])
    story = " ".join(story.split())
    assert "Doanh thu dự kiến 71.200.000 ₫ → 80.500.000 ₫" in story
    assert "Cơ hội Ghế ăn → Ghế ăn gỗ sồi" in story


def test_saving_without_a_change_writes_nothing(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    before = stored(deals["chairs"], "row_version")
    assert read_form(browser.get(address).text).submit(browser).status_code == 303
    assert stored(deals["chairs"], "row_version") == before


def test_what_cannot_be_read_stays_as_typed_with_the_reason_beside_it(
    client: SignIn, lan: Identity, deals: Made, stored: Any
) -> None:
    browser = client(lan)
    form = read_form(browser.get(f"/records/crm.lead/{deals['chairs']}").text)
    answer = form.fill(name="", expected_revenue="1.5", closes_on="31/02/2027", reference="PO-17").submit(browser)
    assert answer.status_code == 422
    again = read_form(answer.text)
    assert (again.fields["name"], again.fields["expected_revenue"]) == ("", "1.5")
    assert (again.fields["closes_on"], again.fields["reference"]) == ("31/02/2027", "PO-17")
    assert "Không đọc được “1.5” dưới dạng số" in answer.text
    assert "Không có ngày 31/02/2027" in answer.text
    assert "bắt buộc nhập" in answer.text
    assert 'href="#f-name"' in answer.text
    assert stored(deals["chairs"], "name") == {"name": "Ghế ăn"}


def test_rule_of_the_business_is_told_beside_its_field(client: SignIn, lan: Identity, deals: Made) -> None:
    browser = client(lan)
    form = read_form(browser.get(f"/records/crm.lead/{deals['chairs']}").text)
    answer = form.fill(probability="130").submit(browser)
    assert answer.status_code == 422
    assert "phải trong khoảng 0 đến 100" in answer.text


def test_two_people_do_not_overwrite_one_another(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    mine, theirs = read_form(browser.get(address).text), read_form(browser.get(address).text)
    assert theirs.fill(name="Ghế của Minh").submit(browser).status_code == 303
    answer = mine.fill(name="Ghế của Lan").submit(browser)
    assert answer.status_code == 409
    assert "Có người đã sửa trong lúc bạn đang mở trang này" in answer.text
    assert "Đang lưu: Ghế của Minh" in answer.text
    again = read_form(answer.text)
    assert again.fields["name"] == "Ghế của Lan"
    assert stored(deals["chairs"], "name") == {"name": "Ghế của Minh"}
    assert again.submit(browser).status_code == 303
    assert stored(deals["chairs"], "name") == {"name": "Ghế của Lan"}


def test_field_that_was_not_touched_keeps_what_somebody_else_wrote(
    client: SignIn, lan: Identity, deals: Made, stored: Any
) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    mine, theirs = read_form(browser.get(address).text), read_form(browser.get(address).text)
    assert theirs.fill(name="Ghế của Minh").submit(browser).status_code == 303
    answer = mine.fill(reference="HD-12").submit(browser)
    assert answer.status_code == 409
    again = read_form(answer.text)
    assert (again.fields["name"], again.fields["reference"]) == ("Ghế của Minh", "HD-12")
    assert again.submit(browser).status_code == 303
    assert stored(deals["chairs"], "name", "reference") == {"name": "Ghế của Minh", "reference": "HD-12"}


def test_text_comes_back_as_it_was_written(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    text = "\n  Gọi trước 9 giờ.\nHỏi chị <Trang> & anh Phúc"
    form = read_form(browser.get(address).text).fill(description=text.replace("\n", "\r\n"))
    assert form.submit(browser).status_code == 303
    assert stored(deals["chairs"], "description") == {"description": text}
    assert read_form(browser.get(address).text).fields["description"] == text
    before = stored(deals["chairs"], "row_version")
    assert read_form(browser.get(address).text).submit(browser).status_code == 303
    assert stored(deals["chairs"], "row_version") == before


# ---- relations --------------------------------------------------------------------------------


def test_relation_is_found_by_its_name_without_scripts(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['desk']}"
    assert read_form(browser.get(address).text).fill(partner="khach san").submit(browser).status_code == 303
    assert stored(deals["desk"], "partner") == {"partner": deals["hotel"]}
    assert read_form(browser.get(address).text).fill(partner="").submit(browser).status_code == 303
    assert stored(deals["desk"], "partner") == {"partner": None}


def test_several_matches_are_offered_to_choose_from(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['desk']}"
    answer = read_form(browser.get(address).text).fill(partner="hoa dao").submit(browser)
    assert answer.status_code == 422
    assert "“hoa dao” có thể là nhiều bản ghi; hãy chọn một." in answer.text
    assert "Hoa Đào Spa" in answer.text
    again = read_form(answer.text).fill(partner__pick=str(deals["spa"]))
    assert again.submit(browser).status_code == 303
    assert stored(deals["desk"], "partner") == {"partner": deals["spa"]}


def test_name_that_nobody_has_is_told(client: SignIn, lan: Identity, deals: Made) -> None:
    browser = client(lan)
    form = read_form(browser.get(f"/records/crm.lead/{deals['desk']}").text)
    answer = form.fill(partner="Công ty Minh Long").submit(browser)
    assert answer.status_code == 422
    assert "Không có “Công ty Minh Long” trong Liên hệ." in answer.text


def test_tags_are_ticked_and_added_by_name(
    client: SignIn, lan: Identity, deals: Made, system: System, stored: Any
) -> None:
    with system.unit(write=True) as unit:
        tags = [unit.env(lan)["crm.tag"].create(name=name).id for name in ("Khách sạn", "Xuất khẩu", "Cần gấp")]
    browser, address = client(lan), f"/records/crm.lead/{deals['desk']}"
    form = read_form(browser.get(address).text).fill(tags=["", str(tags[0])], tags__add="xuat khau")
    assert form.submit(browser).status_code == 303
    assert set(stored(deals["desk"], "tags")["tags"]) == set(tags[:2])
    form = read_form(browser.get(address).text)
    assert set(form.fields.getlist("tags")) == {"", str(tags[0]), str(tags[1])}
    assert form.fill(tags=["", str(tags[1])]).submit(browser).status_code == 303
    assert set(stored(deals["desk"], "tags")["tags"]) == {tags[1]}


def test_finding_answers_with_what_may_be_meant(client: SignIn, lan: Identity, deals: Made) -> None:
    browser = client(lan)
    answer = browser.get("/find/res.partner?q=hoa+dao", headers={"Accept": "application/json"})
    assert [record["title"] for record in answer.json["records"]] == ["Hoa Đào Spa", "Khách sạn Hoa Đào"]
    without_scripts = browser.get("/find/res.partner?q=hoa", headers={"Accept": "text/html"})
    assert without_scripts.location == "/records/res.partner?q=hoa"


def test_hidden_relation_is_shown_restricted_and_kept(
    client: SignIn, system: System, make_user: Callable[..., Identity], stored: Any
) -> None:
    minh = make_user("minh", "crm.salesperson")
    with system.unit(write=True) as unit:
        sudo = unit.system_env()
        currency = sudo["res.currency"].search(equals("res.currency", "name", "VND"))[0]
        other = sudo["res.company"].create(name="Another branch", currency=currency)
        hidden = sudo["res.partner"].create(name="Hidden customer", company=other)
        deal = sudo["crm.lead"].create(name="Tủ áo", salesperson=minh.user_id, partner=hidden).id
        partner = hidden.id
    browser = client(minh)
    page = browser.get(f"/records/crm.lead/{deal}").text
    form = read_form(page)
    assert form.fields["partner"] == "(restricted)"
    assert "Hidden customer" not in page
    assert form.fill(name="Tủ áo 60 căn").submit(browser).status_code == 303
    assert stored(deal, "name", "partner") == {"name": "Tủ áo 60 căn", "partner": partner}


# ---- making and deleting -------------------------------------------------------------------------


def test_new_record_starts_from_defaults_and_is_made(client: SignIn, lan: Identity, stored: Any) -> None:
    browser = client(lan)
    form = read_form(browser.get("/records/crm.lead/new").text)
    assert form.fields["salesperson"] == "Lan Phạm"
    answer = form.fill(name="Mũ bảo hộ", expected_revenue="5.466.000").submit(browser)
    assert answer.status_code == 303
    identity = int(answer.location.rsplit("/", 1)[1])
    found = stored(identity, "name", "expected_revenue", "salesperson")
    assert found == {"name": "Mũ bảo hộ", "expected_revenue": Decimal(5_466_000), "salesperson": lan.user_id}


def test_default_that_was_cleared_stays_empty(client: SignIn, lan: Identity, stored: Any) -> None:
    browser = client(lan)
    form = read_form(browser.get("/records/crm.lead/new").text).fill(name="Mũ bảo hộ", salesperson="")
    identity = int(form.submit(browser).location.rsplit("/", 1)[1])
    assert stored(identity, "salesperson", "probability") == {"salesperson": None, "probability": Decimal(10)}


def test_new_record_without_what_is_required_is_not_made(client: SignIn, lan: Identity) -> None:
    browser = client(lan)
    answer = read_form(browser.get("/records/crm.lead/new").text).fill(reference="PO-17").submit(browser)
    assert answer.status_code == 422
    assert "bắt buộc nhập" in answer.text
    assert read_form(answer.text).fields["reference"] == "PO-17"


def test_address_gives_a_new_record_its_owner(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser = client(lan)
    form = read_form(browser.get(f"/records/crm.lead/new?set.partner={deals['spa']}").text)
    assert form.fields["partner"] == "Hoa Đào Spa"
    answer = form.fill(name="Sảnh").submit(browser)
    assert stored(int(re.findall(r"lead/(\d+)", answer.location)[0]), "partner") == {"partner": deals["spa"]}


def test_deleting_asks_first_and_goes_back_to_the_list(client: SignIn, lan: Identity, deals: Made) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['desk']}/delete?menu=crm.pipeline"
    page = browser.get(address).text
    assert "Xóa Quầy lễ tân?" in page
    answer = browser.post(address)
    assert answer.location == "/records/crm.lead?menu=crm.pipeline"
    assert "Đã xóa Quầy lễ tân." in browser.get(answer.location).text
    assert browser.get(f"/records/crm.lead/{deals['desk']}").status_code == 404


def test_record_that_others_need_is_not_deleted(
    client: SignIn, make_user: Callable[..., Identity], deals: Made
) -> None:
    browser = client(make_user("chi", "base.administrator", "crm.administrator"))
    answer = browser.post(f"/records/res.partner/{deals['hotel']}/delete")
    assert answer.status_code == 409
    assert "Delete Khách sạn Hoa Đào?" in answer.text
    assert browser.get(f"/records/res.partner/{deals['hotel']}").status_code == 200
