"""Undo and computed values that people may write over: what had followed follows again, what was written comes back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core import Env, Model, computed, fields
from core.orm.undo import plan_undo, undo
from core.testing.bench import Bench


class Job(Model):
    """Work at a price an hour; the fee may be agreed upon instead."""

    _name = "test.job"

    name = fields.Char("Job")
    price = fields.Decimal("Price", digits=2)
    steps: fields.One2many[Step] = fields.One2many("test.step", inverse="job")

    @computed("steps.hours", price, store=True, editable=True)
    def fee(self) -> Decimal:
        return self.price * sum(step.hours for step in self.steps)


class Step(Model):
    """A part of a job."""

    _name = "test.step"

    name = fields.Char("Step")
    hours = fields.Integer("Hours")
    job = fields.Many2one(Job, "Job", on_delete="delete")


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Job, Step)


def done(bench: Bench, work: Callable[[Env], Any]) -> str:
    with bench.unit() as unit:
        work(unit.system_env())
        return unit.id


def taken_back(bench: Bench, unit_id: str) -> None:
    with bench.unit() as unit:
        undo(unit.system_env(), plan_undo(unit.system_env(), unit_id))


def job(env: Env) -> Job:
    return env[Job].search()[0]


def begin(env: Env) -> None:
    env[Step].create(name="a", hours=1, job=env[Job].create(name="Sơn cửa", price=2))


def add(env: Env) -> None:
    env[Step].create(name="b", hours=3, job=job(env))


def test_derived_value_follows_from_what_stays_as_it_is(bench: Bench) -> None:
    done(bench, begin)
    change = done(bench, add)
    done(bench, lambda env: env[Step].search(Step.name == "b").write(name="renamed"))
    taken_back(bench, change)
    with bench.unit() as unit:
        found = job(unit.system_env())
        assert [step.name for step in found.steps] == ["a", "renamed"], "what others changed since stays"
        assert found.fee == Decimal(8)


def test_derived_value_follows_from_what_is_put_back(bench: Bench) -> None:
    done(bench, begin)
    change = done(bench, add)
    taken_back(bench, change)
    with bench.unit() as unit:
        assert job(unit.system_env()).fee == Decimal(2)


def test_what_somebody_had_written_over_it_comes_back(bench: Bench) -> None:
    done(bench, begin)
    done(bench, lambda env: job(env).write(fee=99))
    change = done(bench, add)
    with bench.unit() as unit:
        assert job(unit.system_env()).fee == Decimal(8)
    taken_back(bench, change)
    with bench.unit() as unit:
        assert job(unit.system_env()).fee == Decimal(99)


def test_what_was_written_over_it_gives_way_to_what_had_followed(bench: Bench) -> None:
    done(bench, begin)
    change = done(bench, lambda env: job(env).write(fee=99))
    taken_back(bench, change)
    with bench.unit() as unit:
        assert job(unit.system_env()).fee == Decimal(2)


def test_what_was_written_on_creation_is_somebodys_own(bench: Bench) -> None:
    done(bench, lambda env: env[Job].create(name="Sơn cửa", price=2, fee=50))
    with bench.unit() as unit:
        assert "fee" not in job(unit.system_env()).history()[0].derived
    change = done(bench, add)
    taken_back(bench, change)
    with bench.unit() as unit:
        assert job(unit.system_env()).fee == Decimal(50)


def test_deleted_record_is_made_anew_with_what_follows_then(bench: Bench) -> None:
    done(bench, begin)
    done(bench, add)
    change = done(bench, lambda env: job(env).delete())
    taken_back(bench, change)
    with bench.unit() as unit:
        assert job(unit.system_env()).fee == Decimal(8)

    done(bench, lambda env: job(env).write(fee=70))
    change = done(bench, lambda env: job(env).delete())
    taken_back(bench, change)
    with bench.unit() as unit:
        assert job(unit.system_env()).fee == Decimal(70)
