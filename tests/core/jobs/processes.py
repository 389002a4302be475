"""Workers that are processes of their own, on a system whose queue is a real one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from core.addons.system import System
from core.jobs.crew import Crew
from core.testing.systems import settings_for

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "addons"
SECONDS = 300
"""So long a test waits for what must happen."""


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The address of a Redis of the test's own; skips the test where none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no Redis here: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: _answers(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def real_system(address: str, folder: Path, queue_url: str = "") -> Iterator[System]:
    """A system on a prepared database, with a queue that other processes reach."""
    system = System.open(replace(settings_for(address, folder, (FIXTURES,)), queue_url=queue_url))
    try:
        yield system
    finally:
        system.close()
        if system._database.dialect == "sqlite":
            file = Path(system.settings.database_url.removeprefix("sqlite:///"))
            for beside in file.parent.glob(f"{file.name}.jobs*"):
                shutil.rmtree(beside) if beside.is_dir() else beside.unlink()


class Workers:
    """A crew that is tended by a thread."""

    def __init__(self, system: System, processes: int) -> None:
        self.crew = Crew(system.settings, processes=processes, threads=1)
        self._ended = Event()
        self._thread = Thread(target=self._tend)

    def __enter__(self) -> Workers:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()
        self.crew.stop()

    def _tend(self) -> None:
        while not self._ended.is_set():
            self.crew.tend()
            self._ended.wait(0.1)

    def kill_one(self) -> None:
        """SIGKILL one of them, whatever it does just now."""
        if self.crew.processes:
            os.kill(random.choice(self.crew.processes), signal.SIGKILL)


def wait_for(found: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait until something is so. Raises AssertionError where it does not become so."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
