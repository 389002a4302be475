"""The databases that the fixtures hand out."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from core.testing.databases import Databases
from core.testing.statements import count_statements


def _tables(address: str) -> list[str]:
    engine = sa.create_engine(address)
    try:
        return sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _make_table(address: str) -> None:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE thing (id INTEGER)"))
    engine.dispose()


def test_each_test_gets_an_empty_database(engine: str, engine_url: str) -> None:
    assert engine in engine_url
    assert _tables(engine_url) == []
    _make_table(engine_url)


def test_what_another_test_made_is_not_there(engine_url: str) -> None:
    assert _tables(engine_url) == []


def test_a_template_is_prepared_once_and_copied(engine: str, databases_of: Callable[[str], Databases]) -> None:
    prepared: list[str] = []

    def prepare(address: str) -> None:
        prepared.append(address)
        _make_table(address)

    databases = databases_of(engine)
    first, second = (databases.copy("one thing", prepare) for _ in range(2))
    assert first != second
    assert _tables(first) == _tables(second) == ["thing"]
    assert len(prepared) == 1
    databases.drop(first)
    databases.drop(second)


def test_statements_are_counted_with_their_text(engine_url: str) -> None:
    engine = sa.create_engine(engine_url)
    with engine.connect() as connection, count_statements() as counted:
        connection.execute(sa.select(1))
        connection.execute(sa.select(2))
    engine.dispose()
    assert counted.total == 2
    assert counted.texts[0].startswith("SELECT")
