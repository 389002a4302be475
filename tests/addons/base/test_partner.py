"""Contacts: who may change them, and what a contact refuses."""

from __future__ import annotations

import pytest

from addons.base.models import Company, Country, Partner
from addons.base.tax_codes import tax_code_problem
from core import AccessDenied, Env, Invalid


def country(env: Env, code: str) -> Country:
    return env[Country].search(Country.code == code)[0]


@pytest.mark.parametrize("code", ["0100233488", "0314409058-002", "0314409058002", "079204001234", ""])
def test_tax_code_that_vietnam_gives_is_taken(code):
    assert tax_code_problem("VN", code) == ""


@pytest.mark.parametrize("code", ["0100233489", "123", "0314409058-000", "07920400123x", "01002334880", "٠٧٩٢٠٤٠٠١٢٣٤"])
def test_tax_code_that_vietnam_cannot_have_given_is_refused(code):
    assert tax_code_problem("VN", code).startswith(f"'{code}' is no Vietnamese tax code")
    assert tax_code_problem("NO", code) == ""


def test_refused_tax_code_is_told_at_its_field(system):
    with system.unit() as unit:
        vietnam = country(unit.system_env(), "VN").id
    with pytest.raises(Invalid) as caught, system.unit(write=True) as unit:
        unit.system_env()[Partner].create(name="Minh Long", country=vietnam, tax_code="0100233489")
    assert list(caught.value.fields) == ["tax_code"]


def test_tax_code_is_looked_at_when_the_country_becomes_vietnam(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        partner = env[Partner].create(name="Nordhus", country=country(env, "NO"), tax_code="999 888 777")
        vietnam = country(env, "VN").id
    with pytest.raises(Invalid, match="no Vietnamese tax code"), system.unit(write=True) as unit:
        unit.system_env()[Partner].get(partner.id).write(country=vietnam)


def test_what_is_no_email_address_is_refused(system):
    for email in ("lan", "lan@", "lan@example .com", "a b@banyan.example"):
        with pytest.raises(Invalid, match="is no email address"), system.unit(write=True) as unit:
            unit.system_env()[Partner].create(name="Lan", email=email)


def test_company_cannot_belong_to_itself_by_a_detour(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        group = env[Partner].create(name="An Cư", is_company=True)
        branch = env[Partner].create(name="An Cư Đà Nẵng", is_company=True, parent=group)
    with pytest.raises(Invalid, match="cannot be An Cư Đà Nẵng"), system.unit(write=True) as unit:
        unit.system_env()[Partner].get(group.id).parent = branch.id


def test_people_of_a_company_stay_when_it_is_deleted(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        company = env[Partner].create(name="Hoa Đào", is_company=True)
        person = env[Partner].create(name="Hạnh", parent=company)
        assert [contact.name for contact in company.contacts] == ["Hạnh"]
        company.delete()
        assert person.parent is None


def test_name_is_found_without_accents(system):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        env[Partner].create(name="Khách sạn Hoa Đào")
        assert env[Partner].search(Partner.name.ilike("hoa dao")).ids


def test_internal_user_sees_contacts_and_changes_none(system, make_user):
    lan = make_user("lan", "base.user")
    with system.unit(write=True) as unit:
        unit.system_env()[Partner].create(name="Hoa Đào")
    with system.unit() as unit:
        assert [partner.name for partner in unit.env(lan)[Partner].search()] == ["Hoa Đào"]
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[Partner].create(name="Sao Mai")
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[Partner].search()[0].name = "Sao Mai"


def test_role_for_contacts_makes_and_changes_them(system, make_user):
    lan = make_user("lan", "base.contacts")
    with system.unit(write=True) as unit:
        env = unit.env(lan)
        env[Partner].create(name="Hoa Đào").name = "Khách sạn Hoa Đào"
        assert env[Partner].search()[0].name == "Khách sạn Hoa Đào"


def test_contact_of_another_company_of_ours_is_hidden(system, make_user):
    lan = make_user("lan", "base.contacts")
    with system.unit(write=True) as unit:
        env = unit.system_env()
        home = env[Company].search()[0]
        export = env[Company].create(name="Banyan Export", currency=home.currency)
        env[Partner].create_many([{"name": "Theirs", "company": export}, {"name": "Everybody's"}])
    with system.unit() as unit:
        assert [partner.name for partner in unit.env(lan)[Partner].search()] == ["Everybody's"]
        assert [company.name for company in unit.env(lan)[Company].search()] == [home_name(system)]


def home_name(system) -> str:
    with system.unit() as unit:
        return unit.system_env()[Company].search(order=("id",), limit=1)[0].name
