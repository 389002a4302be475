"""From `banyan serve` to the first page, its memory, and enabling CRM on an empty database."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path

from core.addons.lifecycle import initialise
from core.settings import Settings
from tests.benchmarks.measure import Row, timed

ROUNDS = 5


def measure_start(address: str, folder: Path, engine: str) -> Iterator[Row]:
    """Start the server of a database that has CRM enabled, and a bare Flask application, in turn."""
    environment = {**os.environ, "BANYAN_DATABASE_URL": address, "BANYAN_DATA_DIR": str(folder)}
    ours, bare = [], []
    for _round in range(ROUNDS + 1):
        port = _free_port()
        banyan = [
            sys.executable,
            "-c",
            "from core.cli import main; main()",
            "serve",
            "--no-worker",
            "--port",
            str(port),
        ]
        ours.append(_first_page(banyan, port, environment))
        port = _free_port()
        bare.append(_first_page([sys.executable, "-m", "tests.benchmarks.bare", str(port)], port, environment))
    mine, plain = ([statistics.median(column) for column in zip(*runs[1:], strict=True)] for runs in (ours, bare))
    yield Row(engine, "from `banyan serve` to the first page", mine[0], plain[0], mine[0] / plain[0], None)
    yield Row(engine, "memory of the server with CRM", mine[1], plain[1], mine[1] / plain[1], None, unit="MB")


def measure_enable(address: str, engine: str) -> Iterator[Row]:
    """Enable base, product and CRM in an empty database."""
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name:
        settings = Settings(data_dir=Path(name), database_url=address)
        seconds = timed(lambda: initialise(settings, ("crm",)))
    yield Row(engine, "enable CRM in an empty database", seconds, 0, 0, None)


def _first_page(command: Sequence[str], port: int, environment: dict[str, str]) -> tuple[float, float]:
    """(seconds until the log-in page is answered, megabytes of the whole process group then)."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        while not _answers(port):
            if process.poll() is not None:
                raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
            time.sleep(0.005)
        seconds = time.perf_counter() - started
        return seconds, _megabytes(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/log-in")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _megabytes(group: int) -> float:
    """Memory of all processes of a group, shared pages counted once: their proportional set size."""
    kilobytes = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _group_of(entry) == group:
            for line in (entry / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
    return kilobytes / 1024


def _group_of(entry: Path) -> int:
    try:
        return os.getpgid(int(entry.name))
    except OSError:
        return -1


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
