"""What is known of running jobs, beside the main database: no writer of that ever waits for it.

    SQLite       a file of its own, <database>.jobs
    PostgreSQL   a schema of its own, banyan_jobs, written by connections of its own

    banyan_job_worker   the workers, dead ones until somebody has cleared up behind them
    banyan_job_run      which worker is at work on which job, how far it has come, and whether it is to stop
    banyan_job_log      what jobs have said

All of it may be lost: jobs are found again by their records.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from core.jobs.aside_tables import LOG, NOTE_SIZE, RUN, WORKER, Connections
from core.jobs.living import LEADER, AdvisoryLocks, InMemory, Living, LockedFiles

_TAKE_LOCK = 0x74616B65
LOG_LINES = 1000
"""So many lines of one job are kept."""


@dataclass(frozen=True)
class Run:
    """A job that a worker has taken. deaths: so many workers have died at it before. total: 0 where it is unknown."""

    job: int
    worker: int
    started_at: datetime
    deaths: int = 0
    done: int = 0
    total: int = 0
    note: str = ""
    stop: bool = False


@dataclass(frozen=True)
class Line:
    """Something that a job has said."""

    at: datetime
    text: str


@dataclass(frozen=True)
class WorkerAt:
    """A worker that lives."""

    number: int
    host: str
    process: int
    started_at: datetime


class Aside:
    """The store of one main database."""

    def __init__(self, connections: Connections, living: Living) -> None:
        self._at, self._living = connections, living
        self._enrolling = Lock()
        self._number = 0

    @classmethod
    def beside(cls, database_url: str) -> Aside:
        """That of a main database."""
        address = sa.make_url(database_url)
        if address.get_backend_name() == "sqlite":
            file = Path(f"{address.database}.jobs")
            return cls(Connections.of_file(file), LockedFiles(Path(f"{file}.workers")))
        connections = Connections.of_server(address)
        return cls(connections, AdvisoryLocks(connections.engine))

    @classmethod
    def in_memory(cls) -> Aside:
        """One that ends with the process, for tests."""
        return cls(Connections.in_memory(), InMemory())

    def close(self) -> None:
        """Let go of what this process holds."""
        if self._number:
            with self._at.begin() as connection:
                connection.execute(sa.delete(WORKER).where(WORKER.c.number == self._number))
        self._living.close()
        self._at.engine.dispose()
        self._number = 0

    # -- workers ----------------------------------------------------------------------------------

    def enrol(self, now: datetime) -> int:
        """The number of this process as a worker, under which it is known to live. now: when it began, if it does."""
        with self._enrolling:
            if not self._number or not self._living.hold(self._number):
                with self._at.begin() as connection:
                    values = {"host": socket.gethostname(), "process": os.getpid(), "started_at": now}
                    made = connection.execute(sa.insert(WORKER).values(values).returning(WORKER.c.number))
                    self._number = made.scalar_one()
                    self._living.hold(self._number)
            return self._number

    def lead(self) -> bool:
        """Whether this process is the one that sweeps; it stays so until it ends."""
        return self._living.hold(LEADER)

    def workers(self) -> list[WorkerAt]:
        """The workers that live."""
        with self._at.begin(write=False) as connection:
            rows = connection.execute(sa.select(WORKER).order_by(WORKER.c.number)).all()
        alive = self._living.held(row.number for row in rows)
        return [WorkerAt(*row) for row in rows if row.number in alive]

    def clear_up(self) -> list[int]:
        """Forget the workers that have died. Gives the jobs that they were at work on."""
        with self._at.begin(write=False) as connection:
            numbers = set(connection.execute(sa.select(WORKER.c.number)).scalars())
        dead = numbers - self._living.held(numbers)
        if not dead:
            return []
        with self._at.begin() as connection:
            connection.execute(sa.delete(WORKER).where(WORKER.c.number.in_(dead)))
            return list(connection.execute(sa.select(RUN.c.job).where(RUN.c.worker.in_(dead))).scalars())

    # -- taking jobs ------------------------------------------------------------------------------

    def take(self, job: int, key: str, now: datetime) -> Run | None:
        """Claim a job for this worker; None where another that lives has it, or another of the same key."""
        number = self.enrol(now)
        with self._at.begin() as connection:
            if self._at.is_postgresql:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_TAKE_LOCK)))
            same = RUN.c.job == job
            rows = connection.execute(sa.select(RUN).where(same | (RUN.c.key == key) if key else same)).all()
            if rows and self._living.held(row.worker for row in rows):
                return None
            left = next((row for row in rows if row.job == job), None)
            connection.execute(sa.delete(RUN).where(same))
            run = Run(job, number, now, deaths=left.deaths + 1 if left else 0)
            connection.execute(
                sa.insert(RUN).values(job=job, key=key, worker=number, started_at=now, deaths=run.deaths)
            )
            return run

    def release(self, job: int) -> None:
        """Say that no worker is at work on a job any more."""
        with self._at.begin() as connection:
            connection.execute(sa.delete(RUN).where(RUN.c.job == job))

    def running(self) -> dict[int, Run]:
        """Job → its run, of all that a living worker is at work on."""
        columns = [column for column in RUN.c if column.name != "key"]
        with self._at.begin(write=False) as connection:
            rows = connection.execute(sa.select(*columns)).all()
        alive = self._living.held({row.worker for row in rows})
        return {row.job: Run(**row._mapping) for row in rows if row.worker in alive}

    # -- what a job says --------------------------------------------------------------------------

    def note(self, job: int, done: int, total: int, note: str) -> bool:
        """Say how far a job has come. Gives whether somebody wants it to stop."""
        values = {"done": done, "total": total, "note": note[:NOTE_SIZE]}
        with self._at.begin() as connection:
            told = connection.execute(sa.update(RUN).where(RUN.c.job == job).values(values).returning(RUN.c.stop))
            return bool(told.scalar_one_or_none())

    def ask_to_stop(self, job: int) -> bool:
        """Ask a job that is at work to stop; False where none is."""
        with self._at.begin() as connection:
            asked = connection.execute(sa.update(RUN).where(RUN.c.job == job).values(stop=True).returning(RUN.c.job))
            return asked.scalar_one_or_none() is not None

    def say(self, job: int, text: str, now: datetime) -> None:
        """Add a line to the log of a job."""
        with self._at.begin() as connection:
            connection.execute(sa.insert(LOG).values(job=job, at=now, text=text))

    def log(self, job: int) -> list[Line]:
        """What a job has said, the oldest first."""
        newest = sa.select(LOG.c.id, LOG.c.at, LOG.c.text).where(LOG.c.job == job).order_by(LOG.c.id.desc())
        with self._at.begin(write=False) as connection:
            rows = connection.execute(newest.limit(LOG_LINES)).all()
        return [Line(row.at, row.text) for row in reversed(rows)]

    def forget(self, jobs: Collection[int]) -> None:
        """Forget what jobs have said that are not there any more."""
        with self._at.begin() as connection:
            for table in (RUN, LOG):
                connection.execute(sa.delete(table).where(table.c.job.in_(jobs)))
