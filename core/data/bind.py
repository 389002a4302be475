"""A mapping against the models that are enabled and the files that are there: every name in it must exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import Invalid, nearest
from core.i18n import _
from core.orm.fields.base import Field
from core.orm.registry import ModelInfo, Models

from .csvfile import Row, Table, read_table
from .mapping import ImportMapping, Join, Source, Step


class BoundSource:
    """A source with the field that it fills, and the field of the target that its text names."""

    def __init__(self, source: Source, field: Field[Any], by: Field[Any] | None = None) -> None:
        self.source, self.field, self.by = source, field, by


@dataclass(frozen=True)
class BoundStep:
    """A step with its model, its fields and its file. columns: those of the joined files are among them."""

    step: Step
    info: ModelInfo
    sources: tuple[BoundSource, ...]
    table: Table
    joined: Mapping[str, Table]

    @property
    def file(self) -> str:
        return self.table.name


def bind(mapping: ImportMapping, models: Models, folder: Path) -> list[BoundStep]:
    """Read the files and resolve every name. Raises Invalid with all that is wrong, a line each."""
    return _Binder(mapping, models, folder).steps()


class _Binder:
    def __init__(self, mapping: ImportMapping, models: Models, folder: Path) -> None:
        self.mapping, self.models, self.folder = mapping, models, folder
        self.tables: dict[str, Table | None] = {}
        self.problems: list[str] = []

    def steps(self) -> list[BoundStep]:
        bound = [found for step in self.mapping.steps if (found := self._step(step)) is not None]
        if self.problems:
            raise Invalid("\n".join(dict.fromkeys(self.problems)))
        return bound

    def _step(self, step: Step) -> BoundStep | None:
        table = self._table(step.file) if step.file else _own_rows(step, self.mapping.file)
        joined = {join.file: found for join in step.join if (found := self._table(join.file)) is not None}
        if step.model not in self.models:
            self._problem(step.line, _("model '{model}' is not enabled; {hint}"), step.model, self.models, name="model")
            return None
        info = self.models[step.model]
        sources = tuple(item for source in step.sources if (item := self._source(source, info)) is not None)
        if table is None or len(joined) != len(step.join):
            return None
        self._columns(step, table, joined)
        return BoundStep(step, info, sources, table, joined)

    def _table(self, file: str) -> Table | None:
        if file not in self.tables:
            try:
                self.tables[file] = read_table(self.folder / file, self.mapping.notation_of(file), file)
            except Invalid as error:
                self.problems.append(str(error))
                self.tables[file] = None
        return self.tables[file]

    def _source(self, source: Source, info: ModelInfo) -> BoundSource | None:
        field = info.by_wire.get(source.field)
        if field is None:
            text = _("field '{field}' is not on {model}; {hint}")
            self._problem(source.line, text, source.field, info.by_wire, name="field", model=info.name)
            return None
        reason = _unfit(field, source)
        if reason:
            self.problems.append(self._at(source.line) + reason)
            return None
        if not source.by:
            return BoundSource(source, field)
        target = self.models[field.target]
        plain = {name: item for name, item in target.by_wire.items() if item.stored and not item.target}
        if source.by not in plain:
            text = _("'by' names '{by}', which is no plain field of {model}; {hint}")
            self._problem(source.line, text, source.by, plain, name="by", model=target.name)
            return None
        return BoundSource(source, field, plain[source.by])

    def _columns(self, step: Step, table: Table, joined: Mapping[str, Table]) -> None:
        known = list(table.columns)
        for join in step.join:
            for own, other in join.on.items():
                self._column(step.line, own, known, table.name)
                self._column(step.line, other, joined[join.file].columns, join.file)
            known += joined[join.file].columns
        wanted = [(step.line, column) for column in (*step.key, *step.only, *step.skip)]
        wanted += [(source.line, column) for source in step.sources for column in source.columns]
        for line, column in wanted:
            self._column(line, column, known, table.name)

    def _column(self, line: int, column: str, known: Iterable[str], file: str) -> None:
        if column not in known:
            self._problem(
                line, _("column '{column}' is not in {file}; {hint}"), column, known, name="column", file=file
            )

    def _problem(self, line: int, text: str, wrong: str, known: Iterable[str], *, name: str, **values: object) -> None:
        hint = nearest(wrong, known) or _("known: {names}", names=", ".join(sorted(known)))
        self.problems.append(self._at(line) + _(text, **{name: wrong, "hint": hint, **values}))

    def _at(self, line: int) -> str:
        return f"{self.mapping.file}:{line}: " if line else f"{self.mapping.file}: "


def _unfit(field: Field[Any], source: Source) -> str:
    """Why the field cannot be filled like this, or an empty text."""
    if not field.editable:
        return _("field '{field}' is computed and cannot be imported", field=source.field)
    if field.readonly:
        return _("field '{field}' is read-only and cannot be imported", field=source.field)
    if field.kind == "one2many":
        return _("field '{field}' is a list of other records: give them a step of their own", field=source.field)
    if (source.by or source.step) and not field.target:
        return _("field '{field}' points at no record, so 'by' and 'step' mean nothing for it", field=source.field)
    if source.separator and not field.many:
        return _("field '{field}' holds one value, so 'separator' means nothing for it", field=source.field)
    return ""


def _own_rows(step: Step, name: str) -> Table:
    """The rows that are written in the mapping itself, as a table."""
    columns = tuple(dict.fromkeys(column for row in step.rows for column in row))
    rows = [Row(step.line, {column: row.get(column, "") for column in columns}) for row in step.rows]
    return Table(name, columns, rows)


def rows_of(bound: BoundStep) -> list[Row]:
    """The rows that the step takes, with the columns of the joined files."""
    step = bound.step
    rows: list[Row] = list(bound.table.rows)
    for join in step.join:
        rows = _joined(rows, join, bound.joined[join.file])
    return [row for row in rows if _wanted(row, step)]


def _wanted(row: Row, step: Step) -> bool:
    if any(row.cells[column] not in texts for column, texts in step.only.items()):
        return False
    return all(row.cells[column] not in texts for column, texts in step.skip.items())


def _joined(rows: Iterable[Row], join: Join, table: Table) -> list[Row]:
    """Each row with the cells of the first row of the other file that has the same texts; empty ones where none has."""
    others: dict[tuple[str, ...], Mapping[str, str]] = {}
    for other in table.rows:
        others.setdefault(tuple(other.cells[column] for column in join.on.values()), other.cells)
    nothing = dict.fromkeys(table.columns, "")
    return [
        Row(row.line, {**others.get(tuple(row.cells[column] for column in join.on), nothing), **row.cells})
        for row in rows
    ]
