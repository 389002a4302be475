"""Creating: ids at once, defaults, batches, lists, and what stays of a refused record: nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from core import Invalid, Model, computed, fields
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench
from tests.core.orm.trade import HOA, LAN, Currency, Lead, Partner, Tag


def _usd(unit: UnitOfWork) -> Currency:
    return unit.system_env()[Currency].search(Currency.name == "USD")[0]


def test_a_new_record_has_its_id_its_defaults_and_what_follows_at_once(unit: UnitOfWork) -> None:
    lead = unit.env(LAN)[Lead].create(name="Giường tre", currency=_usd(unit), revenue=Decimal(200), seller=7)
    assert lead.id > 0
    assert (lead.probability, lead.active, lead.partner, lead.note) == (10, True, None, "")
    assert lead.weighted == 20
    assert lead.headline == "Giường tre (nowhere)"
    assert lead.row_version == 1
    assert lead.tags.ids == ()
    assert lead.exists()
    assert unit.env(LAN)[Lead].search(Lead.name == "Giường tre") == unit.env(LAN)[Lead].browse(lead.id)


def test_many_records_come_back_in_the_order_they_were_given(unit: UnitOfWork) -> None:
    names = [f"{number:04d}" for number in range(500)][::-1]
    made = unit.env(HOA)[Lead].create_many([{"name": name, "currency": _usd(unit)} for name in names])
    assert [lead.name for lead in made] == names
    stored = unit.env(HOA)[Lead].values(["id", "name"], Lead.in_(made.ids), order=["id"])
    assert {row["id"]: row["name"] for row in stored} == dict(zip(made.ids, names, strict=True))


def test_rows_of_a_batch_may_give_different_fields(unit: UnitOfWork) -> None:
    usd = _usd(unit)
    first, second = unit.env(HOA)[Lead].create_many(
        [{"name": "a", "currency": usd, "probability": Decimal(50)}, {"name": "b", "currency": usd, "score": 1.5}]
    )
    assert (first.probability, first.score, second.probability, second.score) == (50, 0.0, 10, 1.5)


def test_no_rows_make_no_records(unit: UnitOfWork) -> None:
    assert unit.env(LAN)[Lead].create_many([]).ids == ()


def test_the_rows_given_are_left_as_they_were(unit: UnitOfWork) -> None:
    row: dict[str, object] = {"name": "a", "currency": _usd(unit).id, "tags": []}
    given = dict(row)
    unit.env(HOA)[Lead].create_many([row, row])
    assert row == given


def test_one_bad_row_refuses_the_whole_batch(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    before = env[Lead].count()
    with pytest.raises(Invalid):
        env[Lead].create_many([{"name": "a", "currency": _usd(unit)}, {"name": "", "currency": _usd(unit)}])
    assert env[Lead].count() == before


def test_a_record_is_made_with_its_lists(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    tags = env[Tag].search()
    lead = env[Lead].create(name="a", currency=_usd(unit), tags=tags)
    assert set(lead.tags) == set(tags)
    partner = env[Partner].create(
        name="Mộc Lan",
        leads=[lead, {"name": "b", "currency": _usd(unit), "revenue": Decimal(5)}],
    )
    assert [found.name for found in partner.leads] == ["b", "a"]
    assert partner.total == 5
    assert lead.partner == partner
    made = env[Partner].create(name="x", leads=[found.id for found in partner.leads])
    assert (partner.leads.ids, partner.total, made.total) == ((), 0, 5)


def test_a_record_that_fails_half_way_is_not_committed(own_trade: Bench) -> None:
    with pytest.raises(Invalid), own_trade.unit() as unit:
        env = unit.system_env()
        line = {"name": "", "currency": _usd(unit)}
        with pytest.raises(Invalid, match="is required"):
            env[Partner].create(name="Nửa vời", leads=[line])
    with own_trade.env() as env:
        assert env[Partner].count(Partner.name == "Nửa vời") == 0


class Document(Model):
    _name = "test.document"
    title = fields.Char()
    pages = fields.Integer()

    @computed(title)
    def shouted(self) -> str:
        return self.title.upper()

    @computed(shouted, pages, store=True)
    def heading(self) -> str:
        return f"{self.shouted}/{self.pages}"

    @computed(heading, store=True)
    def size(self) -> int:
        return len(self.heading)

    @computed(pages, store=True, editable=True)
    def price(self) -> Decimal:
        return Decimal(self.pages) * 2


def test_stored_values_may_follow_from_values_that_are_not_stored(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Document)
    with bench.env() as env:
        first, second = env[Document].create_many([{"title": "đơn", "pages": 3}, {"title": "phiếu"}])
        assert [first.heading, second.heading] == ["ĐƠN/3", "PHIẾU/0"]
        assert [first.size, second.size] == [5, 7]
    with bench.env() as env:
        assert [row["heading"] for row in env[Document].values(["heading"], order=["id"])] == ["ĐƠN/3", "PHIẾU/0"]


def test_a_computed_value_that_is_given_is_kept(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Document)
    with bench.env() as env:
        first, second = env[Document].create_many([{"pages": 3, "price": Decimal(1)}, {"pages": 3}])
        assert (first.price, second.price) == (1, 6)
    with bench.env() as env:
        assert [row["price"] for row in env[Document].values(["price"], order=["id"])] == [1, 6]


def test_ids_are_never_given_twice(own_trade: Bench) -> None:
    with own_trade.env() as env:
        first = env[Lead].create(name="a", currency=_usd(env._unit)).id
        env[Lead].get(first).delete()
    with own_trade.env() as env:
        assert env[Lead].create(name="b", currency=_usd(env._unit)).id > first


def test_a_new_record_sees_what_is_not_yet_written(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    partner = env[Partner].search(Partner.name == "Gỗ Việt")[0]
    partner.city = "Cần Thơ"
    lead = env[Lead].create(name="a", currency=_usd(unit), partner=partner, seller=7)
    assert lead.headline == "a (Cần Thơ)"
