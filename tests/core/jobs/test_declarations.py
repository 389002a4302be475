"""Mistakes in what an addon declares as jobs: told when the addons are composed, with file and line."""

from __future__ import annotations

from typing import Any

import pytest

from core import Env
from core.errors import BanyanError, DeclarationError
from core.jobs import Work, job, schedule
from core.jobs.collect import keep_jobs
from core.orm.compose import compose_models

HERE = r"test_declarations\.py:\d+"


def test_first_argument_says_what_a_job_is() -> None:
    with pytest.raises(DeclarationError, match=f"{HERE}: job 'send' takes 'mail' first; 'env' for what is one unit"):

        @job("Send")
        def send(mail: int) -> None: ...


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "a schedule has either 'every' or 'at'"),
        ({"every": "1 day", "at": "03:00"}, "a schedule has either 'every' or 'at'"),
        ({"every": "often"}, "schedule: 'often' is no interval"),
        ({"at": "3 o'clock"}, "schedule: '3 o'clock' is neither a time of day"),
        ({"every": "1 day", "tries": 0}, "job 'fetch' is tried 0 times"),
    ],
)
def test_schedule_says_when_it_is_due(options: dict[str, Any], why: str) -> None:
    with pytest.raises(DeclarationError, match=f"{HERE}: {why}"):

        @schedule("Fetch", **options)
        def fetch(env: Env) -> None: ...


def test_schedule_takes_no_arguments_that_nobody_gives() -> None:
    with pytest.raises(DeclarationError, match="takes more than its first argument"):

        @schedule("Fetch", every="1 day")
        def fetch(work: Work, account: int) -> None: ...


def test_two_jobs_of_one_name_are_refused() -> None:
    def declared() -> Any:
        @job("Send")
        def send(env: Env) -> None: ...

        send.name = "mail.send"
        return send

    with pytest.raises(DeclarationError, match=f"there is a job 'mail.send' at .*{HERE} already"):
        keep_jobs(compose_models([], []), [declared(), declared()])


def test_job_that_no_addon_declares_cannot_be_asked_for() -> None:
    @job("Send")
    def send(env: Env) -> None: ...

    with pytest.raises(BanyanError, match=r"is not in the jobs\.py of an enabled addon"):
        send.later(None)  # type: ignore[arg-type]  # it is refused before
