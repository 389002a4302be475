"""The records that an addon ships: CSV files in its `data/` and `demo/` folders, one file a model.

`data/crm.stage.csv` (or `10_crm.stage.csv`) holds records of `crm.stage`. The first column, `id`, is the
external id, with the addon's name before it unless it has a point; the others are wire names. A many-to-one
holds an external id, a many-to-many several with `;` between them; an empty cell leaves the default; a date may
be counted from the day of loading (`today+12`). A relation to records that have a key of their own may name that
field instead, `groups_id:key`. What the database has already, it keeps as it is: people may have
changed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from core.addons.manifest import Manifest
from core.errors import DeclarationError, Invalid, nearest
from core.orm.registry import ModelInfo, Models
from core.orm.unit import UnitOfWork

from .check import check
from .csvfile import Notation, read_table
from .mapping import ImportMapping, Source, Step
from .report import Finding
from .write import Undone, Writer

MOST = 20
"""Mistakes named in one message."""


def load_addon_data(unit: UnitOfWork, manifest: Manifest, *, demo: bool = False) -> dict[str, int]:
    """Create the records of an addon that are not there yet. Gives model → how many were created.

    demo: its demo records instead of those that it needs. Raises DeclarationError with file, line, column and
    reason of all that is wrong; the caller rolls back.
    """
    models = unit.models
    origin = "demo" if demo else "data"
    folder = manifest.folder / origin
    notation = Notation(today=unit.system_env().today())
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        return {}
    steps = [_step(path, models, manifest, notation) for path in paths]
    mapping = ImportMapping(
        name=manifest.label,
        file=manifest.name,
        prefix=manifest.name,
        steps=tuple(_in_order(steps, models)),
        notation=notation,
    )
    try:
        plan, report = check(unit, mapping, folder)
    except Invalid as error:
        raise DeclarationError(str(error), addon=manifest.name, where=str(folder)) from None
    plan.addon, plan.origin = manifest.name, origin
    Writer(unit, plan, report).preview()
    if not report.findings:
        with suppress(Undone):  # the report says which rows
            Writer(unit, plan, report).write()
    if report.findings:
        raise _mistakes(report.findings, manifest, folder)
    created: dict[str, int] = {}
    for count in report.counts:
        created[count.model] = created.get(count.model, 0) + count.created
    return created


def _step(path: Path, models: Models, manifest: Manifest, notation: Notation) -> Step:
    model = re.sub(r"^\d+_", "", path.stem)
    where = f"{path}:1"
    if model not in models:
        raise DeclarationError(
            f"model '{model}' is not enabled", addon=manifest.name, where=where, hint=nearest(model, models)
        )
    info = models[model]
    try:
        table = read_table(path, notation)
    except Invalid as error:
        raise DeclarationError(str(error), addon=manifest.name, where=str(path.parent)) from None
    if table.columns[0] != "id":
        raise DeclarationError("the first column must be 'id', the external id", addon=manifest.name, where=where)
    sources = tuple(_source(column, info, manifest, where) for column in table.columns[1:])
    return Step(
        name=path.name, model=model, file=path.name, id="{id}", sources=sources, update=False, verbatim=True, line=1
    )


def _source(column: str, info: ModelInfo, manifest: Manifest, where: str) -> Source:
    wire, _colon, by = column.partition(":")
    field = info.by_wire.get(wire)
    if field is None:
        raise DeclarationError(
            f"field '{wire}' is not on {info.name}",
            addon=manifest.name,
            where=where,
            hint=nearest(wire, info.by_wire),
        )
    separator = ";" if field.many else ""
    return Source(field=wire, columns=(column,), separator=separator, by=by, exact=True, empty="keep", line=1)


def _in_order(steps: Sequence[Step], models: Models) -> Iterable[Step]:
    """The steps so that records come before those that point at them; by file name where that leaves a choice."""
    by_name = {step.name: step for step in steps}
    waits: dict[str, set[str]] = {}
    for step in steps:
        targets = {models[step.model].by_wire[source.field].target for source in step.sources}
        waits[step.name] = {other.name for other in steps if other.model in targets and other.model != step.model}
    try:
        return [by_name[name] for name in TopologicalSorter(waits).static_order()]
    except CycleError:
        return steps  # references to what comes later are written in the second pass


def _mistakes(findings: Sequence[Finding], manifest: Manifest, folder: Path) -> DeclarationError:
    lines = [
        f"{folder / item.file}:{item.line}: column '{item.column}', '{item.value}': {item.reason}"
        for item in findings[:MOST]
    ]
    if len(findings) > MOST:
        lines.append(f"and {len(findings) - MOST} more")
    return DeclarationError("records that it ships cannot be loaded:\n" + "\n".join(lines), addon=manifest.name)
