"""Nothing goes around the two doors: what an addon can reach leads to no connection, and one that is dug out
runs no statement of its own."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import Grant, Role
from core.errors import Unguarded
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, identity
from tests.core.orm.trade import LAN, TRADE, Lead

Run = Callable[[sa.Connection], Any]
TABLE = sa.table("crm_lead", sa.column("id"), sa.column("name"))

STATEMENTS: dict[str, Run] = {
    "text": lambda connection: connection.execute(sa.text("SELECT name FROM crm_lead")),
    "text that changes": lambda connection: connection.execute(sa.text("UPDATE crm_lead SET name = 'x'")),
    "select": lambda connection: connection.execute(sa.select(TABLE.c.name)),
    "scalar": lambda connection: connection.scalar(sa.select(sa.func.count()).select_from(TABLE)),
    "literal": lambda connection: connection.execute(sa.select(1)),
    "insert": lambda connection: connection.execute(sa.insert(TABLE), [{"name": "x"}, {"name": "y"}]),
    "update": lambda connection: connection.execute(sa.update(TABLE).values(name="x")),
    "delete": lambda connection: connection.execute(sa.delete(TABLE)),
    "driver": lambda connection: connection.exec_driver_sql("SELECT name FROM crm_lead"),
    "ddl": lambda connection: connection.execute(sa.schema.DropTable(sa.Table("crm_lead", sa.MetaData()))),
    "session": lambda connection: Session(connection).execute(sa.text("SELECT 1")),
    "session's select": lambda connection: Session(connection).execute(sa.select(TABLE.c.name)).all(),
    "stream": lambda connection: connection.execution_options(stream_results=True).execute(sa.select(TABLE)).all(),
    "stamp of one's own": lambda connection: connection.execute(
        sa.select(TABLE), execution_options={"banyan_door": True}
    ),
    "stamped by name": lambda connection: connection.execution_options(banyan_door=object()).execute(sa.select(TABLE)),
    "a savepoint in disguise": lambda connection: connection.execute(_Disguised("UPDATE crm_lead SET name = 'x'")),
}


class _Disguised(sa.TextClause):
    __visit_name__ = "savepoint"
    inherit_cache = False
    ident = "x; UPDATE crm_lead SET name = 'x'"


def _dig(unit: UnitOfWork) -> sa.Connection:
    """The connection out of the private attributes: what an addon must not do, and what must not help it."""
    connection = unit._connection
    assert connection is not None
    return connection


@pytest.mark.parametrize("run", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_of_ones_own_is_refused(unit: UnitOfWork, run: Run) -> None:
    names = sorted(row["name"] for row in unit.system_env()[Lead].values(["name"]))
    with pytest.raises(Unguarded, match="A statement reached the database without passing the model layer"):
        run(_dig(unit))
    assert sorted(row["name"] for row in unit.system_env()[Lead].values(["name"])) == names


def test_a_session_on_the_engine_is_refused(trade: Bench) -> None:
    engine = trade.database._engine
    with pytest.raises(Unguarded), Session(engine) as session:
        session.execute(sa.select(TABLE))
    with pytest.raises(Unguarded), engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
    with pytest.raises(Unguarded), engine.begin() as connection:
        connection.execute(sa.insert(TABLE).values(name="x"))


def test_the_refusal_says_which_statement(unit: UnitOfWork) -> None:
    with pytest.raises(Unguarded, match=r"'SELECT name FROM crm_lead'. Use env\[Model\] to read and write"):
        _dig(unit).execute(sa.text("SELECT name FROM crm_lead"))


def test_a_connection_that_went_back_to_the_pool_is_guarded_again(trade: Bench) -> None:
    with trade.connection() as connection:
        connection.execute(sa.text("SELECT 1"))
    for _each in range(3):
        with trade.unit() as unit, pytest.raises(Unguarded):
            _dig(unit).execute(sa.text("SELECT 1"))


# -- public objects ---------------------------------------------------------------------------------------

FORBIDDEN = (
    sa.Connection, sa.Engine, Session, sa.engine.Transaction, sa.engine.Result, sa.pool.Pool, sa.engine.Dialect
)  # fmt: skip
_PLAIN = (str, bytes, int, float, complex, type(None), types.ModuleType, types.CodeType, type)


def _public(thing: object) -> Iterator[tuple[str, object]]:
    """What can be reached from an object without a private name: attributes, members, what a method holds."""
    if isinstance(thing, dict | types.MappingProxyType):
        yield from ((f"[{key!r}]", value) for key, value in list(thing.items()))
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from ((f"[{place}]", value) for place, value in enumerate(thing))
    if isinstance(thing, types.FunctionType | types.BuiltinFunctionType):
        return
    if isinstance(thing, types.MethodType):
        yield "()", thing.__self__
        return
    for name in dir(thing):
        if name.startswith("_"):
            continue
        try:
            yield f".{name}", getattr(thing, name)
        except Exception:
            continue


def _reach(roots: dict[str, object]) -> Iterator[tuple[str, object]]:
    seen: set[int] = set()
    kept: list[object] = []
    waiting = list(roots.items())
    while waiting:
        path, thing = waiting.pop()
        if isinstance(thing, _PLAIN) or id(thing) in seen or path.count(".") + path.count("[") > 9:
            continue
        # The schema's own objects are many, and the same for every application of SQLAlchemy.
        seen.add(id(thing))
        kept.append(thing)
        yield path, thing
        if not type(thing).__module__.startswith("sqlalchemy") or isinstance(thing, sa.MetaData | sa.Table):
            waiting.extend((path + step, value) for step, value in _public(thing))


def test_no_public_object_leads_to_a_connection(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    lead.note = "pending"
    savepoint = env.savepoint()
    with savepoint:
        roots: dict[str, object] = {
            "unit": unit,
            "env": env,
            "sudo": env.sudo("x"),
            "collection": env[Lead],
            "record": lead,
            "records": env[Lead].search(),
            "members": lead.tags,
            "history": lead.history(),
            "values": env[Lead].values(["name", "tags"]),
            "models": env.models,
            "savepoint": savepoint,
            "path": Lead.partner.name,
            "filter": Lead.name == "x",
        }
        reached = list(_reach(roots))
    leaks = [path for path, thing in reached if isinstance(thing, FORBIDDEN)]
    assert not leaks
    assert len(reached) > 300, "the walk went somewhere"
    kinds = {type(thing).__name__ for _, thing in reached}
    assert {"ModelInfo", "Collection", "Records", "Models", "Table", "Change", "UnitOfWork"} <= kinds


def test_the_walk_would_find_a_connection(unit: UnitOfWork) -> None:
    box = types.SimpleNamespace(inner={"a": [types.SimpleNamespace(connection=_dig(unit))]})
    assert any(isinstance(thing, FORBIDDEN) for _, thing in _reach({"box": box}))


def test_an_error_of_the_database_carries_no_connection(own_trade: Bench) -> None:
    with pytest.raises(Exception, match="another lead has this reference") as error, own_trade.unit() as unit:
        unit.system_env()[Lead].search().write(reference="A")
    chain: list[BaseException] = []
    found: BaseException | None = error.value
    while found is not None:
        chain.append(found)
        found = found.__cause__ or found.__context__
    assert len(chain) > 1
    assert not [path for path, thing in _reach({"error": chain}) if isinstance(thing, FORBIDDEN)]


def test_no_source_file_of_an_addon_is_needed_to_try(tmp_path: Path, trade: Bench) -> None:
    """A database that somebody opens by themselves has no unit: env is the only way that carries access."""
    reader = Role("x.reader", "Reader")
    bench = Bench(f"sqlite:///{tmp_path / 'own.db'}", trade_parts(), [reader, Grant(reader, Lead, "read")])
    try:
        with bench.env(identity(1, "x.reader")) as env:
            assert env[Lead].count() == 0
    finally:
        bench.close()


def trade_parts() -> list[Any]:
    from core.testing.bench import as_parts

    return as_parts(TRADE)
