"""`python -m tests.concurrency SCENARIO ADDRESS FOLDER WORKERS AMOUNT KILLS`: the processes of one scenario.

AMOUNT: seconds, or rounds. KILLS: so many processes are killed on the way, each replaced by another.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from tests.concurrency.bank import models
from tests.concurrency.scenarios import COUNTED, TIMED, Worker

_fork: Any = multiprocessing.get_context("fork")


def run(scenario: str, address: str, folder: Path, number: int, amount: float, barrier: Barrier) -> None:
    """What a process does: says what it knows in a file, and what failed in another."""
    out = os.open(folder / f"{number}.said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(*lines: str) -> None:
        os.write(out, "".join(f"{line}\n" for line in lines).encode())

    try:
        worker = Worker(_models, address, number, say, barrier)
        worker.warm_up()
        if scenario in TIMED:
            if number < barrier.parties - 1:
                barrier.wait()
            TIMED[scenario](worker, time.time() + amount)
        else:
            COUNTED[scenario](worker, int(amount))
    except BaseException:
        (folder / f"{number}.failed").write_text(traceback.format_exc())
        raise


def main(scenario: str, address: str, folder: Path, workers: int, amount: float, kills: int) -> None:
    """Run the processes to their end."""
    barrier = _fork.Barrier(workers + (scenario in TIMED))

    def start(number: int, amount: float) -> BaseProcess:
        process: BaseProcess = _fork.Process(target=run, args=(scenario, address, folder, number, amount, barrier))
        process.start()
        return process

    processes = [start(number, amount) for number in range(workers)]
    if scenario in TIMED:
        barrier.wait()  # the clock starts when everybody is ready
    for kill in range(kills):
        time.sleep(amount / (kills + 1))
        pid = processes[kill].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        processes.append(start(workers + kill, amount * (kills - kill) / (kills + 1)))
    for process in processes:
        process.join()


if __name__ == "__main__":
    _models = models()
    name, url, place, how_many, how_much, how_many_die = sys.argv[1:]
    main(name, url, Path(place), int(how_many), float(how_much), int(how_many_die))
