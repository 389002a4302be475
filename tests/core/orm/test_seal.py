"""Whoever altered the history behind Banyan's back is found out, at the first place where it shows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core import AccessDenied
from core.orm.seal import Verdict, make_seals, seals_of, verify
from core.testing.bench import Bench
from tests.core.orm.trade import HOA, Lead

MADE_UP = (
    "INSERT INTO banyan_history (id, model, record_id, action, at, unit, changes) "
    "SELECT id + 100, model, record_id, action, at, 'made up', changes FROM banyan_history WHERE id = 1"
)


def _seal(bench: Bench) -> str:
    with bench.unit() as unit:
        make_seals(unit.system_env())
        return seals_of(unit.system_env())[-1].digest


def _verify(bench: Bench) -> Verdict:
    with bench.unit(write=False) as unit:
        return verify(unit.system_env())


def _change(bench: Bench, note: str) -> None:
    with bench.unit() as unit:
        unit.system_env()[Lead].search().write(note=note)


def _behind(bench: Bench, *statements: str) -> None:
    """Alter the database as somebody could who holds its password: the triggers do not stop them."""
    with bench.connection() as connection:
        for table in ("banyan_history", "banyan_unit", "banyan_seal"):
            for action in ("update", "delete"):
                on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{action}{on}"))
        for statement in statements:
            assert connection.execute(sa.text(statement)).rowcount > 0


def test_an_untouched_history_is_what_was_written(own_trade: Bench) -> None:
    _change(own_trade, "a")
    first = _seal(own_trade)
    assert _seal(own_trade) == first, "nothing was left to seal"
    _change(own_trade, "b")
    verdict = _verify(own_trade)
    assert (verdict.broken, verdict.units, verdict.seals, verdict.unsealed, verdict.older) == ("", 3, 1, 1, 0)
    assert verdict.last == first
    assert _seal(own_trade) != first
    assert (_verify(own_trade).seals, _verify(own_trade).unsealed) == (2, 0)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE banyan_history SET user_id = 99 WHERE id = 3",
            "the history of change 1 of .* is not what was written",
        ),
        (
            "UPDATE banyan_history SET reason = 'x' WHERE unit = (SELECT unit FROM banyan_unit WHERE id = 2)",
            "change 2 of",
        ),
        ("DELETE FROM banyan_history WHERE id = 2", "change 1 of .* had 18 rows of history and has 17"),
        (
            MADE_UP,
            "row 101 of the history, about res.currency 1, belongs to no change",
        ),
        ("UPDATE banyan_unit SET reason = 'x' WHERE id = 2", "change 2 of .* is not what was written"),
        ("UPDATE banyan_seal SET units = '1' WHERE id = 1", "seal 1, the 1. of the chain, does not follow"),
        ("DELETE FROM banyan_seal WHERE id = 1", "seal 2, the 1. of the chain, does not follow"),
    ],
)
def test_what_was_altered_is_named(own_trade: Bench, statement: str, told: str) -> None:
    _change(own_trade, "a")
    _seal(own_trade)
    _change(own_trade, "b")
    _seal(own_trade)
    _behind(own_trade, statement)
    with pytest.raises(AssertionError, match=told):
        assert not _verify(own_trade).broken


def test_who_makes_a_digest_anew_breaks_the_chain(own_trade: Bench) -> None:
    _change(own_trade, "a")
    _seal(own_trade)
    _behind(
        own_trade,
        "DELETE FROM banyan_history WHERE unit = (SELECT unit FROM banyan_unit WHERE id = 2)",
        "DELETE FROM banyan_unit WHERE id = 2",
    )
    assert _verify(own_trade).broken == "seal 1 covers change 2, which is not there"


def test_what_a_savepoint_took_back_is_in_no_digest(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        env = unit.system_env()
        env[Lead].search().write(note="kept")
        with pytest.raises(RuntimeError), env.savepoint():
            env[Lead].search().write(note="lost")
            env.flush()
            raise RuntimeError
        env[Lead].search()[0].note = "kept too"
    assert _verify(own_trade).broken == ""


def test_the_database_refuses_to_change_what_proves_it(own_trade: Bench) -> None:
    _seal(own_trade)
    for statement in ("UPDATE banyan_unit SET reason = 'x'", "DELETE FROM banyan_seal"):
        with pytest.raises(sa.exc.DBAPIError, match="cannot be changed"), own_trade.connection() as connection:
            connection.execute(sa.text(statement))


def test_a_user_cannot_look_at_everybodys_changes(own_trade: Bench) -> None:
    with own_trade.unit() as unit, pytest.raises(AccessDenied):
        verify(unit.env(HOA))
