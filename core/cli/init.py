"""`banyan init`: a new database, its company and its first user."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from core.addons.lifecycle import initialise
from core.addons.system import System
from core.cli.passwords import generated
from core.data.external import External
from core.errors import Invalid, SetupError, hinted, nearest
from core.i18n import LANGUAGES, _
from core.orm.env import Env
from core.orm.filter import Condition
from core.settings import Settings

ADMIN = "admin"
DEMO_LOG_IN = "demo-log-in.txt"
"""Where a demo's log-in is kept in the data folder, so that `make run` can show it again."""


@click.command("init")
@click.option("--demo", is_flag=True, help="With a demo company, people and deals to look around in.")
@click.option("--if-missing", is_flag=True, help="Do nothing where the database is there already.")
@click.option(
    "--addons", default="crm", show_default=True, metavar="NAMES", help="Addons to enable, with commas between."
)
@click.option("--company", default="My company", show_default=True, help="Name of the company.")
@click.option("--country", default="", metavar="CODE", help="Country of the company, two letters, as in VN.")
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default="en",
    show_default=True,
    help="Main language: that of a text which has none in its reader's language. It stays so for good.",
)
@click.option("--currency", default="", metavar="CODE", help="Its currency, three letters; else that of the country.")
def command(
    demo: bool, if_missing: bool, addons: str, company: str, country: str, language: str, currency: str
) -> None:
    """Make the database: tables, shipped records, the company, and the user admin, whose password is printed once."""
    settings = Settings.load()
    names = [name.strip() for name in addons.split(",") if name.strip()]
    fresh = initialise(settings, ["base", *names], demo=demo, language=language)
    system = System.open(settings)
    try:
        with system.unit() as unit:
            env = unit.system_env()
            if _found(env, "res.users", "login", ADMIN):
                if if_missing:
                    _show_again(settings.data_dir / DEMO_LOG_IN)
                    return
                raise SetupError(
                    _(
                        "The database is set up already. To begin anew, name another one in BANYAN_DATABASE_URL or "
                        "BANYAN_DATA_DIR; to add areas, use `banyan addons enable`."
                    )
                )
        if not fresh:
            # An earlier attempt ended at its company: what this one asks for may be more than that one brought.
            system.follow(["base", *names], demo=demo)
        with system.unit(write=True, reason="banyan init") as unit:
            env = unit.system_env()
            _make_company(env, company, country, currency)
            password = generated()
            _make_administrator(env, password)
            people = _give_passwords(env, External(unit), password) if demo else []
    finally:
        system.close()
    _tell(settings, password, people, demo)


def _make_company(env: Env, name: str, country: str, currency: str) -> None:
    """The company, unless the demo records brought one."""
    if env["res.company"].count():
        return
    values: dict[str, object] = {"name": name}
    money = _one(env, "res.currency", "name", currency.upper()) if currency else None
    if country:
        values["country"] = place = _one(env, "res.country", "code", country.upper())
        money = money or place.currency
    values["currency"] = money or _one(env, "res.currency", "name", "USD")
    env["res.company"].create(**values)


def _make_administrator(env: Env, password: str) -> None:
    """The first user, who may do all that the enabled addons offer."""
    roles = env.models.access.roles
    brought = {role.key for one in roles.values() for role in one.implies}
    topmost = tuple(key for key in roles if key not in brought)
    groups = env["res.groups"].search(Condition("res.groups", ("key",), "in", topmost))
    admin: Any = env["res.users"].create(login=ADMIN, name="Administrator", groups=groups)
    admin.set_password(password)


def _give_passwords(env: Env, external: External, password: str) -> list[str]:
    """Give the demo's people the same password. Gives their log-ins."""
    people = env["res.users"].browse(*external.names("res.users", origin="demo").values())
    for person in people:
        person.set_password(password)
    return sorted(str(person.login) for person in people)


def _found(env: Env, model: str, field: str, value: str) -> Any:
    found = env[model].with_archived().search(Condition(model, (field,), "=", value), limit=1)
    return found[0] if found else None


def _one(env: Env, model: str, field: str, value: str) -> Any:
    """The record of that code. Raises Invalid with the nearest one."""
    record = _found(env, model, field, value)
    if record is None:
        known: Iterable[str] = [str(row[field]) for row in env[model].with_archived().values([field])]
        label = env.models[model].label
        raise Invalid(hinted(_("There is no {label} '{value}'", label=label, value=value), nearest(value, known)))
    return record


def _tell(settings: Settings, password: str, people: list[str], demo: bool) -> None:
    lines = [f"Log in as {ADMIN} with the password {password}"]
    if people:
        lines.append(f"or, with the same password, as one of: {', '.join(people)}")
    if demo:
        # A demo's records are public, so its log-in may be kept; anybody else's password never is.
        file = settings.data_dir / DEMO_LOG_IN
        file.touch(mode=0o600)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo("The database is ready.")
    click.echo("\n".join(lines))
    if not demo:
        click.echo("The password is not shown again; `banyan user password admin` sets another one.")


def _show_again(file: Path) -> None:
    if file.is_file():
        click.echo(file.read_text(encoding="utf-8").rstrip())
