"""Values that differ by language or by company: what each reader sees, finds and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from core import (
    Env,
)
from core import query as q
from core.errors import UnknownName
from core.orm.filter import Condition
from core.testing.bench import Bench
from tests.core.orm.branches import ACCESS, MODELS, Company, Lead, Stage, reader, who


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


def test_each_reader_sees_the_text_in_their_language(env: Env) -> None:
    vi, en = reader(env, "vi"), reader(env)
    won = en[Stage].create(name="Won", notes="Paid")
    vi[Stage].get(won.id).name = "Thắng"
    assert [vi[Stage].get(won.id).name, en[Stage].get(won.id).name, won.name] == ["Thắng", "Won", "Won"]
    assert vi[Stage].get(won.id).notes == "Paid"
    env.flush()
    assert [row["name"] for row in vi[Stage].values(["name"])] == ["Thắng"]
    assert [row["display_name"] for row in en[Stage].values(["display_name"])] == ["Won"]
    assert vi[Stage].get(won.id).title == "[Thắng]"
    assert en[Stage].get(won.id).title == "[Won]"


def test_values_are_read_anew_in_the_next_unit(bench: Bench) -> None:
    with bench.env(who("vi")) as vi:
        made = vi[Stage].create(name="Mới")
        made.env.in_language("en")[Stage].get(made.id).name = "New"
        identity = made.id
    with bench.env(who("vi"), write=False) as vi:
        assert vi[Stage].get(identity).name == "Mới"
        assert vi.in_language("en")[Stage].get(identity).name == "New"
    with bench.env(who("en"), write=False) as en:
        assert en[Stage].search()[0].name == "New"


def test_a_record_that_is_made_in_another_language_has_a_name_for_everybody(env: Env) -> None:
    made = reader(env, "vi")[Stage].create(name="Mới")
    assert reader(env)[Stage].get(made.id).name == "Mới"
    reader(env)[Stage].get(made.id).name = "New"
    assert made.name == "Mới"


def test_what_is_cleared_in_a_language_is_that_of_the_main_one_again(env: Env) -> None:
    vi = reader(env, "vi")
    stage = reader(env)[Stage].create(name="Won")
    seen = vi[Stage].get(stage.id)
    seen.name = "Thắng"
    env.flush()
    seen.name = ""
    assert seen.name == "Won"
    env.flush()
    assert vi[Stage].values(["name"]) == [{"name": "Won"}]
    stage.name = "Done"
    assert seen.name == "Done"


def test_a_company_without_a_value_has_that_for_all_and_zero_is_a_value(env: Env) -> None:
    lead = env[Lead].create(name="Chairs", cost=Decimal(5), kind="new")
    one, two = (reader(env, "en", company)[Lead].get(lead.id) for company in (1, 2))
    one.write(cost=Decimal(0), kind="old")
    assert [one.cost, two.cost, lead.cost] == [Decimal(0), Decimal(5), Decimal(5)]
    assert [one.kind, two.kind] == ["old", "new"]
    lead.cost = Decimal(6)
    assert [one.cost, two.cost] == [Decimal(0), Decimal(6)]
    one.write(cost=None, kind=None)
    assert [one.cost, one.kind] == [Decimal(6), "new"]


def test_what_a_company_gives_a_new_record_is_its_own(env: Env) -> None:
    made = reader(env, "en", 1)[Lead].create(name="Chairs", cost=Decimal(9))
    assert made.cost == 9
    assert reader(env, "en", 2)[Lead].get(made.id).cost == 1
    assert env[Lead].get(made.id).cost == 1


def test_filters_order_groups_and_sums_are_about_what_the_reader_sees(env: Env) -> None:
    en = reader(env, "en", 2)
    first, second = en[Stage].create(name="A"), en[Stage].create(name="B")
    vi = reader(env, "vi", 1)
    vi[Stage].get(first.id).name = "Đã xong"
    for stage, cost in ((first, 10), (second, 20)):
        made = env[Lead].create(name="x", stage=stage, cost=Decimal(cost))
        reader(env, "vi", 1)[Lead].get(made.id).cost = Decimal(cost + 1)
    env.flush()
    assert [stage.name for stage in vi[Stage].search()] == ["B", "Đã xong"]
    assert vi[Stage].search(Stage.name == "Đã xong").ids == (first.id,)
    assert vi[Stage].search(Stage.name.ilike("da x")).ids == (first.id,)
    assert vi[Stage].find("xong").ids == (first.id,)
    assert en[Stage].find("xong").ids == ()
    assert vi[Lead].count(Lead.stage.name == "Đã xong") == 1
    assert vi[Lead].count(Lead.cost > 20) == 1
    assert vi[Lead].sums(["cost"]) == {"cost": Decimal(32)}
    assert en[Lead].sums(["cost"]) == {"cost": Decimal(30)}
    assert [row["stage.name"] for row in vi[Lead].groups(["stage.name"])] == ["B", "Đã xong"]
    assert [row["stage"] for row in vi[Lead].groups(["stage"], order=["-stage"])] == [first.id, second.id]
    assert [lead.line for lead in vi[Lead].search(order=["cost"])] == ["Đã xong 11.00", "B 21.00"]
    assert [lead.line for lead in en[Lead].search(order=["cost"])] == ["A 10.00", "B 20.00"]
    assert vi[Stage].count(Stage.leads.any(Lead.cost == 11)) == 1


def test_a_query_reads_what_its_reader_sees(env: Env) -> None:
    stage = env[Stage].create(name="Won")
    env[Stage].get(stage.id).write(**{"name@vi": "Thắng"})
    env[Lead].create(name="x", stage=stage)
    asked = q.select(Lead, stage=Lead.stage.name, cost=Lead.cost).where(Lead.stage.name.ilike("th"))
    assert asked.rows(reader(env, "vi", 1)) == [{"stage": "Thắng", "cost": Decimal(1)}]
    assert asked.rows(reader(env, "en", 1)) == []


def test_all_variants_are_read_and_written_by_their_names(env: Env) -> None:
    stage = reader(env, "vi")[Stage].create(**{"name@en": "Won", "name@vi": "Thắng"})
    assert env[Stage].values(["name@en", "name@vi"]) == [{"name@en": "Won", "name@vi": "Thắng"}]
    stage.write(**{"name@vi": None})
    assert env[Stage].values(["name", "name@vi"]) == [{"name": "Won", "name@vi": None}]
    with pytest.raises(UnknownName, match="there is no language 'vn'; nearest: 'vi'"):
        stage.write(**{"name@vn": "Thắng"})


def test_a_filter_can_ask_for_one_variant(env: Env) -> None:
    stages = env[Stage].create_many([{"name": "Won", "name@vi": "Thắng"}, {"name": "Lost"}])
    for value, found in ((None, stages[1].id), ("Thắng", stages[0].id)):
        condition = Condition("crm.stage", ("name@vi",), "=", value)
        assert env[Stage].search(condition).ids == (found,)
        assert [stage.id for stage in stages if condition.matches(stage)] == [found]


def test_a_list_costs_the_same_number_of_statements(bench: Bench, count_statements: Callable[..., object]) -> None:
    with bench.env() as env:
        stages = env[Stage].create_many([{"name": f"S{n}", "name@vi": f"G{n}", "notes@vi": "x"} for n in range(20)])
        env[Lead].create_many([{"name": "x", "stage": stage} for stage in stages])
    counts = []
    for identity in (who("en"), who("vi", 1)):
        with bench.unit(write=False) as unit:
            env = unit.env(identity)
            shown = [(lead.cost, lead.owner, lead.stage.name if lead.stage else "") for lead in env[Lead].search()]
            assert len(shown) == 20
            counts.append(unit.statements)
    assert counts[0] == counts[1]
