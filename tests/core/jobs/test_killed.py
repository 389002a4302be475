"""Workers that are killed whatever they do: every job takes effect once, and none is lost.

The short form runs with the suite, on the queue of each engine; the proof on all three queues, for two minutes.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread

import pytest

from core.addons.system import System

from .processes import Workers, real_system, redis_server, wait_for

LONG = 25
"""Each so many-th job is one of batches, with so many entries."""


class Refusal(Exception):
    """Ends a request that has asked for jobs."""


def ask_for(system: System, count: int) -> tuple[set[int], set[int], set[int]]:
    """Ask for jobs in requests of several; give the numbers of (short ones, entries of long ones, refused ones)."""
    from addons.chores.jobs import check_and_write, write_many

    short: set[int] = set()
    long: set[int] = set()
    refused: set[int] = set()
    number = 0
    while number < count:
        numbers = list(range(number, min(number + random.randint(1, 20), count)))
        number = numbers[-1] + 1
        is_refused = random.random() < 0.1
        with suppress(Refusal), system.unit(write=True) as unit:
            env = unit.system_env("a request")
            for one in numbers:
                check_and_write.later(env, one)
                if one % LONG == 0:
                    entries = list(range(1_000_000 + one * 100, 1_000_000 + one * 100 + LONG))
                    write_many.later(env, entries)
                    (refused if is_refused else long).update(entries)
            # A job that started before the commit would not find this.
            env["chores.entry"].create_many([{"name": f"asked {one}", "number": -1 - one} for one in numbers])
            env.flush()
            if is_refused:
                raise Refusal
        (refused if is_refused else short).update(numbers)
    return short, long, refused


def check(system: System, jobs: int, workers: int, seconds: float, every: float) -> None:
    """Let workers run jobs, kill one every few seconds for so long, and look at what came of it."""
    asked: list[tuple[set[int], set[int], set[int]]] = []
    asking = Thread(target=lambda: asked.append(ask_for(system, jobs)))
    deaths = 0
    with Workers(system, workers) as crew:
        asking.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(random.expovariate(1 / every))
            crew.kill_one()
            deaths += 1
        asking.join()
        wait_for(lambda: not _waiting(system), 1200)
    [(short, long, refused)] = asked
    with system.unit() as unit:
        env = unit.system_env()
        rows = env["chores.entry"].values(["number"])
        states = Counter(row["state"] for row in env["ir.job"].values(["state"]))
        problems = {row["problem"] for row in env["ir.job"].values(["problem"])}
    written = Counter(row["number"] for row in rows if row["number"] >= 0)
    assert problems == {""}
    assert set(states) == {"done"}
    assert [number for number, times in written.items() if times > 1] == []
    assert set(written) == short | long
    assert not refused & set(written)
    print(f"{sum(states.values()):,} jobs done once, {deaths} workers killed")  # noqa: T201 - for whoever runs proofs


def _waiting(system: System) -> bool:
    with system.unit() as unit:
        state = unit.models["ir.job"].cls.state  # type: ignore[attr-defined]
        return bool(unit.system_env()["ir.job"].count(state == "waiting", most=1))


def test_every_job_takes_effect_once_though_workers_are_killed(chores: str, tmp_path: Path) -> None:
    with real_system(chores, tmp_path / "data") as system:
        check(system, jobs=150, workers=2, seconds=6, every=2)


@pytest.mark.proof
@pytest.mark.parametrize("queue", ["database", "redis"])
def test_10000_jobs_take_effect_once_though_four_workers_are_killed_for_two_minutes(
    chores: str, tmp_path: Path, queue: str
) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(redis_server(tmp_path)) if queue == "redis" else ""
        system = stack.enter_context(real_system(chores, tmp_path / "data", url))
        check(system, jobs=11_500, workers=4, seconds=120, every=2)
