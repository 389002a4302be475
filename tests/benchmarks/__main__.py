"""`python -m tests.benchmarks [sqlite] [postgresql]`: measure, and print a table in Markdown."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.testing.postgres import server_address, stop_server
from tests.benchmarks.company import company, key_of, salesperson
from tests.benchmarks.documents import measure_documents
from tests.benchmarks.heavy import measure_heavy
from tests.benchmarks.history import measure_history
from tests.benchmarks.lists import measure_lists
from tests.benchmarks.measure import Row
from tests.benchmarks.pages import measure_pages
from tests.benchmarks.records import measure_records
from tests.benchmarks.reports import measure_reports
from tests.benchmarks.start import measure_enable, measure_start

ENGINES = ("sqlite", "postgresql")


@contextmanager
def address_of(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of one engine."""
    if engine == "sqlite":
        yield f"sqlite:///{folder}/bench.db"
        return
    try:
        yield server_address(folder / "postgresql")
    finally:
        stop_server(folder / "postgresql")


def measure(engine: str) -> Iterator[Row]:
    """All rows of one engine."""
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name:
        folder = Path(name)
        with address_of(engine, folder) as address, company(address, folder) as system:
            yield from measure_start(address, folder, engine)
            seller = salesperson(system)
            yield from measure_records(system, seller)
            yield from measure_documents(system, seller)
            yield from measure_pages(system, seller, key_of(system, seller))
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name, address_of(engine, Path(name)) as address:
        yield from measure_enable(address, engine)
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name, address_of(engine, Path(name)) as address:
        yield from measure_reports(address, engine)
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name, address_of(engine, Path(name)) as address:
        yield from measure_heavy(address, engine)
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name, address_of(engine, Path(name)) as address:
        yield from measure_history(address, engine)
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name, address_of(engine, Path(name)) as address:
        yield from measure_lists(address, Path(name), engine)


def main(engines: list[str]) -> int:
    """Print the table; 1 where a ratio passes its bound."""
    print("| engine | what | Banyan | floor | ratio | bound |\n|---|---|--:|--:|--:|--:|")
    failed = 0
    for engine in engines or ENGINES:
        for row in measure(engine):
            failed += not row.holds
            print(row, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
