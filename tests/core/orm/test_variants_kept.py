"""Values that differ by language or by company: access, conflicts, history, undo and deletion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier, Event

import pytest

from core import (
    AccessDenied,
    Conflict,
    Env,
    Invalid,
    Model,
    fields,
)
from core.errors import Refused
from core.orm.undo import plan_undo, undo
from core.testing.bench import Bench
from tests.core.orm.branches import ACCESS, MODELS, Company, Currency, Lead, Partner, Stage, reader, who


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    found = make_models(*MODELS, access=ACCESS)
    with found.env() as env:
        for name in ("One", "Two", "Three"):
            env[Company].create(name=name)
    return found


@pytest.fixture
def env(bench: Bench) -> Iterator[Env]:
    with bench.env() as opened:
        yield opened


def test_no_company_reads_or_writes_what_is_anothers(env: Env) -> None:
    lead = env[Lead].create(name="x")
    mine = reader(env, "en", 1)[Lead].get(lead.id)
    env[Lead].get(lead.id).write(**{"cost@2": Decimal(7)})
    for attempt in (
        lambda: mine.write(**{"cost@2": Decimal(0)}),
        lambda: mine.write(**{"cost@all": Decimal(0)}),
        lambda: mine.env[Lead].values(["cost@2"]),
        lambda: mine._view.variant("cost@2", mine),
    ):
        with pytest.raises(AccessDenied):
            attempt()
    env.flush()
    assert all("cost@2" not in change.changes for change in mine.history())
    assert "cost@2" in env[Lead].get(lead.id).history()[0].changes


def test_field_roles_hold_for_variants(env: Env) -> None:
    lead = env[Lead].create(name="x", secret="a")
    for name in ("secret", "secret@vi"):
        with pytest.raises(AccessDenied):
            reader(env, "vi")[Lead].get(lead.id).write(**{name: "b"})
        with pytest.raises(AccessDenied):
            reader(env, "vi")[Lead].values([name])
    reader(env, "vi", None, "manager")[Lead].get(lead.id).secret = "b"
    assert env[Lead].get(lead.id).secret == "a"


def test_a_rule_asks_for_what_the_reader_sees(env: Env) -> None:
    lead = env[Lead].create(name="x", cost=Decimal(5))
    mine = reader(env, "en", 1)[Lead]
    assert mine.count() == 1
    env[Lead].get(lead.id).write(**{"cost@1": Decimal(500)})
    env.flush()
    assert mine.count() == 0
    assert reader(env, "en", 2)[Lead].count() == 1
    with pytest.raises(AccessDenied), env.savepoint():
        reader(env, "en", 2)[Lead].get(lead.id).write(cost=Decimal(200))


def test_a_constraint_looks_at_every_language_that_was_written(env: Env) -> None:
    stage = env[Stage].create(name="Won")
    with pytest.raises(Invalid, match="is no name"), env.savepoint():
        reader(env, "vi")[Stage].get(stage.id).name = "mật"
    assert reader(env, "vi")[Stage].get(stage.id).name == "Won"


def test_an_amount_fits_its_currency_in_every_company(env: Env) -> None:
    dong = env[Currency].create(name="VND", decimal_places=0)
    lead = env[Lead].create(name="x", currency=dong)
    mine = reader(env, "en", 1)[Lead].get(lead.id)
    with pytest.raises(Invalid) as raised, env.savepoint():
        mine.bonus = Decimal("0.5")
    assert list(raised.value.fields) == ["bonus"]


def test_an_amount_of_a_new_record_fits_its_currency(env: Env) -> None:
    dong = env[Currency].create(name="VND", decimal_places=0)
    with pytest.raises(Invalid) as raised:
        reader(env, "en", 1)[Lead].create(name="x", currency=dong, bonus=Decimal("0.5"))
    assert list(raised.value.fields) == ["bonus"]


@pytest.mark.engine("postgresql")
def test_a_lock_shows_what_another_wrote_in_the_same_language_meanwhile(bench: Bench) -> None:
    with bench.env() as env:
        identity = env[Stage].create(name="Won", **{"name@vi": "Thắng"}).id
    locked, waiting = Event(), Barrier(2, timeout=20)

    def first() -> None:
        with bench.env(who("vi")) as env:
            stage = env[Stage].get(identity).lock()
            locked.set()
            waiting.wait()
            stage.name += " lớn"

    def second() -> None:
        locked.wait(20)
        with bench.env(who("vi")) as env:
            stage = env[Stage].get(identity)
            assert stage.name == "Thắng"
            waiting.wait()
            stage.lock().name += " rồi"

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            done.result(30)
    with bench.env(who("vi")) as env:
        assert env[Stage].get(identity).name == "Thắng lớn rồi"


def test_two_people_who_write_different_languages_of_a_record_conflict(bench: Bench) -> None:
    with bench.env() as env:
        identity = env[Stage].create(name="Won").id
    with bench.env(who("vi")) as vi:
        stage = vi[Stage].get(identity)
        version = stage.row_version
        stage.name = "Thắng"
    with pytest.raises(Conflict) as raised, bench.env(who("vi")) as vi:
        stage = vi[Stage].get(identity)
        stage.expect_version(version)
        stage.name = "Thắng rồi"
    assert (raised.value.theirs, raised.value.yours) == ({"name": "Thắng"}, {"name": "Thắng rồi"})


def test_history_names_the_language_and_the_past_has_each(bench: Bench) -> None:
    with bench.env() as env:
        identity = env[Stage].create(name="Won", **{"name@vi": "Thắng"}).id
    with bench.env() as env:
        before = env.now()
    with bench.env(who("vi")) as vi:
        vi[Stage].get(identity).name = "Được"
    with bench.env(who("vi")) as vi:
        stage = vi[Stage].get(identity)
        assert stage.history()[0].changes == {"name@vi": ("Thắng", "Được")}
        assert stage.as_of(before).name == "Thắng"
        assert stage.as_of(before).title == "[Thắng]"
        assert stage.env.in_language("en")[Stage].get(identity).as_of(before).name == "Won"
        stage.delete()
    with bench.env(who("vi")) as vi:
        assert vi[Stage].as_of(before).get(identity).name == "Thắng"


def test_undo_brings_back_each_language(bench: Bench) -> None:
    with bench.env() as env:
        stages = env[Stage].create_many([{"name": "Won", "name@vi": "Thắng"}, {"name": "Lost", "name@vi": "Thua"}])
        won, lost = stages.ids
    with bench.unit() as unit:
        vi = unit.env(who("vi"))
        vi[Stage].get(won).name = "Được"
        vi[Stage].get(lost).delete()
        which = unit.id
    with bench.env() as env:
        elevated = env.as_user(who("vi")).sudo("undo")
        undo(elevated, plan_undo(elevated, which))
    with bench.env() as env:
        rows = env[Stage].values(["id", "name", "name@vi"], order=["id"])
    assert [tuple(row.values()) for row in rows] == [(won, "Won", "Thắng"), (lost, "Lost", "Thua")]


def test_deleting_what_a_company_points_at_clears_its_value(env: Env) -> None:
    partners = env[Partner].create_many([{"name": "Lan"}, {"name": "Minh"}])
    lead = env[Lead].create(name="x", owner=partners[0])
    mine = reader(env, "en", 1)[Lead].get(lead.id)
    mine.owner = partners[1]
    env.flush()
    assert env[Partner].get(partners[1].id).deletion_plan().cleared[0].count == 1
    partners[1].delete()
    assert mine.owner == partners[0]
    partners[0].delete()
    assert mine.owner is None


def test_deleting_a_company_takes_its_values_back(env: Env) -> None:
    lead = env[Lead].create(name="x")
    env[Lead].get(lead.id).write(**{"cost@1": Decimal(7), "kind@1": "old"})
    env.flush()
    env[Company].get(1).delete()
    assert env[Lead].get(lead.id).history()[0].changes == {"cost@1": (Decimal(7), None), "kind@1": ("old", None)}


def test_a_refusing_relation_refuses_for_every_company(make_models: Callable[..., Bench]) -> None:
    class Kept(Model):
        _name = "test.kept"
        owner = fields.Many2one(Partner, company_dependent=True, on_delete="refuse")

    with make_models(Company, Partner, Kept).env() as env:
        company, partner = env[Company].create(name="One"), env[Partner].create(name="Lan")
        env[Kept].create(**{f"owner@{company.id}": partner})
        with pytest.raises(Refused, match="is used by"):
            partner.delete()
