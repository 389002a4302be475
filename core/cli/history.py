"""`banyan history`: what was changed as one step, taking it back, and seeing that nobody altered the history."""

from __future__ import annotations

from datetime import datetime

import click

from core.cli.console import console, table
from core.cli.failure import Failure
from core.cli.shown import Told
from core.cli.systems import elevated
from core.orm.env import Env
from core.orm.read.units import Unit, read_units
from core.orm.seal import make_seals, seals_of, verify
from core.orm.undo import UndoPlan, plan_undo, undo
from core.orm.undo.plan import Step

SHOWN = 20
"""So many records and clashes of a plan are named; the others are counted."""
DEEDS = {"restore": "put back", "create": "make anew", "delete": "delete"}


@click.group("history")
def command() -> None:
    """What was changed, taking it back, and proof that nobody altered the history."""


@command.command("list")
@click.option("--limit", default=20, show_default=True, help="How many of the latest.")
def list_(limit: int) -> None:
    """Show the latest changes: each is one import, one command, or what one person saved at once."""
    with elevated("banyan history list", only_reads=True) as env:
        units = read_units(env, limit)
        names = _names(env, units)
    shown = table("Change", "When (UTC)", "Who", "Why", "Records")
    for unit in units:
        who = names.get(unit.user_id or 0, "" if unit.user_id is None else f"user {unit.user_id}")
        shown.add_row(str(unit.number), _when(unit.at), who or "Banyan", unit.reason, _records(unit))
    console().print(shown)


@command.command("undo")
@click.argument("unit", metavar="CHANGE")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--over", is_flag=True, help="Also what others have changed since.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def undo_(unit: str, dry_run: bool, over: bool, yes: bool) -> None:
    """Take CHANGE back, a number that `banyan history list` shows: all of it as one step, which is a change itself.

    What it would do is shown first. What others have changed since stays as it is, unless --over is given.
    """
    with elevated("banyan history undo", write=False, only_reads=dry_run) as env:
        plan = plan_undo(env, unit)
        told = Told(env, [step for step in _shown(plan) if step.action == "restore"])
    _show(plan, told, over)
    if dry_run or not (plan.steps or (over and plan.clashes)):
        click.echo("Dry run: nothing was changed." if dry_run else "There is nothing to take back.")
        return
    if not yes:
        click.confirm("Do this?", abort=True)
    with elevated(f"Undo of change {plan.unit.number}") as env:
        undo(env, plan, [clash for clash in plan.clashes if clash.step.action != "create"] if over else ())
    click.echo(f"Change {plan.unit.number} is taken back.")


@command.command("seal")
def seal() -> None:
    """Seal the history up to now, and print the newest seal: write it down where nobody can change it."""
    with elevated("banyan history seal") as env:
        made = make_seals(env)
        last = seals_of(env)[-1:]
    count = sum(one.count for one in made)
    click.echo(f"{count:,} changes were sealed." if made else "Everything is sealed already.")
    for one in last:
        click.echo(one.digest)


@command.command("verify")
@click.option("--seal", "known", default="", metavar="SEAL", help="The newest seal, as you wrote it down.")
def verify_(known: str) -> None:
    """Read the whole history again, and say whether it is what was written."""
    with elevated("banyan history verify", only_reads=True) as env:
        verdict = verify(env)
        known_there = not known or any(one.digest == known for one in seals_of(env))
    if verdict.broken:
        raise Failure(f"The history has been altered: {verdict.broken}.")
    if not known_there:
        raise Failure("The history has been altered: the seal that you wrote down is not in it.")
    click.echo(f"{verdict.rows:,} rows of {verdict.units:,} changes are what was written. Seals: {verdict.seals:,}.")
    if verdict.older:
        click.echo(f"{verdict.older:,} older rows were written before there were seals: nothing is known of them.")
    if verdict.unsealed:
        click.echo(f"{verdict.unsealed:,} changes are not sealed yet; `banyan history seal` does.")
    if verdict.last:
        click.echo(f"The newest seal: {verdict.last}")


def _names(env: Env, units: list[Unit]) -> dict[int, str]:
    ids = sorted({unit.user_id for unit in units if unit.user_id is not None})
    users = env["res.users"]
    return {row["id"]: row["display_name"] for row in users.values(["id", "display_name"], users.info.cls.in_(ids))}


def _records(unit: Unit) -> str:
    words = []
    for model, counts in sorted(unit.counts.items()):
        told = [f"{count:,} {word}" for count, word in zip(counts, ("new", "changed", "deleted"), strict=True) if count]
        words.append(f"{model}: {', '.join(told)}")
    return "; ".join(words)


def _when(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _shown(plan: UndoPlan) -> list[Step]:
    """The steps that are named."""
    return [step for action in DEEDS for step in [step for step in plan.steps if step.action == action][:SHOWN]]


def _show(plan: UndoPlan, told: Told, over: bool) -> None:
    unit = plan.unit
    click.echo(f"Change {unit.number} of {_when(unit.at)}{f', {unit.reason}' if unit.reason else ''}:")
    for action, words in DEEDS.items():
        steps = [step for step in plan.steps if step.action == action]
        if steps:
            click.echo(f"  {words} {len(steps):,}:")
            for step in steps[:SHOWN]:
                fields = ", ".join(told.change(step, *field) for field in step.fields)
                click.echo(f"    {step.model} {step.title}{f': {fields}' if action == 'restore' else ''}")
            if len(steps) > SHOWN:
                click.echo(f"    … and {len(steps) - SHOWN:,} more")
    if plan.clashes:
        click.echo(f"  {'also' if over else 'leave as they are'} {len(plan.clashes):,}:")
        for clash in plan.clashes[:SHOWN]:
            click.echo(f"    {clash.step.model} {clash.step.title}: {clash.why}")
        if len(plan.clashes) > SHOWN:
            click.echo(f"    … and {len(plan.clashes) - SHOWN:,} more")
