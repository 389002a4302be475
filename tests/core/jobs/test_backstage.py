"""What is known of running jobs beside the database, and the sweep that keeps wake-ups honest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.addons.system import System
from core.errors import SetupError
from core.jobs.aside import Aside
from core.jobs.sweep import sweep
from core.jobs.wakes import open_wakes
from core.settings import Settings

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def asides(engine_url: str) -> list[Aside]:
    """Two workers of one database."""
    return [Aside.beside(engine_url) for _each in range(2)]


def close(asides: list[Aside]) -> None:
    for aside in asides:
        aside.close()


def test_one_worker_at_a_time_has_a_job_and_those_of_its_key(asides: list[Aside]) -> None:
    one, other = asides
    first = one.take(1, "yard", NOW)
    assert first is not None
    assert other.take(1, "yard", NOW) is None
    assert other.take(2, "yard", NOW) is None
    assert other.take(3, "", NOW) is not None
    assert set(one.running()) == {1, 3}
    one.release(1)
    assert other.take(2, "yard", NOW) is not None
    close(asides)


def test_claims_of_a_worker_that_is_gone_are_free_and_its_death_is_counted(asides: list[Aside]) -> None:
    one, other = asides
    one.take(1, "yard", NOW)
    assert [worker.number for worker in other.workers()] == [1]
    one._living.close()  # as the system does with the process
    assert other.running() == {}
    assert other.clear_up() == [1]
    assert other.workers() == []
    again = other.take(1, "yard", NOW)
    assert again is not None
    assert again.deaths == 1
    close(asides)


def test_one_worker_sweeps_and_another_when_that_is_gone(asides: list[Aside]) -> None:
    one, other = asides
    assert one.lead()
    assert one.lead()
    assert not other.lead()
    one.close()
    assert other.lead()
    close(asides)


def test_progress_log_and_wish_to_stop_are_shared(asides: list[Aside]) -> None:
    one, other = asides
    one.take(1, "", NOW)
    assert one.note(1, 5, 10, "Writing") is False
    run = other.running()[1]
    assert (run.done, run.total, run.note) == (5, 10, "Writing")
    one.say(1, "half of it", NOW)
    assert [line.text for line in other.log(1)] == ["half of it"]
    assert other.ask_to_stop(1)
    assert not other.ask_to_stop(2)
    assert one.note(1, 6, 10, "") is True
    other.forget([1])
    assert (one.log(1), one.running()) == ([], {})
    close(asides)


def test_queue_gives_numbers_the_higher_priority_first(engine_url: str) -> None:
    queues = [open_wakes("", engine_url, "banyan-test") for _each in range(2)]
    queues[0].wake([(1, 0), (2, 10), (3, 0)])
    assert queues[1].waiting() == {1, 2, 3}
    assert [queues[1].dequeue().args[0] for _each in range(3)] == [2, 1, 3]
    for queue in queues:
        queue.storage.close()


@pytest.mark.engine("sqlite")
def test_queue_of_its_own_is_where_the_settings_say(engine_url: str, tmp_path: Path) -> None:
    queue = open_wakes(f"sqlite:///{tmp_path / 'queue.db'}", engine_url, "banyan-test")
    queue.wake([(1, 0)])
    queue.storage.close()
    assert (tmp_path / "queue.db").exists()


def test_settings_name_a_queue_or_say_what_is_wrong(tmp_path: Path) -> None:
    for given in ("redis://127.0.0.1:6379/0", "memory://"):
        assert Settings.load({"BANYAN_QUEUE_URL": given}, tmp_path).queue_url == given
    server = Settings.load({"BANYAN_QUEUE_URL": "postgresql://banyan@db/queue"}, tmp_path)
    assert server.queue_url == "postgresql+psycopg://banyan@db/queue"
    for wrong in ("redis", "amqp://localhost", "sqlite://"):
        with pytest.raises(SetupError, match="BANYAN_QUEUE_URL: queue_url cannot be"):
            Settings.load({"BANYAN_QUEUE_URL": wrong}, tmp_path)


def test_another_process_gets_the_same_settings(tmp_path: Path) -> None:
    given = Settings.load({"BANYAN_QUEUE_URL": "redis://127.0.0.1/3", "BANYAN_PORT": "8071"}, tmp_path)
    assert Settings.load(given.environ(), tmp_path) == given


def test_sweep_wakes_what_is_due_and_neither_queued_nor_at_work(system: System) -> None:
    from addons.chores.jobs import write

    with system.unit(write=True) as unit:
        env = unit.system_env("a test")
        lost, queued, running = (write.later(env, name).id for name in ("lost", "queued", "running"))
        write.later(env, "later", at=unit.now() + timedelta(hours=1))
    wakes = system.backstage.wakes
    wakes.storage.flush_queue()
    wakes.wake([(queued, 0)])
    system.backstage.aside.take(running, "", NOW)
    assert sweep(system) == 1
    assert wakes.waiting() == {lost, queued}
    assert sweep(system) == 0


def test_queue_that_is_away_does_not_keep_anybody_from_asking(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    from addons.chores.jobs import write

    def away(*given: object) -> None:
        raise OSError("no route to host")

    with monkeypatch.context() as patched:
        patched.setattr(system.backstage.wakes.storage, "enqueue", away)
        with system.unit(write=True) as unit:
            number = write.later(unit.system_env("a test"), "sweep the yard").id
    assert sweep(system) == 1
    assert system.backstage.wakes.waiting() == {number}
