"""While developing, a statement that one unit repeats is named, with the line that asked for it."""

from __future__ import annotations

import logging

import pytest

from core.orm.watch import VARIABLE
from core.testing.bench import Bench
from tests.core.orm.trade import Lead, Partner


def _row_by_row(bench: Bench) -> None:
    with bench.unit(write=False) as unit:
        env = unit.system_env()
        for id in env[Lead].search().ids:
            env[Lead].count(Lead.is_(id))
        env[Partner].count()


def test_a_loop_that_queries_is_named_with_its_line(
    trade: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    with caplog.at_level(logging.WARNING, "banyan.queries"):
        _row_by_row(trade)
    (told,) = caplog.messages
    assert "test_watch.py:18 asked 4 times: SELECT count(*)" in told
    assert "crm_lead" in told


def test_nothing_is_watched_otherwise(
    trade: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    _row_by_row(trade)
    assert caplog.messages == []
