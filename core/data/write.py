"""Writes a plan: finds what is there already, creates what is not, and changes what differs.

Everything goes through the ordinary write pipeline, in batches, so computed values, constraints and history
are those of any other change. The transaction is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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


class Undone(Exception):
    """Some rows cannot be written; what was written must be rolled back. They are in the report."""


class Writer:
    """Writes one plan in one unit of work. ids: record of the plan → its id, as far as it has one."""

    def __init__(self, unit: UnitOfWork, plan: Plan, report: Report, progress: Progress | None = None) -> None:
        # What an addon ships is English, whatever the main language of the database is.
        self.env = unit.system_env().in_language("en") if plan.addon else unit.system_env()
        self.dry = not unit.writable
        self.external = External(unit)
        self.plan, self.report, self.progress = plan, report, progress or Silent()
        self.ids: dict[Key, int] = {}
        self._later: list[Planned] = []
        self._refused: dict[Key, list[Finding]] = {}

    def preview(self) -> None:
        """Count what would be done, without writing, and report new records that lack something required."""
        self.dry = True
        self._find()
        for step in self.plan.steps:
            there, new = self._divide(step)
            count = self._count(step)
            changed = self._differences(step.model, there)
            count.created, count.updated = len(new), len(changed)
            count.unchanged = len(there) - len(changed)
            for record in new:
                self._check_complete(record)

    def write(self) -> None:
        """Write everything. Raises Undone where rows were refused that must not be left out."""
        self._find()
        for step in self.plan.steps:
            there, new = self._divide(step)
            count = self._count(step)
            self.progress.begin(_("Writing {step}", step=step.name), len(step.records))
            self._create(step.model, new)
            changes = self._differences(step.model, there)
            self._change(step.model, [record for record in there if record.key in changes], changes)
            self.progress.advance(len(there) - len(changes))
            refused = [record.key for record in (*new, *there) if record.key in self._refused]
            count.skipped += len(refused)
            count.created = sum(record.key in self.ids for record in new)
            count.updated = len(changes) - sum(key in changes for key in refused)
            count.unchanged = len(there) - len(changes)
        self._fill_later()
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

    def _find(self) -> None:
        """Learn the ids of all records that are there: each may be pointed at from any step."""
        for step in self.plan.steps:
            self._by_external_id(step)
            self._by_match(step)

    def _divide(self, step: PlannedStep) -> tuple[list[Planned], list[Planned]]:
        """(records that are there, records that are new)."""
        self._by_match(step)  # again: it may be matched by what an earlier step has created just now
        there = [record for record in step.records if record.key in self.ids]
        return there, [record for record in step.records if record.key not in self.ids]

    def _by_external_id(self, step: PlannedStep) -> None:
        records = {record.external: record for record in step.records if record.external}
        stored = self.external.resolve(records)
        for name in records:
            model = stored[name][0] if name in stored else step.model
            if model != step.model:
                text = _("The external id '{name}' belongs to a record of {model}; choose another prefix or id.")
                raise Invalid(_(text, name=name, model=model))
        alive: set[int] = set()
        for chunk in chunks((identity for _model, identity in stored.values()), CHUNK):
            condition = Condition(step.model, ("id",), "in", tuple(chunk))
            alive.update(row["id"] for row in self.env[step.model].values(["id"], condition))
        # A record that was deleted meanwhile is made anew, and its external id moved to the new one.
        self.ids.update({records[name].key: identity for name, (_m, identity) in stored.items() if identity in alive})

    def _by_match(self, step: PlannedStep) -> None:
        waiting: dict[tuple[str, ...], dict[tuple[Any, ...], Planned]] = {}
        for record in step.records:
            if record.match and record.key not in self.ids:
                values = tuple(self._resolved(record.values.get(name)) for name in record.match)
                if not any(_is_open(value) for value in values):
                    waiting.setdefault(record.match, {}).setdefault(values, record)
        taken = {identity for key, identity in self.ids.items() if key[0] == step.model} if waiting else set()
        adopted: dict[str, int] = {}
        known = self.env[step.model].with_archived()
        for names, records in waiting.items():
            for chunk in chunks(records, CHUNK):
                condition = Condition(step.model, (names[0],), "in", tuple({values[0] for values in chunk}))
                for row in known.values(["id", *names], condition, order=["id"]):
                    same = records.get(tuple(row[name] for name in names))
                    # A record stands for one row only: another row that looks like it is a new one, or a mistake.
                    if same is not None and same.key not in self.ids and row["id"] not in taken:
                        self.ids[same.key] = row["id"]
                        taken.add(row["id"])
                        if same.external:
                            adopted[same.external] = row["id"]
        self._name(step.model, adopted)

    def _name(self, model: str, ids: dict[str, int]) -> None:
        if ids and not self.dry:
            self.external.set(model, ids, addon=self.plan.addon, origin=self.plan.origin)

    def _differences(self, model: str, records: Iterable[Planned]) -> dict[Key, dict[str, Any]]:
        """Record → field → new value, of those that are not as the plan has them. Lists are only ever added to."""
        found: dict[Key, dict[str, Any]] = {}
        for chunk in chunks((record for record in records if not record.keep or _translated(record)), CHUNK):
            names = list(dict.fromkeys(name for record in chunk for name in record.values))
            condition = Condition(model, ("id",), "in", tuple(self.ids[record.key] for record in chunk))
            stored = {row["id"]: row for row in self.env[model].values(["id", *names], condition)}
            for record in chunk:
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
        return found

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

    def _create(self, model: str, records: Sequence[Planned]) -> None:
        """Create records, those first that others of them point at."""
        waiting = list(records)
        while waiting:
            ready: list[Planned] = []
            blocked: list[Planned] = []
            for record in waiting:
                (ready if all(ref.key in self.ids for _name, ref in record.refs()) else blocked).append(record)
            # Where all wait for one another or for a later step, what cannot be said yet is said at the end.
            ready, waiting = (ready, blocked) if ready else (blocked, [])
            for chunk in chunks(ready, CHUNK):
                self._attempt(chunk, lambda part: self._create_chunk(model, part))
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

    def _change(self, model: str, records: Sequence[Planned], changes: dict[Key, dict[str, Any]]) -> None:
        for chunk in chunks(records, CHUNK):
            self._attempt(chunk, lambda part: self._change_chunk(model, part, changes))
            self.progress.advance(len(chunk))

    def _change_chunk(self, model: str, records: Sequence[Planned], changes: dict[Key, dict[str, Any]]) -> None:
        found = self.env[model].browse(*(self.ids[record.key] for record in records))
        for planned, record in zip(records, found, strict=True):
            values = {name: value for name, value in changes[planned.key].items() if not _is_open(value)}
            if len(values) < len(changes[planned.key]):
                self._later.append(planned)
            record.write(**values)

    def _fill_later(self) -> None:
        """The second pass: references to records that did not exist when the record was written."""
        by_model: dict[str, dict[Key, Planned]] = {}
        for record in self._later:
            if record.key in self.ids:
                by_model.setdefault(record.model, {})[record.key] = record
        for model, records in by_model.items():
            for record in records.values():
                self.report.add(self._without_refused(record))
            changes = self._differences(model, records.values())
            self._change(model, [records[key] for key in changes], changes)

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


def _translated(record: Planned) -> bool:
    return any(SIGN in name for name in record.values)


def _is_open(value: Any) -> bool:
    """Whether a value names a record that has no id yet."""
    return isinstance(value, Ref) or (isinstance(value, tuple) and any(isinstance(member, Ref) for member in value))
