"""Nothing is lost, doubled, left out or refused, however many processes work at once.

Each proof of a minute has a short form that runs with the suite.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from core.testing.bench import Bench
from tests.concurrency.bank import ACCOUNTS, MODELS, OPENING, Account, Invoice, Transfer, fill

ROOT = Path(__file__).parents[2]


@dataclass
class Outcome:
    """said: what the processes were acknowledged. failed: the tracebacks of those that ended otherwise."""

    bench: Bench
    said: list[str]
    failed: list[str]


Run = Callable[..., Outcome]


@pytest.fixture
def run(make_models: Callable[..., Bench], tmp_path: Path) -> Run:
    """Run a scenario in processes of their own, and give what came of it."""

    def run(scenario: str, workers: int, amount: float, kills: int = 0) -> Outcome:
        bench = make_models(*MODELS)
        fill(bench)
        engine_url = bench.address
        command = [sys.executable, "-m", "tests.concurrency", scenario, engine_url, str(tmp_path)]
        subprocess.run([*command, str(workers), str(amount), str(kills)], cwd=ROOT, check=True, timeout=amount + 300)
        said = [line for file in sorted(tmp_path.glob("*.said")) for line in file.read_text().splitlines()]
        failed = [file.read_text() for file in sorted(tmp_path.glob("*.failed"))]
        return Outcome(bench, said, failed)

    return run


def check_edits(run: Run, rounds: int) -> None:
    outcome = run("edits", 2, rounds)
    assert outcome.failed == []
    written = [line for line in outcome.said if line != "conflict"]
    assert sorted(map(Decimal, written)) == [OPENING + step for step in range(1, 2 * rounds + 1)]
    with outcome.bench.env() as env:
        account = env[Account].get(1)
        assert (account.balance, account.row_version) == (OPENING + 2 * rounds, 2 * rounds + 1)
        told = account.history(limit=3 * rounds)
        changes = [change.changes["balance"] for change in told if change.action == "write"]
        assert changes == [(OPENING + step - 1, OPENING + step) for step in range(2 * rounds, 0, -1)]
    assert "conflict" in outcome.said


def test_two_who_edit_one_record_lose_and_double_nothing(run: Run) -> None:
    check_edits(run, 25)


@pytest.mark.proof
def test_two_who_edit_one_record_lose_and_double_nothing_over_1000_rounds(run: Run) -> None:
    check_edits(run, 1000)


def check_numbers(run: Run, workers: int, seconds: float) -> None:
    outcome = run("numbers", workers, seconds)
    assert outcome.failed == []
    with outcome.bench.env() as env:
        rows = env[Invoice].values(("number", "reference"))
    assert sorted(row["reference"] for row in rows) == sorted(outcome.said)
    assert sorted(int(row["number"].removeprefix("HD")) for row in rows) == list(range(1, len(rows) + 1))
    assert len(rows) > workers
    print(f"{len(rows)} gapless numbers")  # noqa: T201 - a figure for whoever runs the proofs


def test_many_who_draw_gapless_numbers_leave_no_gap_and_no_double(run: Run) -> None:
    check_numbers(run, 6, 1.5)


@pytest.mark.proof
def test_twenty_who_draw_gapless_numbers_for_a_minute_leave_no_gap_and_no_double(run: Run) -> None:
    check_numbers(run, 20, 60)


def check_read_then_write(run: Run, seconds: float) -> None:
    outcome = run("read_then_write", 4, seconds)
    assert outcome.failed == []
    with outcome.bench.env() as env:
        balances = [account.balance for account in env[Account].search()]
    assert sum(balances) == OPENING * ACCOUNTS + len(outcome.said)
    print(f"{len(outcome.said)} writes")  # noqa: T201 - a figure for whoever runs the proofs


@pytest.mark.engine("sqlite")
def test_writers_of_sqlite_queue_instead_of_failing(run: Run) -> None:
    check_read_then_write(run, 1.5)


@pytest.mark.proof
@pytest.mark.engine("sqlite")
def test_writers_of_sqlite_queue_for_a_minute(run: Run) -> None:
    check_read_then_write(run, 60)


def check_transfers(run: Run, scenario: str, workers: int, seconds: float, kills: int) -> None:
    outcome = run(scenario, workers, seconds, kills)
    assert outcome.failed == []
    with outcome.bench.env() as env:
        balances = {account.id: account.balance for account in env[Account].search()}
        rows = env[Transfer].values(("reference", "source", "target", "amount"))
    assert sum(balances.values()) == OPENING * ACCOUNTS
    assert {row["reference"] for row in rows} >= set(outcome.said)
    # Whoever was killed may not have heard of its last transfer; nobody else missed one.
    assert len(rows) <= len(outcome.said) + kills
    expected = dict.fromkeys(balances, OPENING)
    for row in rows:
        expected[row["source"]] -= row["amount"]
        expected[row["target"]] += row["amount"]
    assert balances == expected
    print(f"{len(rows)} transfers")  # noqa: T201 - a figure for whoever runs the proofs


def test_transfers_keep_the_total_and_all_that_was_acknowledged(run: Run) -> None:
    check_transfers(run, "transfers", 5, 2, kills=1)


@pytest.mark.engine("postgresql")
def test_transfers_that_run_into_one_another_are_repeated(run: Run) -> None:
    check_transfers(run, "careless_transfers", 3, 2, kills=0)


@pytest.mark.proof
@pytest.mark.engine("postgresql")
def test_sixteen_who_move_amounts_for_a_minute_keep_the_total(run: Run) -> None:
    check_transfers(run, "transfers", 16, 60, kills=5)
