"""Documents with taxed lines: stored amounts that are right, and one figure wherever they are shown."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.base.models import Company, Currency, CurrencyRate
from addons.base.operations.currencies import NoRate
from addons.tax.documents import tax_groups
from addons.tax.models import Tax, TaxGroup, TaxRate
from addons.tax.operations.summary import tax_summary
from core import Invalid, Refused
from core.testing.web import SignIn


def tax(env, name, use="sale"):
    return env[Tax].with_archived().search((Tax.name == name) & (Tax.use == use))[0]


REDUCED = "VAT 10%, reduced"


def bill(env, *lines, name="HĐ 1", **values):
    """lines: (price, taxes, quantity, discount)."""
    rows = [
        {
            "name": f"line {place}", "price_unit": Decimal(price), "taxes": taxes,
            "quantity": Decimal(rest[0] if rest else 1), "discount": Decimal(rest[1] if len(rest) > 1 else 0),
        }
        for place, (price, taxes, *rest) in enumerate(lines)
    ]  # fmt: skip
    return env["billing.bill"].create(name=name, lines=rows, **{"dated_on": date(2026, 5, 4), **values})


def amounts(record):
    return record.amount_untaxed, record.amount_tax, record.amount_total


def test_bill_comes_to_what_its_lines_come_to(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = bill(env, ("3250000", [tax(env, REDUCED)], 4), ("890000", [tax(env, "VAT 5%")], 2, "10"))
        assert amounts(made) == (14_602_000, 1_120_100, 15_722_100)
        assert [(line.price_subtotal, line.price_tax, line.price_total) for line in made.lines] == [
            (13_000_000, 1_040_000, 14_040_000),
            (1_602_000, 80_100, 1_682_100),
        ]


def test_rate_is_that_of_the_day_of_the_bill(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = bill(env, ("1000000", [tax(env, REDUCED)]))
        seen = {}
        for day in (date(2025, 7, 1), date(2026, 12, 31), date(2027, 1, 1), date(2023, 1, 1)):
            made.dated_on = day
            seen[day.isoformat()] = made.amount_tax
        assert seen == {"2025-07-01": 80_000, "2026-12-31": 80_000, "2027-01-01": 100_000, "2023-01-01": 100_000}
        made.lines[0].taxes = [tax(env, "VAT 10%")]
        made.dated_on = date(2026, 1, 1)
        assert made.amount_tax == 100_000


def test_law_that_changes_later_changes_no_bill_until_somebody_does(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = bill(env, ("1000000", [tax(env, "VAT 5%")])).id
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        env[TaxRate].create(tax=tax(env, "VAT 5%"), valid_from=date(2026, 1, 1), amount=Decimal(6), source="Law X")
    with bills.unit(write=True) as unit:
        found = unit.env(lan)["billing.bill"].get(made)
        assert found.amount_tax == 50_000
        assert found.tax_totals[0]["rate"] == "5.0000"
        found.lines[0].quantity = Decimal(2)
        assert found.amount_tax == 120_000


def test_tax_without_a_rate_of_the_day_is_told(bills, lan):
    with (
        pytest.raises(NoRate, match="The tax VAT 5% has no rate that is valid on 2008-12-31. Add one"),
        bills.unit(write=True) as unit,
    ):
        env = unit.env(lan)
        bill(env, ("1000000", [tax(env, "VAT 5%")]), dated_on=date(2008, 12, 31))


def test_zero_decimals_and_many_lines(bills, lan):
    """odoo/odoo#265433: what is shown on the lines adds up to what is shown below them."""
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        vat = tax(env, "VAT 10%")
        made = bill(env, ("100.5", [vat]), ("100.5", [vat]))
        assert [line.price_subtotal for line in made.lines] == [101, 101]
        assert amounts(made) == (202, 20, 222)
        made.company.env.sudo("set-up")[Company].get(made.company.id).tax_rounding = "round_per_line"
        made.lines.write(price_unit=Decimal("104.5"))
        assert amounts(made) == (210, 22, 232)  # 10.5 on each line, where the document has 21


def test_lines_added_changed_and_removed_count(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = bill(env, *[("33", [tax(env, "VAT 10%")])] * 3)
        assert [line.price_tax for line in made.lines] == [4, 3, 3]  # 9.9 is 10, shared out
        env["billing.line"].create(document=made, name="more", price_unit=Decimal(33), taxes=[tax(env, "VAT 10%")])
        assert (made.amount_tax, sum(line.price_tax for line in made.lines)) == (13, 13)
        made.lines[0].delete()
        assert (made.amount_tax, [line.price_tax for line in made.lines]) == (10, [4, 3, 3])
        made.lines[0].taxes = [tax(env, "Not subject to VAT")]
        assert amounts(made) == (99, 7, 106)
        assert [(one.kind, one.rate, one.base, one.amount) for one in tax_groups(made)] == [
            ("none", 0, 33, 0),
            ("percent", 10, 66, 7),
        ]


def test_currency_of_the_bill_has_its_own_decimals(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        for name, total in (("VND", "11"), ("USD", "11.31"), ("KWD", "11.308")):
            money = env[Currency].with_archived().search(Currency.name == name)[0]
            made = bill(env, ("10.28", [tax(env, "VAT 10%")]), currency=money, name=name)
            assert made.amount_total == Decimal(total)


def test_fixed_tax_in_another_currency_is_converted_at_the_rate_of_the_day(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        root = unit.system_env()
        usd, vnd = (env[Currency].search(Currency.name == name)[0] for name in ("USD", "VND"))
        eco = env[Tax].create(
            name="Environment", kind="fixed", group=env[TaxGroup].search()[0], currency=vnd, amount=Decimal(5000)
        )
        with pytest.raises(NoRate, match="no rate of VND in USD"), env.savepoint():
            bill(env, ("1", [eco], 10), currency=usd)
        root[CurrencyRate].create(currency=usd, worth=Decimal(25000), worth_in=vnd, valid_from=date(2026, 1, 1))
        assert bill(env, ("1", [eco], 10), currency=usd).amount_total == 12
        assert bill(env, ("1000", [eco], 10)).amount_total == 60_000


def test_tax_that_stands_for_several(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        group = env[TaxGroup].create(name="Excise")
        excise = env[Tax].create(
            name="Excise 30%", use="none", group=group, amount=Decimal(30), adds_to_base=True, sequence=1
        )
        both = env[Tax].create(name="Excise and VAT", kind="group", group=group, taxes=[tax(env, "VAT 10%"), excise])
        made = bill(env, ("1000000", [both]))
        assert amounts(made) == (1_000_000, 430_000, 1_430_000)
        with pytest.raises(Invalid, match="cannot stand for several taxes themselves"), env.savepoint():
            env[Tax].create(name="Nested", kind="group", group=group, taxes=[both])


def test_tax_of_another_company_is_refused(bills, lan):
    with bills.unit(write=True) as unit:
        root = unit.system_env()
        other = root[Company].create(name="Other", currency=root[Currency].search(Currency.name == "VND")[0])
        theirs = root[Tax].create(name="Theirs", company=other, group=root[TaxGroup].search()[0], amount=Decimal(10))
        company = root[Company].search(Company.name == "Banyan")[0]
        with pytest.raises(Invalid, match="belong to another company than the document"), root.savepoint():
            bill(root, ("1", [theirs]), company=company)


def test_tax_that_documents_name_is_not_deleted(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = bill(env, ("1000", [tax(env, "VAT 5%")]))
        with pytest.raises(Refused, match="is used by .* and cannot be deleted"), env.savepoint():
            tax(env, "VAT 5%").delete()
        assert made.amount_tax == 50
        tax(env, "VAT 5%").active = False
        assert made.lines[0].taxes[0].name == "VAT 5%"


def test_taxes_of_another_company_are_not_seen_nor_their_rates(bills, lan):
    with bills.unit(write=True) as unit:
        root = unit.system_env()
        other = root[Company].create(name="Other", currency=root[Currency].search(Currency.name == "VND")[0])
        root[Tax].create(name="Theirs", company=other, group=root[TaxGroup].search()[0], amount=Decimal(10))
    with bills.unit() as unit:
        env = unit.env(lan)
        assert env[Tax].count(Tax.name == "Theirs") == 0
        assert env[TaxRate].count(TaxRate.tax.name == "Theirs") == 0
        assert env[TaxRate].count() > 0


def test_bill_as_it_was(bills, lan):
    with bills.unit(write=True) as unit:
        made = bill(unit.env(lan), ("1000", [tax(unit.env(lan), "VAT 5%")])).id
    with bills.unit() as unit:
        moment = unit.now()
    with bills.unit(write=True) as unit:
        found = unit.env(lan)["billing.bill"].get(made)
        found.lines[0].quantity = Decimal(3)
    with bills.unit() as unit:
        found = unit.env(lan)["billing.bill"].get(made)
        assert (amounts(found), amounts(found.as_of(moment))) == ((3000, 150, 3150), (1000, 50, 1050))
        assert [group["amount"] for group in found.as_of(moment).tax_totals] == ["50"]


def test_taxes_by_rate_are_named_in_the_language_of_the_reader(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = bill(env, ("1000", [tax(env, REDUCED)]), ("500", [tax(env, "Not subject to VAT")])).id
        eco = env[Tax].create(
            name="Environment", kind="fixed", group=env[TaxGroup].create(name="Eco"), amount=Decimal(50)
        )
        env["billing.bill"].get(made).lines[0].taxes = [tax(env, REDUCED), eco]
    with bills.unit() as unit:
        env = unit.env(lan)
        english, vietnamese = (
            [(row.label, row.base, row.amount) for row in tax_summary(each["billing.bill"].get(made))]
            for each in (env, env.in_language("vi"))
        )
    assert english == [("Eco", 1000, 50), ("VAT 8%", 1000, 80), ("VAT: not subject", 500, 0)]
    assert [label for label, _base, _amount in vietnamese] == ["Eco", "Thuế GTGT 8%", "Thuế GTGT: không chịu thuế"]


def test_amount_that_is_written_is_the_rate_from_today_on(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made = env[Tax].create(name="City", group=env[TaxGroup].search()[0], amount=Decimal(2))
        assert made.rate_on(date(2001, 1, 1)) == 2
        made.amount = Decimal(3)
        assert (made.amount, made.rate_on(date(2001, 1, 1))) == (3, 2)


def _figures(text):
    """Amounts of dong in a page, as numbers."""
    return [int(found.replace(",", "").replace(".", "")) for found in re.findall(r"([\d.,]+)\s?₫", text)]


def test_list_form_and_api_show_one_figure(bills, lan):
    """odoo/odoo#265433: list and form disagreed about a total."""
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        vat = tax(env, REDUCED)
        made = bill(env, ("100.5", [vat], 3, "7.5"), ("33333.3333", [vat], "1.5"), ("12.25", [tax(env, "VAT 5%")], 7))
        identity, figures = made.id, [int(amount) for amount in amounts(made)]
        lines = [(int(line.price_subtotal), int(line.price_total)) for line in made.lines]
    browser = SignIn(bills)(lan)
    listed = _figures(browser.get("/records/billing.bill").text)
    assert listed == figures * (len(listed) // 3)  # in the row of the only bill, and in the foot
    assert set(figures) <= set(_figures(browser.get(f"/records/billing.bill/{identity}").text))
    foot = _figures(browser.get("/records/billing.line").text)[-3:]
    assert foot == figures
    answer = browser.get(f"/api/v1/billing.bill/{identity}").json
    assert [Decimal(answer[name]) for name in ("amount_untaxed", "amount_tax", "amount_total")] == figures
    rows = browser.get("/api/v1/billing.line").json["records"]
    assert [(Decimal(row["price_subtotal"]), Decimal(row["price_total"])) for row in rows] == lines
    by_rate = browser.get(f"/api/v1/billing.bill/{identity}?fields=tax_totals").json["tax_totals"]
    assert [(row["rate"], row["kind"]) for row in by_rate] == [("8.0000", "percent"), ("5.0000", "percent")]
    assert sum(Decimal(row["amount"]) for row in by_rate) == figures[1]
    with bills.unit() as unit:
        sums = unit.env(lan)["billing.line"].sums(["price_subtotal", "price_tax", "price_total"])
    assert list(sums.values()) == figures


def test_two_people_who_add_lines_at_once_both_count(bills, lan):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        made, vat = bill(env, ("33", [tax(env, "VAT 10%")])).id, tax(env, "VAT 10%").id
    together, failed = Barrier(2), []

    def add():
        try:
            together.wait(timeout=20)
            with bills.unit(write=True) as unit:
                unit.env(lan)["billing.line"].create(document=made, name="x", price_unit=Decimal(33), taxes=[vat])
        except Exception as error:
            failed.append(error)

    people = [Thread(target=add) for _person in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert not failed
    with bills.unit() as unit:
        found = unit.env(lan)["billing.bill"].get(made)
        assert amounts(found) == (99, 10, 109)
        assert [line.price_tax for line in found.lines] == [4, 3, 3]


def _taxes_of_all_kinds(env):
    """Those of sales that ship, and some in the price, for each unit, on one another and of several."""
    if not env[Tax].count(Tax.name == "Both"):
        group = env[TaxGroup].create(name="Others")
        inside = env[Tax].create(name="Inside", group=group, amount=Decimal(7), is_included=True, sequence=1)
        eco = env[Tax].create(
            name="Eco", kind="fixed", group=group, amount=Decimal("1.5"), adds_to_base=True, sequence=2
        )
        env[Tax].create(name="Both", kind="group", group=group, taxes=[inside, eco])
    return env[Tax].search(Tax.use == "sale")


@pytest.mark.engine("sqlite")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.decimals(0, 1_000_000, places=4),
            st.lists(st.integers(0, 7), max_size=3, unique=True),
            st.decimals(-100, 100, places=3),
            st.decimals(0, 100, places=2),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["VND", "USD", "KWD"]),
    st.sampled_from(["round_per_line", "round_globally"]),
)
def test_stored_amounts_add_up(bills, lan, lines, money, rounding):
    with bills.unit(write=True) as unit:
        env = unit.env(lan)
        unit.system_env()[Company].search().write(tax_rounding=rounding)
        taxes = _taxes_of_all_kinds(env)
        currency = env[Currency].with_archived().search(Currency.name == money)[0]
        rows = [
            (price, [taxes[one % len(taxes)] for one in chosen], quantity, discount)
            for price, chosen, quantity, discount in lines
        ]
        identity = bill(env, *rows, currency=currency).id
    with bills.unit() as unit:
        env = unit.env(lan)
        stored = env["billing.bill"].values(
            ["amount_untaxed", "amount_tax", "amount_total"], env["billing.bill"].info.cls.is_(identity)
        )[0]
        of_lines = env["billing.line"].sums(
            ["price_subtotal", "price_tax", "price_total"], env["billing.line"].info.cls.document.is_(identity)
        )
        assert list(stored.values()) == list(of_lines.values())
        assert stored["amount_untaxed"] + stored["amount_tax"] == stored["amount_total"]
        groups = tax_groups(env["billing.bill"].get(identity))
        assert sum(one.amount for one in groups) == stored["amount_tax"]
