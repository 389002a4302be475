"""How soon a job starts after the commit, and what a server and a worker cost that have nothing to do.

Figures for whoever runs the proofs; the suite itself measures no time.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.addons.system import System

from .processes import Workers, real_system, redis_server, wait_for

JOBS = 100
IDLE_SECONDS = 60


def waits(system: System) -> list[float]:
    """Milliseconds from each commit to the start of the job that it asked for."""
    from addons.chores.jobs import say_when

    def started() -> dict[int, float]:
        with system.unit() as unit:
            rows = unit.system_env()["chores.entry"].values(["number", "name"])
        return {row["number"]: float(row["name"]) for row in rows}

    committed: dict[int, float] = {}
    for number in range(JOBS):
        with system.unit(write=True) as unit:
            say_when.later(unit.system_env("a test"), number)
        committed[number] = time.time()
        time.sleep(0.05 + number % 7 * 0.01)
        wait_for(lambda: len(started()) == len(committed))
    return sorted((at - committed[number]) * 1000 for number, at in started().items())


@pytest.mark.proof
@pytest.mark.parametrize("queue", ["database", "redis"])
def test_jobs_start_soon_after_the_commit(engine: str, chores: str, tmp_path: Path, queue: str) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(redis_server(tmp_path)) if queue == "redis" else ""
        system = stack.enter_context(real_system(chores, tmp_path / "data", url))
        stack.enter_context(Workers(system, 1))
        wait_for(lambda: bool(system.backstage.aside.workers()))
        found = waits(system)
    name = "Redis" if queue == "redis" else {"sqlite": "a file", "postgresql": "PostgreSQL"}[engine]
    median, late = statistics.median(found), found[int(len(found) * 0.95)]
    print(f"{engine}, queue in {name}: median {median:.0f} ms, 95 % within {late:.0f} ms")  # noqa: T201 - a figure
    assert late < 1000


def processor_seconds(group: int) -> float:
    """What all processes of a group have used."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == group:
                    fields = (entry / "stat").read_text().rsplit(") ", 1)[1].split()
                    ticks += int(fields[11]) + int(fields[12])
            except OSError:
                continue  # it has just ended
    return ticks / os.sysconf("SC_CLK_TCK")


@pytest.mark.proof
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the kernel tells in /proc what a process has used")
@pytest.mark.parametrize("queue", ["database", "redis"])
def test_idle_server_and_worker_use_less_than_two_per_cent(
    engine: str, chores: str, tmp_path: Path, queue: str
) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(redis_server(tmp_path)) if queue == "redis" else ""
        system = stack.enter_context(real_system(chores, tmp_path / "data", url))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-c", "from core.cli import main; main()", "serve", "--port", str(port)]
        environ = {**os.environ, **system.settings.environ()}
        server = subprocess.Popen(command, env=environ, start_new_session=True, stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: bool(system.backstage.aside.workers()))
            time.sleep(5)
            before = processor_seconds(server.pid)
            time.sleep(IDLE_SECONDS)
            used = (processor_seconds(server.pid) - before) / IDLE_SECONDS
        finally:
            server.terminate()
            server.wait()
    print(f"{engine}, queue in {queue}: idle at {used:.2%} of a processor")  # noqa: T201 - a figure
    assert used < 0.02
