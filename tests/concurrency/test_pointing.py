"""A stored value that reads what a many-to-one points at is right, whoever changes either end at the same time.

Only PostgreSQL lets two write at once. Each test has one unit open and lets another begin: that one ends, or is seen to
wait for the first, which then commits.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import Env, Model, computed, fields
from core.testing.bench import Bench
from tests.concurrency.beside import Step, alone, beside

pytestmark = pytest.mark.engine("postgresql")


class Country(Model):
    _name = "point.country"
    name = fields.Char()
    factor = fields.Integer(default=1)


class Partner(Model):
    _name = "point.partner"
    name = fields.Char()
    rate = fields.Integer()
    country = fields.Many2one(Country)
    deals: fields.One2many[Deal] = fields.One2many("point.deal", inverse="partner")

    @computed("deals.revenue", store=True)
    def turnover(self) -> int:
        return sum(deal.revenue for deal in self.deals)

    @computed(rate)
    def doubled(self) -> int:
        return self.rate * 2


class Deal(Model):
    _name = "point.deal"
    name = fields.Char()
    revenue = fields.Integer()
    partner = fields.Many2one(Partner)

    @computed(revenue, "partner.rate", "partner.country.factor", store=True)
    def expected(self) -> int:
        if self.partner is None:
            return 0
        country = self.partner.country
        return self.revenue * self.partner.rate * (country.factor if country else 1)

    @computed("partner.doubled", store=True)
    def twice(self) -> int:
        return self.partner.doubled if self.partner else 0


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    bench = make_models(Country, Partner, Deal)
    with bench.env() as env:
        country = env[Country].create(name="Việt Nam")
        env[Partner].create_many([{"name": "An", "rate": 1, "country": country}, {"name": "Bình", "rate": 3}])
        env[Deal].create_many([{"name": "There", "revenue": 10, "partner": partner} for partner in (2, 1)])
    return bench


def check(bench: Bench) -> None:
    """Every stored value is what would be found now."""
    with bench.env() as env:
        for deal in env[Deal].search():
            partner = deal.partner
            factor = partner.country.factor if partner and partner.country else 1
            found = (deal.expected, deal.twice)
            assert found == ((deal.revenue * partner.rate * factor, partner.rate * 2) if partner else (0, 0))
        for partner in env[Partner].search():
            assert partner.turnover == sum(deal.revenue for deal in partner.deals)


def make(env: Env) -> None:
    env[Deal].create(name="New", revenue=100, partner=1)


def move(env: Env) -> None:
    env[Deal].get(1).partner = env[Partner].get(1)


def sell(env: Env) -> None:
    deal = env[Deal].search(order=["-id"], limit=1)[0]
    deal.revenue = 50


def raise_rate(env: Env) -> None:
    env[Partner].get(1).rate = 7


def raise_factor(env: Env) -> None:
    env[Country].get(1).factor = 5


def leave(env: Env) -> None:
    env[Partner].get(1).country = None


POINTING = pytest.mark.parametrize("point", [make, move])
CHANGING = pytest.mark.parametrize("change", [raise_rate, raise_factor, leave])


@POINTING
@CHANGING
def test_who_points_waits_for_who_changes(bench: Bench, point: Step, change: Step) -> None:
    beside(bench, change, point)
    check(bench)


@POINTING
@CHANGING
def test_who_changes_waits_for_who_points(bench: Bench, point: Step, change: Step) -> None:
    beside(bench, point, change)
    check(bench)


@CHANGING
@pytest.mark.parametrize("then", [make, move, sell])
def test_what_was_read_before_the_change_does_not_count(bench: Bench, then: Step, change: Step) -> None:
    with bench.env() as env:
        for partner in env[Partner].search():
            assert partner.doubled == 2 * partner.rate
            assert partner.country is None or partner.country.factor == 1
        alone(bench, change)
        then(env)
    check(bench)


def test_two_who_point_at_one_record_do_not_stop_one_another(bench: Bench) -> None:
    beside(bench, make, make)
    check(bench)
    with bench.env() as env:
        assert env[Partner].get(1).turnover == 210
