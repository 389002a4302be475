"""`banyan recompute`: find the values of a stored computed field anew, after its code has changed."""

from __future__ import annotations

import click

from core.cli.systems import opened
from core.orm.recompute import progress_of, recomputable, recompute_batch, start_over


@click.command("recompute")
@click.argument("model")
@click.argument("field")
@click.option("--size", default=1000, show_default=True, type=click.IntRange(1, 20_000), help="Records in one batch.")
@click.option("--afresh", is_flag=True, help="Begin with the first record, even where an earlier run was stopped.")
@click.option("--overwrite", is_flag=True, help="Also where people may have written values of their own.")
def command(model: str, field: str, size: int, afresh: bool, overwrite: bool) -> None:
    """Recompute FIELD on all records of MODEL, in batches; after it was stopped, it goes on where it was."""
    with opened() as system:
        recomputable(system.registry.models, model, field, overwrite=overwrite)
        with system.unit(write=afresh, reason="banyan recompute") as unit:
            if afresh:
                start_over(unit, model, field)
            now = progress_of(unit, model, field)
            total = unit.system_env()[model].with_archived().count()
        if now.done:
            click.echo(f"Going on behind record {now.last_id}; {now.done:,} of {total:,} are done.")
        while not now.is_over:
            with system.unit(write=True, reason="banyan recompute") as unit:
                now = recompute_batch(unit, model, field, now, size)
            click.echo(f"{now.done:,} of {total:,}")
    click.echo(f"{model}.{field} is right on all records.")
