"""Two units of work, of which the second begins while the first has written and not committed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from core import Env
from core.testing.bench import Bench

Step = Callable[[Env], object]
WAITING = sa.text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
)


def beside(bench: Bench, first: Step, second: Step) -> None:
    """Take the second step in a unit of its own, while that of the first has written and not committed."""
    with ThreadPoolExecutor(1) as pool:
        with bench.env() as env:
            first(env)
            env.flush()
            other = pool.submit(alone, bench, second)
            while not other.done() and not is_waiting(bench):
                continue
        other.result()


def alone(bench: Bench, step: Step) -> None:
    with bench.env() as env:
        step(env)


def is_waiting(bench: Bench) -> bool:
    with bench.database.looking() as connection:
        return bool(connection.execute(WAITING).scalar())
