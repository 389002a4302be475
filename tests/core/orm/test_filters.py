"""Filters: the database and a record in memory give the same answer, absence is a plain answer, opposites are exact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import ALL, NONE, AccessDenied, Env, Filter, Grant, Invalid, Model, Role, Rule, computed, fields
from core.errors import DeclarationError, UnknownName
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts, identity
from core.testing.databases import Databases
from tests.core.orm.trade import HOA, Lead, Partner, Tag

NOON = dt.datetime(2026, 7, 1, 12, 0, 0, 5, tzinfo=dt.UTC)


class Town(Model):
    _name = "test.town"
    name = fields.Char(search=True)
    size = fields.Integer()
    is_old = fields.Boolean()
    is_hidden = fields.Boolean()
    founded = fields.Date()
    shops: fields.One2many[Shop] = fields.One2many("test.shop", inverse="town")
    shops_count = fields.Count(shops)
    turnover = fields.Sum(shops, "rent")
    staff = fields.Sum(shops, "workers")


class Good(Model):
    _name = "test.good"
    name = fields.Char()
    price = fields.Decimal(digits=2)
    is_hidden = fields.Boolean()


class Shop(Model):
    _name = "test.shop"
    name = fields.Char()
    sign = fields.Char(search=True)
    about = fields.Text()
    rent = fields.Decimal(digits=3)
    workers = fields.Integer()
    rating = fields.Float()
    is_open = fields.Boolean()
    opened = fields.Date()
    seen_at = fields.DateTime()
    kind = fields.Selection((("bar", "Bar"), ("inn", "Inn")))
    data = fields.Json()
    town = fields.Many2one(Town)
    goods = fields.Many2many(Good)

    @computed(rent, workers, store=True)
    def cost(self) -> Decimal:
        return self.rent * self.workers

    @computed(name)
    def shout(self) -> str:
        return self.name.upper()


TEXTS = ["", "Huế", "hue", "HUẾ", "Đà Nẵng", "da nang", "ĐỖ", "a%b", "a_b", "a\\b", "'", "Ünï", "ø", "z", "Z", "ế"]
PARTS = ["", "u", "ue", "Ế", "đ", "D", "%", "_", "\\", "'", "n", "xyz"]
RENTS = [Decimal(0), Decimal("0.1"), Decimal("0.2"), Decimal("-1.005"), Decimal("123456789012.345")]
DAYS = [None, dt.date(2026, 1, 1), dt.date(2026, 7, 1)]
INSTANTS = [None, NOON, NOON + dt.timedelta(microseconds=1)]


def _fill(env: Env) -> None:
    towns = env[Town].create_many(
        [
            {"name": "Huế", "size": 5, "is_old": True, "founded": DAYS[1]},
            {"name": "", "size": 0},
            {"name": "Đà Nẵng", "size": -3, "is_hidden": True},
        ]
    )
    goods = env[Good].create_many(
        [{"name": "chè", "price": Decimal(5)}, {"name": ""}, {"name": "bí mật", "is_hidden": True}]
    )
    rows = []
    for place, text in enumerate(TEXTS):
        rows.append(
            {
                "name": text, "sign": TEXTS[-place], "about": f"{text}\n", "rent": RENTS[place % 5],
                "workers": place - 5, "rating": place / 4, "is_open": place % 2 == 0, "opened": DAYS[place % 3],
                "seen_at": INSTANTS[place % 3], "kind": (None, "bar", "inn")[place % 3],
                "town": None if place % 4 == 3 else towns[place % 4], "goods": goods.ids[: place % 4],
            }
        )  # fmt: skip
    env[Shop].create_many(rows)


visitor = Role("test.visitor", "Visitor")
ACCESS = [
    visitor,
    Grant(visitor, Town, "read"), Grant(visitor, Good, "read"), Grant(visitor, Shop, "read"),
    Rule(Town, where=lambda env: Town.is_hidden == False),
    Rule(Good, where=lambda env: Good.is_hidden == False),
]  # fmt: skip
KIM = identity(1, "test.visitor")


@pytest.fixture(scope="module")
def market(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts([Town, Good, Shop]), ACCESS)
    with bench.env() as env:
        _fill(env)
    yield bench
    bench.close()
    databases.drop(address)


@pytest.fixture
def unit_there(market: Bench) -> Iterator[UnitOfWork]:
    with market.unit(write=False) as opened:
        yield opened


# -- any filter -------------------------------------------------------------------------------------------


def _compared(path: Any, values: st.SearchStrategy[Any], *, ordered: bool = True) -> st.SearchStrategy[Filter]:
    """Any comparison of a path with some values, and with absence."""
    either = st.one_of(values, st.none())
    strategies = [
        either.map(lambda value: path == value),
        either.map(lambda value: path != value),
        st.lists(either, max_size=3).map(path.in_),
        st.lists(either, max_size=3).map(path.not_in),
    ]
    if ordered:
        strategies += [
            values.map(lambda value: path < value),
            values.map(lambda value: path <= value),
            values.map(lambda value: path > value),
            values.map(lambda value: path >= value),
        ]
    return st.one_of(strategies)


texts, rents, whole = st.sampled_from(TEXTS), st.sampled_from([*RENTS, Decimal("0.0005"), 3]), st.integers(-6, 11)
days, instants = st.sampled_from(DAYS[1:]), st.sampled_from(INSTANTS[1:])
numbers = st.integers(1, 4)


def _texts(path: Any) -> st.SearchStrategy[Filter]:
    return _compared(path, texts) | st.sampled_from(PARTS).map(path.ilike)


goods = st.one_of(
    _texts(Good.name), _compared(Good.price, rents), _compared(Good.is_hidden, st.booleans(), ordered=False)
)  # fmt: skip
towns = st.one_of(_texts(Town.name), _compared(Town.size, whole), _compared(Town.is_old, st.booleans(), ordered=False))
CONDITIONS = st.one_of(
    _texts(Shop.name), _texts(Shop.sign), _texts(Shop.about), _texts(Shop.town.name),
    _compared(Shop.rent, rents), _compared(Shop.cost, rents), _compared(Shop.workers, whole),
    _compared(Shop.rating, st.sampled_from([0.0, 0.25, 1.0, 2])),
    _compared(Shop.is_open, st.booleans(), ordered=False),
    _compared(Shop.opened, days), _compared(Shop.seen_at, instants), _compared(Shop.town.founded, days),
    _compared(Shop.kind, st.sampled_from(["bar", "inn"]), ordered=False),
    _compared(Shop.town.is_old, st.booleans(), ordered=False), _compared(Shop.town.size, whole),
    _compared(Shop.town.shops_count, whole), _compared(Shop.town.turnover, rents), _compared(Shop.town.staff, whole),
    numbers.map(Shop.town.is_), st.lists(numbers, max_size=2).map(Shop.town.in_), st.just(Shop.town.is_set()),
    st.just(Shop.goods.any()), goods.map(Shop.goods.any), _texts(Shop.goods.name), numbers.map(Shop.goods.is_),
    st.just(Shop.goods.is_set()), st.just(Shop.town.shops.any(Shop.workers > 3)), st.just(Shop.town.shops.any()),
    _compared(Shop.town.shops.workers, whole), towns.map(lambda town: Shop.town.shops.any(Shop.is_open == True)),
    st.just(ALL), st.just(NONE),
)  # fmt: skip
FILTERS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        inner.map(lambda part: ~part),
    ),
    max_leaves=5,
)


def _agree(market: Bench, condition: Filter) -> None:
    with market.unit(write=False) as unit:
        for env in (unit.system_env(), unit.env(KIM)):
            shops = env[Shop].search(order=["id"])
            found = env[Shop].search(condition, order=["id"])
            opposite = env[Shop].search(~condition, order=["id"])
            assert shops.filtered(condition) == found
            assert shops.filtered(~condition) == opposite
            assert sorted((*found.ids, *opposite.ids)) == sorted(shops.ids), "each record meets one of the two"
            assert env[Shop].count(condition) == len(found)


free = settings(deadline=None, suppress_health_check=list(HealthCheck))


@given(condition=FILTERS)
@settings(free, max_examples=120)
def test_the_database_answers_as_a_record_does(market: Bench, condition: Filter) -> None:
    _agree(market, condition)


@pytest.mark.proof
@given(condition=FILTERS)
@settings(free, max_examples=1000)
def test_the_database_answers_as_a_record_does_at_length(market: Bench, condition: Filter) -> None:
    _agree(market, condition)


# -- one by one ---------------------------------------------------------------------------------------------


def _names(unit: UnitOfWork, *filters: Filter) -> list[str]:
    return [shop.name for shop in unit.system_env()[Shop].search(*filters, order=["id"])]


def test_case_and_accents_do_not_count_in_a_search_for_a_part(unit_there: UnitOfWork) -> None:
    for path in (Shop.name, Shop.about):
        assert _names(unit_there, path.ilike("hue")) == ["Huế", "hue", "HUẾ"]
        assert _names(unit_there, path.ilike("ĐÀ NẴNG")) == ["Đà Nẵng", "da nang"]
        assert _names(unit_there, path.ilike("do")) == ["ĐỖ"]
        assert _names(unit_there, path.ilike("o")) == ["ĐỖ", "ø"]


def test_wildcards_are_letters_like_others(unit_there: UnitOfWork) -> None:
    assert _names(unit_there, Shop.name.ilike("%")) == ["a%b"]
    assert _names(unit_there, Shop.name.ilike("_")) == ["a_b"]
    assert _names(unit_there, Shop.name.ilike("\\")) == ["a\\b"]
    assert _names(unit_there, Shop.name.ilike("'")) == ["'"]


def test_texts_compare_by_their_letters_and_exactly(unit_there: UnitOfWork) -> None:
    assert _names(unit_there, Shop.name == "Huế") == ["Huế"]
    assert _names(unit_there, Shop.name > "ZZ") == sorted([text for text in TEXTS if text > "ZZ"], key=TEXTS.index), (
        "by code point, whatever the server's locale is"
    )


def test_a_decimal_is_compared_exactly_also_beyond_its_digits(unit_there: UnitOfWork) -> None:
    assert _names(unit_there, Shop.rent == Decimal("0.1000")) == _names(unit_there, Shop.rent == Decimal("0.1"))
    assert _names(unit_there, Shop.rent == Decimal("0.1004")) == []
    between = (Shop.rent > Decimal("0.0999")) & (Shop.rent < Decimal("0.1001"))
    assert _names(unit_there, between) == _names(unit_there, Shop.rent == Decimal("0.1"))
    assert _names(unit_there, Shop.rent >= Decimal("0.1001"), Shop.rent < 1) == _names(
        unit_there, Shop.rent == Decimal("0.2")
    )


def test_a_figure_is_compared_exactly_also_beyond_its_digits(unit_there: UnitOfWork) -> None:
    env = unit_there.system_env()
    towns = {town.name: (town.turnover, town.staff) for town in env[Town].search()}
    total, staff = towns["Huế"]
    for path, value in ((Town.turnover, total), (Town.staff, staff)):
        little = Decimal("0.0001")
        assert env[Town].search(path == value, Town.name == "Huế")
        assert env[Town].search(path > value - little, Town.name == "Huế")
        assert env[Town].search(path < value + little, Town.name == "Huế")
        assert not env[Town].search(path < value - little, Town.name == "Huế")
        assert not env[Town].search(path == value + little, Town.name == "Huế")
        assert not env[Town].search(path >= value + little, Town.name == "Huế")


def test_none_of_an_empty_list_and_all_but_none(unit_there: UnitOfWork) -> None:
    assert _names(unit_there, Shop.name.in_([])) == []
    assert _names(unit_there, Shop.name.not_in([])) == TEXTS
    assert _names(unit_there, Shop.town.in_([])) == []
    assert _names(unit_there, ALL) == TEXTS
    assert _names(unit_there, NONE) == _names(unit_there, ~ALL) == []
    assert _names(unit_there) == TEXTS


def test_a_list_of_ids_may_be_longer_than_the_engine_binds(unit_there: UnitOfWork) -> None:
    assert _names(unit_there, Shop.in_(range(1, 100_000))) == TEXTS
    assert _names(unit_there, Shop.workers.in_(range(-5, 100_000))) == TEXTS
    assert len(_names(unit_there, Shop.rent.in_([Decimal(number) for number in range(40_000)]))) == 4


def test_records_stand_for_their_ids(unit_there: UnitOfWork) -> None:
    env = unit_there.system_env()
    hue = env[Town].search(Town.name == "Huế")
    expected = _names(unit_there, Shop.town.name == "Huế")
    for condition in (
        Shop.town.is_(hue[0]), Shop.town.is_(hue[0].id), Shop.town.in_(hue), Shop.town.in_(hue.ids),
        Shop.town.not_in(env[Town].search(Town.name != "Huế")) & Shop.town.is_set(),
    ):  # fmt: skip
        assert _names(unit_there, condition) == expected


MISTAKES: list[tuple[Callable[[], Filter], str]] = [
    (lambda: Shop.shout == "X", "Shout of Shop is not kept in the database"),
    (lambda: Shop.data == {"a": 1}, "Data"),
    (lambda: Shop.data.in_([{}]), "Data"),
    (lambda: Shop.rent == "much", "Rent"),
    (lambda: Shop.rent > "much", "Rent"),
    (lambda: Shop.rent.in_(["much"]), "Rent"),
    (lambda: Shop.rent > Decimal("NaN"), "Rent"),
    (lambda: Shop.workers == "many", "Workers"),
    (lambda: Shop.workers > "many", "Workers"),
    (lambda: Shop.workers > 2**63, "too large"),
    (lambda: Shop.name == 5, "Name"),
    (lambda: Shop.name > 5, "Name"),
    (lambda: Shop.name.in_([5]), "Name"),
    (lambda: Shop.opened == "2026-01-01", "Opened"),
    (lambda: Shop.opened > NOON, "Opened"),
    (lambda: Shop.seen_at > dt.datetime(2026, 1, 1), "Seen at"),
    (lambda: Shop.seen_at > dt.date(2026, 1, 1), "Seen at"),
    (lambda: Shop.is_open == "yes", "Is open"),
    (lambda: Shop.rent.ilike("1"), "Rent is no text to search in"),
    (lambda: Shop.town.is_("Huế"), "Town"),
    (lambda: Shop.rent.any(), "Rent is no list of records"),
    (lambda: Shop.town.any(), "Town is no list of records"),
]


@pytest.mark.parametrize(("make", "said"), MISTAKES)
def test_a_filter_that_cannot_be_meant_is_refused_and_names_its_field(
    market: Bench, make: Callable[[], Any], said: str
) -> None:
    with market.unit(write=False) as unit:
        env = unit.system_env()
        for ask in (lambda: env[Shop].search(make()), lambda: env[Shop].count(~make())):
            with pytest.raises(Invalid) as error:
                ask()
            assert said in str(error.value)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_a_text_that_no_record_can_hold_is_found_in_none(unit_there: UnitOfWork, text: str) -> None:
    assert _names(unit_there, Shop.name == text) == []
    assert _names(unit_there, Shop.name.ilike(text)) == []
    assert _names(unit_there, Shop.name.in_([text, "Huế"])) == ["Huế"]
    assert _names(unit_there, Shop.name != text) == TEXTS
    assert _names(unit_there, ~Shop.sign.ilike(text)) == TEXTS


def test_a_filter_of_another_model_is_refused(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    for filters in ([Partner.name == "x"], [Lead.name == "x", ~(Tag.name == "x")], [Lead.tags.any(Lead.name == "x")]):
        with pytest.raises(DeclarationError, match=r"test_filters\.py:\d+: .* cannot be asked of crm\.(lead|tag)"):
            env[Lead].search(*filters)
    with pytest.raises(DeclarationError, match=r"name of res\.partner cannot be asked of crm\.lead"):
        env[Lead].search().filtered(Partner.name == "x")


def test_a_misspelt_field_is_named_where_it_is_written(unit: UnitOfWork) -> None:
    with pytest.raises(UnknownName, match=r"test_filters\.py:\d+: field 'nmae' is not on crm\.lead; nearest: 'name'"):
        getattr(Lead, "nmae")
    with pytest.raises(UnknownName, match=r"test_filters\.py:\d+: field 'citi' is not on res\.partner; nearest: 'city"):
        getattr(Lead.partner, "citi")
    with pytest.raises(UnknownName, match="'partner.name' has no fields of its own, so no 'first'"):
        getattr(Lead.partner.name, "first")
    path: Any = Partner.leads  # its target is given by name, so the path is checked when it is used
    with pytest.raises((Invalid, DeclarationError), match="nearest: 'revenue'"):
        unit.env(HOA)[Partner].search(path.revenu > 5)


def test_a_filter_has_no_truth_of_its_own() -> None:
    with pytest.raises(TypeError, match="combine filters with & | ~, not with and, or, not"):
        bool(Lead.name == "x" and Lead.active == True)


def test_a_filter_on_a_restricted_field_is_refused_to_matches_too(unit: UnitOfWork) -> None:
    from tests.core.orm.trade import LAN

    with pytest.raises(AccessDenied):
        unit.env(LAN)[Lead].search().filtered(Lead.cost > 5)
