"""What an addon declares in its `jobs.py`: functions that run in the background, and when some of them run by
themselves."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime
from types import FunctionType
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.jobs.ask import ask
from core.jobs.times import Interval, Times, read_interval, read_times
from core.orm.where import of_code

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model

TRIES = 5
LONG, SHORT = "work", "env"
"""The name of a job's first argument says what it is: one unit of work, or many."""


class Job:
    """A function that runs in the background, after the transaction that asked for it.

    label: what people call it. tries: so often it is tried before it has failed for good. priority: of those that
    wait, the higher goes first. resumes: of a long job whose worker died, whether the next one goes on behind the
    last batch; otherwise all that it committed is taken back. on: the model of which the one argument is a record's id:
    automations may ask for such a job, and for no other. name: on the wire, "<addon>.<function>", known once
    the addon is loaded.
    """

    def __init__(
        self,
        function: Callable[..., object],
        label: str,
        *,
        tries: int = TRIES,
        priority: int = 0,
        resumes: bool = True,
        on: str = "",
    ) -> None:
        if not isinstance(function, FunctionType):
            raise DeclarationError(f"{function!r} is no function", hint="put @job(…) above a def")
        self.function, self.label = function, label
        self.tries, self.priority, self.resumes = tries, priority, resumes
        self.name = ""
        self.where = of_code(function.__code__)
        parameters = list(inspect.signature(function).parameters.values())
        first = parameters[0].name if parameters else ""
        if first not in (SHORT, LONG):
            raise DeclarationError(
                f"job '{function.__name__}' takes '{first}' first", where=self.where,
                hint="'env' for what is one unit of work, or 'work' for a long job in batches",
            )  # fmt: skip
        if tries < 1:
            raise DeclarationError(
                f"job '{function.__name__}' is tried {tries} times", where=self.where, hint="1 or more"
            )
        self.is_long, self.on = first == LONG, on
        self._signature = inspect.Signature(parameters[1:])
        if on and len(parameters) != 2:
            raise DeclarationError(
                f"job '{function.__name__}' is on {on} and takes {len(parameters) - 1} arguments", where=self.where,
                hint="one that is on a model takes the id of its record, and no more",
            )  # fmt: skip

    def later(
        self,
        env: Env,
        *arguments: object,
        key: str = "",
        priority: int | None = None,
        at: datetime | None = None,
        about: str = "",
    ) -> Model:
        """Ask for the job: it is a record of `ir.job` in the unit of work of `env`, and starts after its commit.

        It runs as the user of `env`, in their companies and language, with the access that they have then; elevated
        where `env` is, with its reason. arguments: what JSON holds, so ids rather than records. key: of jobs with the
        same key one runs at a time. priority: the higher goes first. at: not before this instant. about: what it is
        for, behind its label in lists. Gives the record.
        """
        return ask(env, self, arguments, key=key, priority=priority, at=at, about=about)

    def check(self, arguments: tuple[object, ...]) -> None:
        """Raises TypeError where the function does not take these arguments."""
        self._signature.bind(*arguments)

    def __call__(self, *arguments: Any) -> object:
        """Call the function itself, here and now."""
        return self.function(*arguments)

    def __repr__(self) -> str:
        return f"<job {self.name or self.function.__name__}>"


class Schedule(Job):
    """A job that runs by itself. timing: how often, or when, until an administrator says otherwise."""

    def __init__(self, function: Callable[..., object], label: str, timing: Interval | Times, **options: Any) -> None:
        super().__init__(function, label, **options)
        self.timing = timing
        try:
            self.check(())
        except TypeError:
            name = function.__name__
            raise DeclarationError(
                f"schedule '{name}' takes more than its first argument", where=self.where,
                hint="nobody is there to give the others",
            ) from None  # fmt: skip


def job(
    label: str, *, tries: int = TRIES, priority: int = 0, resumes: bool = True, on: str = ""
) -> Callable[[Callable[..., object]], Job]:
    """Declare a function as a job; see `Job`.

        @job(_("Send mail"))
        def send_mail(env: Env, mail_id: int) -> None: ...

    A function of `env` is one unit of work: its effect and the mark that it is done are committed together. One of
    `work` opens units of its own, in batches; see `Work`.
    """
    return lambda function: Job(function, label, tries=tries, priority=priority, resumes=resumes, on=on)


def schedule(
    label: str, *, every: str = "", at: str = "", tries: int = TRIES, priority: int = 0, resumes: bool = True
) -> Callable[[Callable[..., object]], Schedule]:
    """Declare a job that runs by itself, elevated: a record of `ir.cron`, which administrators change.

    every: "15 minutes", "1 day". at: a time of day in the company's time zone, "03:00", or five fields as in a
    crontab, "0 3 * * 1-5".
    """

    def declare(function: Callable[..., object]) -> Schedule:
        where = of_code(function.__code__) if isinstance(function, FunctionType) else ""
        if bool(every) == bool(at):
            raise DeclarationError("a schedule has either 'every' or 'at'", where=where)
        try:
            timing = read_interval(every) if every else read_times(at)
        except ValueError as error:
            raise DeclarationError(f"schedule: {error}", where=where) from None
        return Schedule(function, label, timing, tries=tries, priority=priority, resumes=resumes)

    return declare
