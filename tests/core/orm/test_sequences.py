"""Numbers of documents: with and without gaps, by company and period, and with many at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from addons.base.models import Attachment, Company, Country, Currency, CurrencyRate, Sequence
from core import Invalid, Model, Numbered, Refused, fields
from core.testing.bench import Bench, identity


class Quote(Model):
    _name = "sale.quote"
    _label = "Quote"

    number = fields.Char(size=40, default=Numbered("sale.quote", on="made_on"), copy=False)
    made_on = fields.Date()
    company = fields.Many2one(Company)


class Invoice(Model):
    _name = "account.invoice"
    _label = "Invoice"

    number = fields.Char(size=40, copy=False)
    at = fields.DateTime()
    company = fields.Many2one(Company)

    def post(self) -> None:
        self.env.number(self.env[Invoice].browse(self.id), Invoice.number, "account.invoice", on=Invoice.at)


MODELS = (Attachment, Country, Currency, CurrencyRate, Company, Sequence, Quote, Invoice)
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    made = make_models(*MODELS)
    with made.env() as env:
        dong = env[Currency].create(name="VND", symbol="₫", decimal_places=0)
        env[Company].create(name="An", currency=dong)
        env[Company].create(name="Binh", currency=dong)
        env[Sequence].create(
            name="Quotes", code="sale.quote", prefix="BG/{year}/", padding=5, period="year", is_gapless=False
        )
        env[Sequence].create(
            name="Invoices", code="account.invoice", prefix="{year}-{month}/", suffix="/HD", period="month",
            is_gapless=True,
        )  # fmt: skip
    return made


def _numbers(bench: Bench, model: type[Model]) -> list[str]:
    with bench.env() as env:
        return [row["number"] for row in env[model].values(("number",), order=("id",))]


def test_new_records_are_numbered_by_the_year_of_their_day(bench: Bench) -> None:
    with bench.env() as env:
        env[Quote].create_many([{"made_on": day} for day in (NEW_YEAR, date(2025, 12, 31), NEW_YEAR)])
        env[Quote].create(made_on=NEW_YEAR)
    assert _numbers(bench, Quote) == ["BG/2026/00001", "BG/2025/00001", "BG/2026/00002", "BG/2026/00003"]


def test_a_number_that_was_given_stays_and_a_form_draws_none(bench: Bench) -> None:
    with bench.env() as env:
        assert not env[Quote].defaults()["number"]
        env[Quote].create_many([{"made_on": NEW_YEAR, "number": "CŨ-17"}, {"made_on": NEW_YEAR}])
    assert _numbers(bench, Quote) == ["CŨ-17", "BG/2026/00001"]


def test_each_company_counts_by_itself(bench: Bench) -> None:
    with bench.env() as env:
        an, binh = env[Company].search(order=("id",))
        env[Quote].create_many([{"made_on": NEW_YEAR, "company": owner} for owner in (an, binh, an)])
    assert _numbers(bench, Quote) == ["BG/2026/00001", "BG/2026/00001", "BG/2026/00002"]


def test_a_branch_counts_with_its_company_where_that_has_a_sequence_of_its_own(bench: Bench) -> None:
    with bench.env() as env:
        an, binh = env[Company].search(order=("id",))
        branch = env[Company].create(name="An Huế", currency=an.currency, parent=an)
        env[Sequence].create(name="Of An", code="sale.quote", company=an, prefix="AN", first=70, step=10)
        env[Quote].create_many([{"company": owner} for owner in (an, branch, binh)])
        year = env.today().year
    assert _numbers(bench, Quote) == ["AN0070", "AN0080", f"BG/{year}/00001"]


def test_a_gapless_number_is_drawn_at_the_end_of_the_unit(bench: Bench) -> None:
    january, february = (datetime(2026, month, 5, tzinfo=UTC) for month in (1, 2))
    with bench.env() as env:
        first, second, third = env[Invoice].create_many([{"at": january}, {"at": february}, {"at": january}])
        third.post()
        second.post()
        first.post()
        first.post()
        env.flush()
        assert first.number == ""
    assert _numbers(bench, Invoice) == ["2026-01/0002/HD", "2026-02/0001/HD", "2026-01/0001/HD"]
    with bench.env() as env:
        env[Invoice].search(order=("id",))[0].post()
    assert _numbers(bench, Invoice)[0] == "2026-01/0002/HD"


def test_what_is_rolled_back_leaves_no_gap(bench: Bench) -> None:
    january = datetime(2026, 1, 5, tzinfo=UTC)
    with bench.env() as env:
        one, two = env[Invoice].create_many([{"at": january}, {"at": january}])
        with pytest.raises(ZeroDivisionError), env.savepoint():
            one.post()
            raise ZeroDivisionError
        two.post()
    assert _numbers(bench, Invoice) == ["", "2026-01/0001/HD"]
    with pytest.raises(ZeroDivisionError), bench.unit() as unit:
        unit.system_env()[Invoice].search(order=("id",))[0].post()
        unit.finish()
        raise ZeroDivisionError
    with bench.env() as env:
        env[Invoice].search(order=("id",))[0].post()
    assert _numbers(bench, Invoice) == ["2026-01/0002/HD", "2026-01/0001/HD"]


def test_the_history_says_who_numbered(bench: Bench) -> None:
    with bench.unit() as unit:
        env = unit.env(identity(7)).sudo("post")
        invoice = env[Invoice].create(at=datetime(2026, 1, 5, tzinfo=UTC))
        invoice.post()
    with bench.env() as env:
        change = env[Invoice].search()[0].history()[0]
    assert (change.user_id, change.reason, change.changes) == (
        7, "number from account.invoice", {"number": ("", "2026-01/0001/HD")},
    )  # fmt: skip


def test_what_is_gapless_is_not_drawn_by_a_default(bench: Bench) -> None:
    with bench.env() as env:
        env[Sequence].search(Sequence.code == "sale.quote")[0].is_gapless = True
    with pytest.raises(Refused, match="'sale.quote' is gapless: its numbers are drawn by"), bench.env() as env:
        env[Quote].create(made_on=NEW_YEAR)


def test_a_sequence_that_nobody_made_is_named_with_the_nearest(bench: Bench) -> None:
    with bench.env() as env, pytest.raises(Refused, match=r"no sequence 'sale.quotes'; nearest: 'sale.quote'"):
        env.number(env[Quote].create_many([{"number": "1"}]), Quote.number, "sale.quotes")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"prefix": "{yaer}/"}, "names yaer, which is not known; nearest: 'year'"),
        ({"prefix": "{"}, "has a brace that does not belong to a mark such as {year}"),
        ({"prefix": "{year:>9}"}, "has a brace that does not belong to a mark such as {year}"),
        ({"prefix": "BG", "period": "year"}, "must name {year}, or two periods would have the same numbers"),
        ({"prefix": "{year}", "period": "month"}, "must name {month}, or two periods would have the same numbers"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused(bench: Bench, values: dict[str, str], reason: str) -> None:
    with pytest.raises(Invalid) as refused, bench.env() as env:
        env[Sequence].create(name="Wrong", code="wrong", **values)
    assert list(refused.value.fields.values()) == [[reason]]


def test_there_is_one_sequence_for_all_companies(bench: Bench) -> None:
    with pytest.raises(Invalid, match="has a sequence for all companies already"), bench.env() as env:
        env[Sequence].create(name="Twice", code="sale.quote")
