"""`banyan user`: people who log in, their passwords, roles and keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from core.cli import passwords
from core.cli.systems import elevated, user_by_login
from core.errors import Invalid, Missing, hinted, nearest
from core.i18n import _
from core.orm.access.declare import ACTIONS
from core.orm.env import Env
from core.orm.filter import Condition
from core.orm.records import Records

GROUP = "res.groups"
EVERYBODY = "base.user"


@click.group("user")
def command() -> None:
    """People who log in: their passwords, roles and keys."""


@command.command()
@click.argument("login")
@click.option("--name", help="What the person is called; the log-in otherwise.")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="A role to give; may be repeated.")
@click.option("--stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--no-password", is_flag=True, help="Set none: the user cannot log in by one until it is set.")
def add(login: str, name: str | None, roles: tuple[str, ...], stdin: bool, no_password: bool) -> None:
    """Make a user."""
    password = "" if no_password else passwords.given(login, stdin=stdin)
    with elevated("banyan user add") as env:
        groups = _roles(env, roles or (EVERYBODY,))
        user: Any = env["res.users"].create(login=login, name=name or login, groups=groups)
        if password:
            user.set_password(password)
    click.echo(f"User {login} is there, with {', '.join(roles or (EVERYBODY,))}.")


@command.command()
@click.argument("login")
@click.option("--stdin", is_flag=True, help="Read the password from standard input.")
def password(login: str, stdin: bool) -> None:
    """Set a user's password and end their open sessions."""
    with elevated("banyan user password", write=False) as env:
        user_by_login(env, login)  # asked before the person types a password for nobody
    text = passwords.given(login, stdin=stdin)
    with elevated("banyan user password") as env:
        user: Any = user_by_login(env, login)
        user.set_password(text)
    click.echo(f"The password of {login} is set.")


@command.command()
@click.argument("login")
@click.argument("roles", nargs=-1, metavar="[ROLE]...")
@click.option("--take", is_flag=True, help="Take the roles away instead of giving them.")
def role(login: str, roles: tuple[str, ...], take: bool) -> None:
    """Give roles to a user; without a role, show those that they have."""
    with elevated("banyan user role", only_reads=not roles) as env:
        user: Any = user_by_login(env, login)
        if roles:
            groups = _roles(env, roles)
            kept = [group for group in user.groups if group not in groups]
            user.write(groups=kept if take else [*kept, *groups])
        for group in sorted(user.groups, key=lambda group: str(group.key)):
            click.echo(f"{group.key}  {group.name}")


@command.command()
@click.argument("login")
@click.option("--name", default="banyan user key", help="What the key is for.")
def key(login: str, name: str) -> None:
    """Make a bearer key for the API and print it, once: only its hash is kept."""
    with elevated("banyan user key") as env:
        user: Any = user_by_login(env, login)
        text = user.new_key(name)
    click.echo(text)


@command.command()
@click.argument("login")
@click.argument("model")
@click.argument("rest", nargs=-1, metavar="[ID] [ACTION]")
def explain(login: str, model: str, rest: tuple[str, ...]) -> None:
    """Say why a user may or may not do something: which role, grant and rule decide, clause by clause.

    ID is the number of a record; without one, it is about records of the model in general. ACTION is read
    (which it is if not given), write, create or delete, or a move between the states of the model, such as confirm.
    """
    given = list(rest)
    id = int(given.pop(0)) if given and given[0].isdecimal() else None
    action = given.pop(0) if given else "read"
    if given:
        raise click.UsageError(f"after the model come a number and an action: {', '.join(ACTIONS)}, or a move")
    with elevated("banyan user explain", only_reads=True) as env:
        who = env.hooks.identity_of(env=env, user_id=user_by_login(env, login).id)
        if who is None:
            raise Missing(_("The user '{login}' is not active.", login=login))
        if model not in env.models:
            raise Missing(hinted(_("There is no model '{model}'", model=model), nearest(model, env.models)))
        what = env[model].browse(id)[0] if id is not None else model
        lifecycle = env.models[model].lifecycle
        moves = () if lifecycle is None else tuple(lifecycle.moves)
        if action in moves:
            click.echo(str(env.explain_move(what, action, who=who)))
        elif action in ACTIONS:
            click.echo(str(env.explain(what, action, who=who)))
        else:
            known = ", ".join((*ACTIONS, *moves))
            raise click.UsageError(f"'{action}' is no action and no move of {model}; one of {known}")


def _roles(env: Env, keys: Iterable[str]) -> Records[Any]:
    """The records of roles. Raises Invalid with the nearest one where a key is unknown."""
    wanted = tuple(dict.fromkeys(keys))
    found = env[GROUP].search(Condition(GROUP, ("key",), "in", wanted))
    known = {group.key for group in found}
    for text in wanted:
        if text not in known:
            hint = nearest(text, env.models.access.roles) or _(
                "known: {names}", names=", ".join(env.models.access.roles)
            )
            raise Invalid(_("There is no role '{role}'; {hint}.", role=text, hint=hint))
    return found
