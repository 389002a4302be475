"""Turns the rows of all files into planned records, and checks everything that can be known before writing.

    files ── rows ── identity of each row ── value of each cell ── records of the plan
                          │                        │
                          │                        └─ types and ranges: the fields' own wire form
                          └─ the index in which other steps look rows up, so a step may point ahead

Nothing is written here: it needs a unit of work only to look names up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from core.i18n import _
from core.orm.unit import UnitOfWork

from .bind import BoundSource, BoundStep, bind, rows_of
from .csvfile import Row
from .external import External
from .identity import Identities, identify
from .lookup import Lookup, by_external_id, by_field, in_step
from .mapping import ImportMapping
from .plan import Key, Place, Plan, Planned, PlannedStep, Progress, Silent
from .report import NOTHING, Count, Level, Report
from .values import Values, texts_of


def check(
    unit: UnitOfWork, mapping: ImportMapping, folder: Path, progress: Progress | None = None
) -> tuple[Plan, Report]:
    """The plan of an import and what there is to say about its rows.

    A plan whose report has errors must not be written. Raises Invalid where the mapping itself does not fit
    the files or the models.
    """
    return _Checker(unit, mapping, folder, progress or Silent()).run()


class _Checker:
    def __init__(self, unit: UnitOfWork, mapping: ImportMapping, folder: Path, progress: Progress) -> None:
        self.env = unit.system_env()
        self.external = External(unit)
        self.mapping, self.progress = mapping, progress
        self.steps = bind(mapping, self.env.models, folder)
        self.report = Report(mapping.name)
        self.plan = Plan(mapping.prefix, origin=mapping.prefix, skip_bad_rows=mapping.skip_bad_rows)
        self.bad: Level = "skipped" if mapping.skip_bad_rows else "error"
        self.left_out: str = _("the row was left out") if mapping.skip_bad_rows else NOTHING

    def run(self) -> tuple[Plan, Report]:
        rows = {bound.step.name: rows_of(bound) for bound in self.steps}
        identities = {bound.step.name: self._identify(bound, rows[bound.step.name]) for bound in self.steps}
        planned = {
            identity.external: identity.key
            for found in identities.values()
            for identity in found.by_row.values()
            if identity.external
        }
        for bound in self.steps:
            found = identities[bound.step.name]
            count = Count(bound.step.name, bound.step.model, rows=len(rows[bound.step.name]))
            self.report.counts.append(count)
            self._crooked(bound, count)
            values = Values(self, bound, self._lookups(bound, rows[bound.step.name], identities, planned))
            count.skipped += self._plan(bound, rows[bound.step.name], found, values)
        self._settle_refs()
        return self.plan, self.report

    def _crooked(self, bound: BoundStep, count: Count) -> None:
        """Rows that do not have one cell a column: told once, however many steps read the file."""
        count.rows += len(bound.table.crooked)
        count.skipped += len(bound.table.crooked)
        told = {(item.file, item.line) for item in self.report.findings if not item.column}
        for line, cells in bound.table.crooked.items():
            if (bound.file, line) not in told:
                reason = _(
                    "has {cells} cells where the header has {columns}; a text with '{delimiter}' in it needs quotes",
                    cells=cells,
                    columns=len(bound.table.columns),
                    delimiter=self.mapping.notation_of(bound.file).delimiter,
                )
                self.report.add([Place(bound.file, line).finding("", "", self.bad, reason, self.left_out)])

    def _identify(self, bound: BoundStep, rows: Iterable[Row]) -> Identities:
        found = identify(bound, rows, self.mapping.prefix)
        self.report.add(
            Place(bound.file, line).finding(" + ".join(bound.step.key), value, self.bad, reason, self.left_out)
            for line, value, reason in found.problems
        )
        return found

    def _lookups(
        self, bound: BoundStep, rows: list[Row], identities: Mapping[str, Identities], planned: Mapping[str, Key]
    ) -> dict[str, Lookup]:
        """Wire name → where the texts of that relation are looked up."""
        lookups: dict[str, Lookup] = {}
        notation = self.mapping.notation_of(bound.step.file)
        for item in bound.sources:
            source = item.source
            if not item.field.target:
                continue
            texts = texts_of(item, rows)
            if source.step:
                other = next(step for step in self.steps if step.step.name == source.step)
                lookups[source.field] = in_step(identities[source.step].index, other.file, source.exact)
            elif item.by is not None:
                lookups[source.field] = by_field(self.env, item, item.by, texts, notation)
            else:
                lookups[source.field] = by_external_id(
                    self.env, self.external, item, texts, self.mapping.prefix, planned
                )
        return lookups

    def _plan(self, bound: BoundStep, rows: list[Row], identities: Identities, values: Values) -> int:
        """Put the step's records into the plan. Gives how many rows were left out."""
        self.progress.begin(_("Checking {step}", step=bound.step.name), len(rows))
        step = PlannedStep(bound.step.name, bound.step.model)
        self.plan.steps.append(step)
        names = {item.source.field: item.field.name for item in bound.sources}
        skipped = 0
        for position, row in enumerate(rows):
            if position % 500 == 499:
                self.progress.advance(500)
            identity = identities.by_row.get(position)
            found = None if identity is None else values.read(row)
            if identity is None or found is None:
                skipped += 1
                continue
            known = self.plan.records.get(identity.key)
            if known is None:
                known = Planned(
                    identity.key, Place(bound.file, row.line), identity.external, keep=not bound.step.update
                )
                self.plan.records[identity.key] = known
                step.records.append(known)
            known.match = known.match or tuple(names[wire] for wire in bound.step.match)
            self._merge(bound, known, row, found)
        return skipped

    def _merge(self, bound: BoundStep, record: Planned, row: Row, values: Mapping[str, object]) -> None:
        """Add a row's values to a record: lists are joined, of two other values the first stays and is reported."""
        origins = {item.field.name: item for item in bound.sources}
        place = Place(bound.file, row.line)
        for name, value in values.items():
            item = origins[name]
            text = _text(item, row)
            if name not in record.values:
                record.values[name] = value
                record.origins[name] = (place, item.source.column or item.source.field, text)
            elif isinstance(value, tuple):
                record.values[name] = tuple(dict.fromkeys((*record.values[name], *value)))
            elif record.values[name] != value:
                first, column, said = record.origins[name]
                reason = _(
                    "{file}:{line} says '{other}' for the same record", file=first.file, line=first.line, other=said
                )
                self.report.add(
                    [
                        place.finding(
                            item.source.column or column, text, "note", reason, _("'{value}' was kept", value=said)
                        )
                    ]
                )

    def _settle_refs(self) -> None:
        """Leave out what points at rows that were left out, or say so where it can do without."""
        again = True
        while again:
            again = False
            for record in list(self.plan.records.values()):
                for name, ref in list(record.refs()):
                    if ref.key not in self.plan.records and self._without(record, name, ref.key):
                        again = True
                        break
        self.plan.forget_dropped()

    def _without(self, record: Planned, name: str, key: Key) -> bool:
        """Take a reference that leads nowhere out of a record. Gives whether the record itself had to go."""
        place, column, text = record.origins[name]
        field = self.env.models[record.model].fields[name]
        reason = _("'{value}' names a row that was left out", value=text)
        if field.required:
            del self.plan.records[record.key]
            self.report.add([place.finding(column, text, self.bad, reason, self.left_out)])
            return True
        value = record.values[name]
        if isinstance(value, tuple):
            record.values[name] = tuple(member for member in value if getattr(member, "key", None) != key)
        else:
            record.values[name] = None
        self.report.add([place.finding(column, text, "note", reason, _("imported without {field}", field=field.label))])
        return False


def _text(item: BoundSource, row: Row) -> str:
    return (
        " / ".join(row.cells[column] for column in item.source.columns)
        if item.source.columns
        else str(item.source.value)
    )
