"""Companies with branches: who sees whose records, and choosing where one works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from core import AccessDenied, Identity, Invalid, Model, Refused
from core.addons.system import System
from core.orm.filter import Condition
from core.testing.forms import read_form
from core.testing.systems import UserMaker
from core.testing.web import SignIn

LEADS = "/api/v1/crm.lead?fields=name&order=name"


@dataclass
class Group:
    """Banyan with its branch in Huế, which has one in Phú Bài; and Sông Hương, which belongs to nobody."""

    banyan: int
    hue: int
    phu_bai: int
    song: int


@pytest.fixture
def group(system: System) -> Group:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        banyan: Any = env["res.company"].search()[0]
        hue = env["res.company"].create(name="Banyan Huế", currency=banyan.currency, parent=banyan)
        phu_bai = env["res.company"].create(name="Banyan Phú Bài", currency=banyan.currency, parent=hue)
        song = env["res.company"].create(name="Sông Hương", currency=banyan.currency)
        made = Group(banyan.id, hue.id, phu_bai.id, song.id)
        for name, company in (("a", banyan), ("b", hue), ("c", phu_bai), ("d", song)):
            env["crm.lead"].create(name=name, company=company)
    return made


def _make(make_user: Callable[..., Identity], login: str, company: int, *companies: int) -> Identity:
    return make_user(login, "crm.administrator", company=company, companies=list(companies))


def _names(browser: Any, **headers: str) -> list[str]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return [row["name"] for row in browser.get(LEADS, headers=sent).json["records"]]


def test_a_company_sees_the_records_of_its_branches(
    system: System, group: Group, make_user: Callable[..., Identity], client: SignIn
) -> None:
    seen = {
        login: _names(client(_make(make_user, login, company)))
        for login, company in (("an", group.banyan), ("hoa", group.hue), ("phu", group.phu_bai), ("song", group.song))
    }
    assert seen == {"an": ["a", "b", "c"], "hoa": ["b", "c"], "phu": ["c"], "song": ["d"]}


def test_a_branch_that_is_made_or_moved_is_seen_from_then_on(
    system: System, group: Group, make_user: Callable[..., Identity]
) -> None:
    an, song = _make(make_user, "an", group.banyan), _make(make_user, "song", group.song)
    with system.unit(write=True) as unit:
        companies: Any = unit.system_env()["res.company"]
        companies.get(group.phu_bai).parent = companies.get(group.song)
    users = UserMaker(system)
    assert users.identity(an.user_id).allowed == (group.banyan, group.hue)
    assert users.identity(song.user_id).allowed == (group.phu_bai, group.song)
    assert users.identity(song.user_id).branches == ((group.phu_bai, group.song),)
    with system.unit(write=True) as unit:
        companies = unit.system_env()["res.company"]
        companies.create(name="Mới", currency=companies.get(group.song).currency, parent=group.phu_bai)
    assert len(users.identity(song.user_id).allowed) == 3


def test_branches_form_a_tree_of_few_levels(system: System, group: Group) -> None:
    with pytest.raises(Invalid) as refused, system.unit(write=True) as unit:
        companies: Any = unit.system_env()["res.company"]
        companies.get(group.banyan).parent = companies.get(group.phu_bai)
    assert refused.value.fields == {"parent": ["is a branch of this company itself"]}
    with pytest.raises(Invalid) as deep, system.unit(write=True) as unit:
        companies = unit.system_env()["res.company"]
        above: Model = companies.get(group.phu_bai)
        for name in ("4", "5", "6"):
            above = companies.create(name=name, currency=companies.get(group.song).currency, parent=above)
    assert deep.value.fields == {"parent": ["has too many companies above it; at most 4"]}
    with pytest.raises(Refused), system.unit(write=True) as unit:
        unit.system_env()["res.company"].get(group.banyan).delete()


def test_a_program_says_where_it_works(group: Group, make_user: Callable[..., Identity], client: SignIn) -> None:
    browser = client(_make(make_user, "an", group.banyan, group.song))
    assert _names(browser) == ["a", "b", "c", "d"]
    assert _names(browser, X_Company=str(group.hue)) == ["b", "c"]
    assert _names(browser, X_Company=f"{group.song},{group.phu_bai}") == ["c", "d"]
    made = browser.post(
        "/api/v1/crm.lead?fields=company_id", json={"name": "e"}, headers={"X-Company": f"{group.song},{group.hue}"}
    )
    assert made.json["company_id"]["id"] == group.song
    for wrong in ("999", "x", "", f"{group.hue},999"):
        assert browser.get(LEADS, headers={"X-Company": wrong}).status_code == 403


def test_the_bar_offers_the_companies_and_keeps_the_choice(
    group: Group, make_user: Callable[..., Identity], client: SignIn
) -> None:
    browser = client(_make(make_user, "an", group.banyan, group.song))
    page = browser.get("/records/crm.lead").text
    assert page.index("Banyan</button>") < page.index("Banyan Huế</button>") < page.index("Sông Hương</button>")
    chosen = browser.post("/company", data={"company": str(group.hue), "next": "/records/crm.lead/1?menu=x"})
    assert (chosen.status_code, chosen.location) == (303, "/records/crm.lead")
    assert _names(browser) == ["b", "c"]
    assert '<span class="wide">Banyan Huế</span>' in browser.get("/records/crm.lead").text
    assert browser.post("/api/v1/crm.lead?fields=company_id", json={"name": "e"}).json["company_id"]["id"] == group.hue
    assert browser.post("/company", data={"company": "", "next": "/"}).location == "/"
    assert _names(browser) == ["a", "b", "c", "d", "e"]
    assert browser.post("/company", data={"company": "999"}).status_code == 403


def test_a_choice_that_is_no_longer_allowed_is_forgotten(
    system: System, group: Group, make_user: Callable[..., Identity], client: SignIn
) -> None:
    an = _make(make_user, "an", group.banyan, group.song)
    browser = client(an)
    browser.post("/company", data={"company": str(group.song)})
    assert _names(browser) == ["d"]
    with system.unit(write=True) as unit:
        unit.system_env()["res.users"].get(an.user_id).write(companies=[])
    assert _names(browser) == ["a", "b", "c"]


def test_who_works_in_one_company_is_offered_none(
    group: Group, make_user: Callable[..., Identity], client: SignIn
) -> None:
    assert "/company" not in client(_make(make_user, "phu", group.phu_bai)).get("/records/crm.lead").text


def test_code_works_in_a_company_too(system: System, group: Group, make_user: Callable[..., Identity]) -> None:
    an = _make(make_user, "an", group.banyan)
    with system.unit(write=True) as unit:
        env = unit.env(an).in_company(group.hue)
        assert env.company_ids == (group.hue, group.phu_bai)
        assert env["crm.lead"].count() == 2
        assert env["crm.lead"].create(name="x").company.id == group.hue
        assert unit.system_env().in_company(group.song).company.name == "Sông Hương"
        assert env.sudo().in_company(group.song).company_id == group.song
        with pytest.raises(AccessDenied, match="You may not work in this company"):
            env.in_company(group.song)


def _lead(system: System, name: str) -> Any:
    with system.unit() as unit:
        rows = unit.system_env()["crm.lead"].values(("id", "company"), Condition("crm.lead", ("name",), "=", name))
        return rows[0]


def test_form_is_saved_where_it_was_opened_whatever_another_tab_chose(
    system: System, group: Group, make_user: Callable[..., Identity], client: SignIn
) -> None:
    browser = client(_make(make_user, "an", group.banyan, group.song))
    browser.post("/company", data={"company": str(group.song)})
    lead = _lead(system, "d")["id"]
    old = read_form(browser.get(f"/records/crm.lead/{lead}").text).fill(name="d, once more")
    new = read_form(browser.get("/records/crm.lead/new").text).fill(name="e")
    browser.post("/company", data={"company": str(group.hue)})
    assert browser.get(f"/records/crm.lead/{lead}").status_code == 404
    saved = old.submit(browser)
    assert saved.status_code == 303
    assert _lead(system, "d, once more") == {"id": lead, "company": group.song}
    shown = browser.get(saved.location).text
    assert "This page was opened in Sông Hương, so you work there again." in shown
    assert '<span class="wide">Sông Hương</span>' in shown
    assert "you work there again" not in browser.get(saved.location).text
    browser.post("/company", data={"company": str(group.hue)})
    assert new.submit(browser).status_code == 303
    assert _lead(system, "e")["company"] == group.song


def test_form_that_was_opened_in_all_companies_goes_on_in_all(
    system: System, group: Group, make_user: Callable[..., Identity], client: SignIn
) -> None:
    browser = client(_make(make_user, "an", group.banyan, group.song))
    form = read_form(browser.get("/records/crm.lead/new").text).fill(name="e", closes_on="never")
    browser.post("/company", data={"company": str(group.song)})
    refused = form.submit(browser)
    assert refused.status_code == 422
    assert "This page was opened in all companies, so you work in all of them again." in refused.text
    assert read_form(refused.text).fields["name"] == "e"
    assert read_form(refused.text).fill(closes_on="").submit(browser).status_code == 303
    assert _lead(system, "e")["company"] == group.banyan


def test_question_before_deleting_is_answered_where_it_was_asked(
    system: System, group: Group, make_user: Callable[..., Identity], client: SignIn
) -> None:
    browser = client(_make(make_user, "an", group.banyan, group.song))
    browser.post("/company", data={"company": str(group.song)})
    lead = _lead(system, "d")["id"]
    asked = read_form(browser.get(f"/records/crm.lead/{lead}/delete").text, "confirm")
    browser.post("/company", data={"company": str(group.hue)})
    assert asked.submit(browser).status_code == 303
    assert browser.get(f"/records/crm.lead/{lead}").status_code == 404


@pytest.mark.parametrize("companies", ["999", "x", ",", "1,"])
def test_form_of_a_company_that_is_no_longer_allowed_is_refused(
    companies: str, system: System, group: Group, make_user: Callable[..., Identity], client: SignIn
) -> None:
    an = _make(make_user, "an", group.banyan, group.song)
    browser = client(an)
    browser.post("/company", data={"company": str(group.song)})
    form = read_form(browser.get("/records/crm.lead/new").text).fill(name="e")
    refused = browser.post(form.action, data={**form.fields.to_dict(), "_companies": companies})
    assert refused.status_code == 403
    with system.unit(write=True) as unit:
        unit.system_env()["res.users"].get(an.user_id).write(companies=[])
    refused = form.submit(browser)
    assert refused.status_code == 403
    assert "This page was opened in a company in which you may not work any more." in refused.text
