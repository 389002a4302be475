"""Amounts are exact: from the value in code to the column, in comparisons, and in sums of a million rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Invalid, Model, computed, fields
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts
from core.testing.databases import Databases
from tests.core.orm.conftest import undone

LARGE = Decimal("12345678901234.5678")
LARGEST = Decimal("99999999999999.9999")


class Book(Model):
    _name = "test.book"
    name = fields.Char()
    entries: fields.One2many[Entry] = fields.One2many("test.entry", inverse="book")
    entries_count = fields.Count(entries)
    sum_of_amounts = fields.Sum(entries, "amount")
    sum_of_units = fields.Sum(entries, "units")

    @computed("entries.amount", store=True, into=fields.Decimal(digits=4))
    def balance(self) -> Decimal:
        return sum((entry.amount for entry in self.entries), Decimal(0))


class Entry(Model):
    _name = "test.entry"
    book = fields.Many2one(Book)
    group = fields.Integer()
    amount = fields.Decimal("Amount", digits=4)
    price = fields.Decimal("Price", digits=2)
    whole = fields.Decimal("Whole", digits=0)
    units = fields.Integer("Units")


@pytest.fixture(scope="module")
def books(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts([Book, Entry]))
    yield bench
    bench.close()
    databases.drop(address)


@pytest.fixture
def unit(books: Bench) -> Iterator[UnitOfWork]:
    with undone(books) as opened:
        yield opened


@pytest.mark.parametrize("amount", [LARGE, -LARGE, LARGEST, -LARGEST, Decimal("0.0001"), Decimal("-0.0001")])
def test_a_large_amount_survives_the_round_trip(own_books: Bench, amount: Decimal) -> None:
    with own_books.env() as env:
        id = env[Entry].create(amount=amount).id
    with own_books.env() as env:
        assert env[Entry].get(id).amount == amount
        assert env[Entry].values(["amount"], Entry.amount == amount) == [{"amount": amount}]
        assert env[Entry].sums(["amount"]) == {"amount": amount}
        assert env[Entry].count(Entry.amount > amount) == env[Entry].count(Entry.amount < amount) == 0
        change = env[Entry].get(id).history()[0]
        assert change.changes["amount"][1] == amount


@pytest.fixture
def own_books(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Book, Entry)


def test_what_the_database_holds_is_exact_too(own_books: Bench, engine: str) -> None:
    with own_books.env() as env:
        env[Entry].create(amount=LARGE, price=Decimal("0.1"))
    with own_books.connection() as connection:
        amount, price = connection.execute(sa.text("SELECT amount, price FROM test_entry")).one()
        type_of = "typeof(amount)" if engine == "sqlite" else "pg_typeof(amount)::text"
        kind = connection.execute(sa.text(f"SELECT {type_of} FROM test_entry")).scalar_one()
    if engine == "sqlite":
        assert (amount, price, kind) == (123456789012345678, 10, "integer")
    else:
        assert (amount, price, kind) == (LARGE, Decimal("0.10"), "numeric")


def test_a_tenth_and_two_tenths_are_three_tenths_in_sql(unit: UnitOfWork) -> None:
    env = unit.system_env()
    book = env[Book].create(entries=[{"amount": Decimal("0.1")}, {"amount": Decimal("0.2")}])
    exact = Decimal("0.3")
    assert env[Entry].sums(["amount"])["amount"] == exact
    assert env[Entry].groups([], ["amount"])[0]["amount"] == exact
    assert book.balance == book.sum_of_amounts == exact
    unit.flush()
    assert env[Book].count(Book.balance == exact) == 1
    assert env[Book].count(Book.sum_of_amounts == exact) == 1
    assert env[Book].count(Book.sum_of_amounts > exact) == 0
    assert env[Book].values(["balance", "sum_of_amounts"]) == [{"balance": exact, "sum_of_amounts": exact}]


def _check_sums(unit: UnitOfWork, rows: int) -> None:
    """Sums of so many rows, large and small, positive and negative, equal those of Python."""
    env = unit.system_env()
    chunk = 20_000
    totals = {"amount": Decimal(0), "price": Decimal(0), "whole": Decimal(0), "units": Decimal(0)}
    with localcontext(prec=60):
        for start in range(0, rows, chunk):
            made = [
                {
                    "group": number % 3,
                    "amount": LARGEST - number if number % 2 else Decimal(number).scaleb(-4),
                    "price": Decimal(number * 7 + 1).scaleb(-2) * (-1 if number % 5 == 0 else 1),
                    "whole": Decimal(10**17 + number),
                    "units": 2**62 + number,
                }
                for number in range(start, min(rows, start + chunk))
            ]
            env[Entry].create_many(made)
            for name in totals:
                totals[name] += sum(Decimal(row[name]) for row in made)
        assert env[Entry].count() == rows
        assert env[Entry].sums(list(totals)) == totals
        groups = env[Entry].groups(["group"], list(totals))
        assert [row["__count"] for row in groups] == [len(range(group, rows, 3)) for group in range(3)]
        assert {name: sum(Decimal(row[name]) for row in groups) for name in totals} == totals


def test_sums_of_many_rows_are_exact_far_beyond_64_bits(unit: UnitOfWork) -> None:
    _check_sums(unit, 20_000)


@pytest.mark.proof
def test_sums_of_a_million_rows_are_exact(own_books: Bench) -> None:
    with undone(own_books) as opened:
        _check_sums(opened, 1_000_000)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": Decimal("100000000000000")}, "Amount is too large: at most 14 digits before the point"),
        ({"amount": Decimal("-100000000000000")}, "Amount is too large: at most 14 digits before the point"),
        ({"amount": Decimal("1E+400")}, "Amount is too large"),
        ({"amount": Decimal("0.00001")}, "Amount has more than 4 decimals"),
        ({"price": Decimal("10000000000000000")}, "Price is too large: at most 16 digits before the point"),
        ({"whole": Decimal(10**18)}, "Whole is too large: at most 18 digits before the point"),
        ({"whole": Decimal("0.5")}, "Whole has more than 0 decimals"),
        ({"units": 2**63}, "Units is too large"),
        ({"amount": Decimal("Infinity")}, "Amount must be an exact decimal number"),
        ({"amount": 0.5}, "Amount must be an exact decimal number"),
    ],
)
def test_an_amount_that_does_not_fit_is_refused(unit: UnitOfWork, values: dict[str, object], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        unit.system_env()[Entry].create(**values)
    entry = unit.system_env()[Entry].create()
    with pytest.raises(Invalid, match=said):
        entry.write(**values)
    assert entry.amount == 0


def test_a_computed_total_that_does_not_fit_is_refused_with_its_label(unit: UnitOfWork) -> None:
    env = unit.system_env()
    book = env[Book].create(entries=[{"amount": LARGEST}])
    unit.flush()
    with pytest.raises(Invalid, match="Balance is too large: at most 14 digits before the point"), unit.savepoint():
        env[Entry].create(book=book, amount=Decimal("0.0001"))
    assert book.balance == LARGEST


class Purse(Model):
    _name = "test.purse"
    coins: fields.One2many[Coin] = fields.One2many("test.coin", inverse="purse")
    worth = fields.Sum(coins, "worth")
    pieces = fields.Sum(coins, "pieces")


class Coin(Model):
    _name = "test.coin"
    purse = fields.Many2one(Purse)
    worth = fields.Decimal(digits=4)
    pieces = fields.Integer()


def test_a_figure_over_a_list_is_exact_far_beyond_64_bits(make_models: Callable[..., Bench]) -> None:
    with undone(make_models(Purse, Coin)) as unit:
        env = unit.system_env()
        full, empty = env[Purse].create_many([{}, {}])
        env[Coin].create_many([{"purse": full, "worth": LARGEST, "pieces": 2**63 - 1} for _each in range(50)])
        worth, pieces = LARGEST * 50, Decimal((2**63 - 1) * 50)
        assert (full.worth, full.pieces, empty.worth, empty.pieces) == (worth, pieces, 0, 0)
        assert env[Purse].values(["worth", "pieces"], order=["id"]) == [
            {"worth": worth, "pieces": pieces},
            {"worth": Decimal(0), "pieces": Decimal(0)},
        ]


def test_a_filter_on_a_figure_beyond_64_bits_is_right_or_refused_clearly(
    make_models: Callable[..., Bench], engine: str
) -> None:
    with undone(make_models(Purse, Coin)) as unit:
        env = unit.system_env()
        full = env[Purse].create()
        env[Coin].create_many([{"purse": full, "worth": LARGEST, "pieces": 2**63 - 1} for _each in range(50)])
        for condition in (Purse.worth > 5, Purse.pieces > 5):
            if engine == "postgresql":
                assert env[Purse].search(condition).ids == (full.id,)
                continue
            with pytest.raises(Invalid, match="A sum has become too large for this database to compare"):
                env[Purse].search(condition)


amounts = st.decimals(-LARGEST, LARGEST, places=4)


@given(values=st.lists(amounts, min_size=1, max_size=6), border=amounts)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_amounts_compare_sort_and_add_up_as_decimals_do(
    books: Bench, values: list[Decimal], border: Decimal
) -> None:
    with undone(books) as unit, localcontext(prec=60):
        env = unit.system_env()
        env[Entry].create_many([{"amount": value} for value in values])
        assert [row["amount"] for row in env[Entry].values(["amount"], order=["amount"])] == sorted(values)
        assert env[Entry].count(Entry.amount < border) == sum(value < border for value in values)
        assert env[Entry].count(Entry.amount >= border) == sum(value >= border for value in values)
        assert env[Entry].count(Entry.amount.in_(values[:2])) == sum(value in values[:2] for value in values)
        assert env[Entry].sums(["amount"])["amount"] == sum(values)
