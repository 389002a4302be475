"""One worker process: threads that wait for wake-ups and run jobs, and one that sweeps.

huey's consumer starts the threads, starts one anew that has died, and ends them when the process is told to:
SIGTERM or Ctrl+C lets what is at work come to its end, for a while.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from threading import Thread
from typing import Any

from huey.consumer import Consumer, Scheduler, Worker

from core.jobs.leader import Leader
from core.jobs.run import Runner, System

_LOOK_SECONDS = 0.05
"""So often a thread looks into a queue that cannot wait by itself, a file."""
_AWAY_SECONDS = 2
_END_SECONDS = 20
"""So long a job may go on when the process is to end; then the process ends, and another worker goes on."""
_log = logging.getLogger("banyan.jobs")


def consume(system: System, *, threads: int, beside_parent: bool = False) -> None:
    """Run jobs until the process is told to end. For the main thread.

    beside_parent: end too when the process that started this one is gone, however it went: standard input is a pipe
    from it.
    """
    runner = Runner(system)
    wakes = system.backstage.wakes
    wakes.work = runner.run
    leader = Leader(system)

    class Sweeper(Scheduler):  # type: ignore[misc]  # huey is untyped
        """In the place of huey's own schedule, which stays empty: `ir.cron` is ours."""

        def loop(self, now: Any = None) -> None:
            leader.tick()
            self.stop_flag.wait(leader.pause)

    class Hand(Worker):  # type: ignore[misc]  # huey is untyped
        """One thread. Where the queue is away it says so now and then; the sweep and it come back by themselves."""

        def loop(self, now: Any = None) -> None:
            try:
                task = wakes.dequeue()
            except Exception as error:  # each of the queues has errors of its own
                _log.warning("the queue does not answer, and is tried again: %s", error)
                self.stop_flag.wait(_AWAY_SECONDS)
                return
            if task is not None:
                wakes.execute(task, now)
            elif not wakes.storage.blocking:
                self.stop_flag.wait(_LOOK_SECONDS)

    class Workers(Consumer):  # type: ignore[misc]  # huey is untyped
        worker_class, scheduler_class = Hand, Sweeper

    consumer = Workers(
        wakes,
        workers=threads,
        periodic=False,
        graceful_signal="TERM",
        shutdown_timeout=_END_SECONDS,
    )
    stop = (False, True)  # no restart of huey's own, and what is at work comes to its end
    consumer._signal_actions = dict.fromkeys(_signals(beside_parent), stop)
    runner.is_ending = consumer.stop_flag.is_set
    if beside_parent:
        Thread(target=_end_with_parent, daemon=True).start()
    consumer.run()


def _signals(beside_parent: bool) -> list[int]:
    """What tells the process to end. Ctrl+C reaches a whole group of processes: a child leaves it to its parent."""
    found = [signal.SIGTERM, signal.SIGHUP] if hasattr(signal, "SIGHUP") else [signal.SIGTERM]
    if beside_parent:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return [*found]
    return [*found, signal.SIGINT]


def _end_with_parent() -> None:
    """Reading ends when nobody holds the other end of the pipe any more."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
