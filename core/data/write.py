"""Writes a plan: finds what is there already, creates what is not, and changes what differs.

Everything goes through the ordinary write pipeline, in batches, so computed values, constraints and history
are those of any other change. The transaction is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from core.errors import Invalid, UserError
from core.i18n import _
from core.orm.fields.base import REQUIRED
from core.orm.filter import Condition
from core.orm.unit import UnitOfWork
from core.orm.variants import SIGN, base_name

from .external import CHUNK, External, chunks
from .plan import Key, Plan, Planned, PlannedStep, Progress, Ref, Silent
from .report import NOTHING, Count, Finding, Level, Report

ENOUGH = 100
"""Rows that the database refused, after which no more of them are looked for."""


Parts = Iterator[Callable[[], None] | None]
"""Steps that each are called in a unit of work; None stands for a good moment to have no unit."""


class Undone(Exception):
    """Some rows cannot be written; what was written must be rolled back. They are in the report."""


class Writer:
    """Writes one plan. ids: record of the plan → its id, as far as it has one.

    In one unit of work with `write`. Or in many: `parts` is gone through step by step, each step in whichever unit
    the writer was last put to work in with `over`.
    """

    def __init__(self, unit: UnitOfWork, plan: Plan, report: Report, progress: Progress | None = None) -> None:
        self.plan, self.report, self.progress = plan, report, progress or Silent()
        self.over(unit)
        self.chunk = CHUNK
        self.ids: dict[Key, int] = {}
        self._is_found = False
        self._adopted: dict[str, dict[str, int]] = {}
        self._later: list[Planned] = []
        self._refused: dict[Key, list[Finding]] = {}

    def over(self, unit: UnitOfWork) -> None:
        """Read and write in this unit of work from now on."""
        # What an addon ships is English, whatever the main language of the database is.
        self.env = unit.system_env().in_language("en") if self.plan.addon else unit.system_env()
        self.dry = not unit.writable
        self.external = External(unit)

    def preview(self) -> None:
        """Count what would be done, without writing, and report new records that lack something required."""
        self.dry = True
        _do(self._find())
        for step in self.plan.steps:
            _do(self._by_match(step))
            there, new = self._divide(step)
            count = self._count(step)
            changed: dict[Key, dict[str, Any]] = {}
            _do(self._differences(step.model, there, changed))
            count.created, count.updated = len(new), len(changed)
            count.unchanged = len(there) - len(changed)
            for record in new:
                self._check_complete(record)

    def write(self) -> None:
        """Write everything. Raises Undone where rows were refused that must not be left out."""
        _do(self.parts())

    def parts(self) -> Parts:
        """As `write`, in parts that each are called in a unit of work; between two of them it may be committed.

        None is between parts: what comes next takes a while and needs no unit.
        """
        if not self._is_found:
            yield from self._find()
        for step in self.plan.steps:
            yield None
            yield from self._by_match(step)  # again: it may be matched by what an earlier step has created just now
            yield from self._name_adopted(step.model)
            there, new = self._divide(step)
            count = self._count(step)
            self.progress.begin(_("Writing {step}", step=step.name), len(step.records))
            yield from self._create(step.model, new)
            changes: dict[Key, dict[str, Any]] = {}
            yield from self._differences(step.model, there, changes)
            yield None
            yield from self._change(step.model, [record for record in there if record.key in changes], changes)
            self.progress.advance(len(there) - len(changes))
            refused = [record.key for record in (*new, *there) if record.key in self._refused]
            count.skipped += len(refused)
            count.created = sum(record.key in self.ids for record in new)
            count.updated = len(changes) - sum(key in changes for key in refused)
            count.unchanged = len(there) - len(changes)
        yield from self._fill_later()
        for findings in self._refused.values():
            self.report.add(findings)
        if self._refused and not self.plan.skip_bad_rows:
            raise Undone

    def _count(self, step: PlannedStep) -> Count:
        for count in self.report.counts:
            if count.step == step.name:
                return count
        self.report.counts.append(Count(step.name, step.model, rows=len(step.records)))
        return self.report.counts[-1]

    # -- what is there ------------------------------------------------------------------------------

    def _find(self) -> Parts:
        """Learn the ids of all records that are there: each may be pointed at from any step."""
        self._is_found = True
        for step in self.plan.steps:
            yield from self._by_external_id(step)
            yield from self._by_match(step)

    def _divide(self, step: PlannedStep) -> tuple[list[Planned], list[Planned]]:
        """(records that are there, records that are new)."""
        there = [record for record in step.records if record.key in self.ids]
        return there, [record for record in step.records if record.key not in self.ids]

    def _by_external_id(self, step: PlannedStep) -> Parts:
        for chunk in chunks((record for record in step.records if record.external), CHUNK):
            yield partial(self._take_named, step.model, chunk)

    def _take_named(self, model: str, records: Sequence[Planned]) -> None:
        stored = self.external.resolve(record.external for record in records)
        for name in (record.external for record in records if record.external in stored):
            other = stored[name][0]
            if other != model:
                text = _("The external id '{name}' belongs to a record of {model}; choose another prefix or id.")
                raise Invalid(_(text, name=name, model=other))
        condition = Condition(model, ("id",), "in", tuple(identity for _model, identity in stored.values()))
        alive = {row["id"] for row in self.env[model].values(["id"], condition)} if stored else set()
        # A record that was deleted meanwhile is made anew, and its external id moved to the new one.
        found = {record.key: stored[record.external][1] for record in records if record.external in stored}
        self.ids.update({key: identity for key, identity in found.items() if identity in alive})

    def _by_match(self, step: PlannedStep) -> Parts:
        waiting: dict[tuple[str, ...], dict[tuple[Any, ...], Planned]] = {}
        for record in step.records:
            if record.match and record.key not in self.ids:
                values = tuple(self._resolved(record.values.get(name)) for name in record.match)
                if not any(_is_open(value) for value in values):
                    waiting.setdefault(record.match, {}).setdefault(values, record)
        taken = {identity for key, identity in self.ids.items() if key[0] == step.model} if waiting else set()
        for names, records in waiting.items():
            for chunk in chunks(records, CHUNK):
                yield partial(self._take_alike, step.model, names, {values: records[values] for values in chunk}, taken)

    def _take_alike(
        self, model: str, names: tuple[str, ...], records: Mapping[tuple[Any, ...], Planned], taken: set[int]
    ) -> None:
        condition = Condition(model, (names[0],), "in", tuple({values[0] for values in records}))
        rows = self.env[model].with_archived().values(["id", *names], condition, order=["id"])
        for row in rows:
            same = records.get(tuple(row[name] for name in names))
            # A record stands for one row only: another row that looks like it is a new one, or a mistake.
            if same is not None and same.key not in self.ids and row["id"] not in taken:
                self.ids[same.key] = row["id"]
                taken.add(row["id"])
                if same.external:
                    self._adopted.setdefault(model, {})[same.external] = row["id"]

    def _name_adopted(self, model: str) -> Parts:
        """Give records that were there, and were known by what they look like, their external ids."""
        for chunk in chunks(self._adopted.pop(model, {}).items(), CHUNK):
            yield partial(self._name, model, dict(chunk))

    def _name(self, model: str, ids: dict[str, int]) -> None:
        if ids:
            self.external.set(model, ids, addon=self.plan.addon, origin=self.plan.origin)

    def _differences(self, model: str, records: Iterable[Planned], found: dict[Key, dict[str, Any]]) -> Parts:
        """Record → field → new value, of those that are not as the plan has them. Lists are only ever added to."""
        for chunk in chunks((record for record in records if not record.keep or _translated(record)), CHUNK):
            yield partial(self._compare, model, chunk, found)

    def _compare(self, model: str, records: Sequence[Planned], found: dict[Key, dict[str, Any]]) -> None:
        names = list(dict.fromkeys(name for record in records for name in record.values))
        condition = Condition(model, ("id",), "in", tuple(self.ids[record.key] for record in records))
        stored = {row["id"]: row for row in self.env[model].values(["id", *names], condition)}
        for record in records:
            row = stored[self.ids[record.key]]
            changes = {}
            for name, planned in record.values.items():
                value = self._resolved(planned)
                if record.keep and not (SIGN in name and self._is_untouched(record, row, name)):
                    continue
                if isinstance(value, tuple):
                    before = tuple(getattr(row[name], "ids", row[name]))
                    if not set(value) <= set(before):
                        changes[name] = tuple(dict.fromkeys((*before, *value)))
                elif row[name] != value:
                    changes[name] = value
            if changes:
                found[record.key] = changes

    def _is_untouched(self, record: Planned, row: dict[str, Any], name: str) -> bool:
        """Whether a text of a record that is kept has no translation yet and is what it was shipped as."""
        base = base_name(name)
        return row[name] is None and base in record.values and row[base] == record.values[base]

    def _resolved(self, value: Any) -> Any:
        """A value with ids in the place of references; a record without an id yet gives `Ref` itself."""
        if isinstance(value, Ref):
            return self.ids.get(value.key, value)
        if isinstance(value, tuple):
            return tuple(self._resolved(member) for member in value)
        return value

    def _check_complete(self, record: Planned) -> None:
        for field in self.env.models[record.model].fields.values():
            if not field.required or field.is_computed or field.default is not None or field.name in record.values:
                continue
            if field.delegate:
                continue  # made together with the record
            if field.is_absent(field.absent):
                self.report.add([record.place.finding(field.wire_name, "", "error", REQUIRED, NOTHING)])

    # -- writing ------------------------------------------------------------------------------------

    def _create(self, model: str, records: Sequence[Planned]) -> Parts:
        """Create records, those first that others of them point at."""
        waiting = list(records)
        while waiting:
            yield None
            ready: list[Planned] = []
            blocked: list[Planned] = []
            for record in waiting:
                (ready if all(ref.key in self.ids for _name, ref in record.refs()) else blocked).append(record)
            # Where all wait for one another or for a later step, what cannot be said yet is said at the end.
            ready, waiting = (ready, blocked) if ready else (blocked, [])
            for chunk in chunks(ready, self.chunk):
                yield partial(self._attempt, chunk, partial(self._create_chunk, model))
                self.progress.advance(len(chunk))

    def _create_chunk(self, model: str, records: Sequence[Planned]) -> None:
        rows, later = [], []
        for record in records:
            row = {}
            for name, planned in record.values.items():
                value = self._resolved(planned)
                if _is_open(value):
                    later.append(record)
                else:
                    row[name] = value
            rows.append(row)
        created = self.env[model].create_many(rows)
        self.env.flush()
        ids = dict(zip((record.key for record in records), created.ids, strict=True))
        self._name(model, {record.external: ids[record.key] for record in records if record.external})
        self.ids.update(ids)
        self._later.extend(later)

    def _change(self, model: str, records: Sequence[Planned], changes: dict[Key, dict[str, Any]]) -> Parts:
        for chunk in chunks(records, self.chunk):
            yield partial(self._attempt, chunk, partial(self._change_chunk, model, changes))
            self.progress.advance(len(chunk))

    def _change_chunk(self, model: str, changes: dict[Key, dict[str, Any]], records: Sequence[Planned]) -> None:
        found = self.env[model].browse(*(self.ids[record.key] for record in records))
        for planned, record in zip(records, found, strict=True):
            values = {name: value for name, value in changes[planned.key].items() if not _is_open(value)}
            if len(values) < len(changes[planned.key]):
                self._later.append(planned)
            record.write(**values)

    def _fill_later(self) -> Parts:
        """The second pass: references to records that did not exist when the record was written."""
        by_model: dict[str, dict[Key, Planned]] = {}
        for record in self._later:
            if record.key in self.ids:
                by_model.setdefault(record.model, {})[record.key] = record
        for model, records in by_model.items():
            yield None
            for record in records.values():
                self.report.add(self._without_refused(record))
            changes: dict[Key, dict[str, Any]] = {}
            yield from self._differences(model, records.values(), changes)
            yield from self._change(model, [records[key] for key in changes], changes)

    def _without_refused(self, record: Planned) -> Iterable[Finding]:
        """Take references to rows that the database refused out of a record, and say so."""
        for name in dict.fromkeys(name for name, ref in record.refs() if ref.key not in self.ids):
            place, column, text = record.origins[name]
            field = self.env.models[record.model].fields[name]
            value = record.values[name]
            known = tuple(member for member in value if not _is_open(self._resolved(member))) if field.many else None
            record.values[name] = known
            reason = _("'{value}' names a row that was left out", value=text)
            yield place.finding(column, text, "note", reason, _("imported without {field}", field=field.label))

    def _attempt(self, records: Sequence[Planned], write: Callable[[Sequence[Planned]], None]) -> None:
        """Write a part; where it is refused, find the rows at fault by halving."""
        if len(self._refused) >= ENOUGH and not self.plan.skip_bad_rows:
            return
        try:
            with self.env.savepoint():
                write(records)
        except UserError as error:
            if len(records) > 1:
                middle = len(records) // 2
                self._attempt(records[:middle], write)
                self._attempt(records[middle:], write)
            else:
                self._refused[records[0].key] = list(self._blame(records[0], error))

    def _blame(self, record: Planned, error: UserError) -> Iterable[Finding]:
        level: Level = "skipped" if self.plan.skip_bad_rows else "error"
        done = _("the row was left out") if self.plan.skip_bad_rows else NOTHING
        problems = error.fields if isinstance(error, Invalid) and error.fields else {"": [str(error)]}
        for name, reasons in problems.items():
            place, column, text = record.origins.get(name, (record.place, name, ""))
            for reason in reasons:
                yield place.finding(column, text, level, reason, done)


def _do(parts: Parts) -> None:
    """Do all parts in the unit of work that there is."""
    for part in parts:
        if part is not None:
            part()


def _translated(record: Planned) -> bool:
    return any(SIGN in name for name in record.values)


def _is_open(value: Any) -> bool:
    """Whether a value names a record that has no id yet."""
    return isinstance(value, Ref) or (isinstance(value, tuple) and any(isinstance(member, Ref) for member in value))
