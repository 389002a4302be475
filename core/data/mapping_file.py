"""Reads a mapping from TOML, and says all that is wrong with it, each with its line and the nearest right word."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, cast

from core.errors import Invalid, nearest
from core.i18n import _

from .cells import can_be_read
from .csvfile import Notation
from .mapping import ON_EMPTY, ON_UNKNOWN, ImportMapping, Join, Source, Step
from .spelling import TRANSFORMS, columns_of

T = TypeVar("T")
NOTATION_KEYS = tuple(item.name for item in fields(Notation) if item.name != "today")
FILE_KEYS = ("name", "prefix", "csv", "files", "skip_bad_rows", "step")
STEP_KEYS = ("name", "file", "rows", "model", "id", "match", "fields", "only", "skip", "join", "update")
SOURCE_KEYS = (
    "column", "columns", "template", "value", "aliases", "values", "otherwise", "transform",
    "format", "separator", "by", "step", "spelling", "empty", "unknown",
)  # fmt: skip


def read_mapping(path: Path) -> ImportMapping:
    """Read and check a mapping file as far as it can be without a database. Raises Invalid with all that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(_("The mapping {file} cannot be read: {reason}.", file=path, reason=error.strerror)) from None
    except UnicodeDecodeError:
        raise Invalid(_("The mapping {file} is not written in UTF-8.", file=path)) from None
    return parse_mapping(text, path.name)


def parse_mapping(text: str, name: str) -> ImportMapping:
    """The mapping that a TOML text describes. name: the file's name, for messages."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(_("{file}: {reason}.", file=name, reason=error)) from None
    return _Reader(name, text).mapping(data)


class _Reader:
    """Collects problems while it turns tables into values."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.starts = [number for number, line in enumerate(self.lines) if re.match(r"\s*\[\[\s*step\s*\]\]", line)]
        self.problems: list[str] = []

    # -- the parts of a mapping ---------------------------------------------------------------------

    def mapping(self, data: dict[str, Any]) -> ImportMapping:
        for key in data:
            self._known({key: None}, FILE_KEYS, self._line_of_key(key))
        notation = self._notation(self._take(data, "csv", dict, {}, 0), Notation())
        files = self._take(data, "files", dict, {}, 0)
        prefix = self._take(data, "prefix", str, "", 0)
        if not re.fullmatch(r"[A-Za-z0-9_]+", prefix):
            self._problem(0, _("'prefix' must be given: letters, digits and _, which the external ids begin with"))
        tables = self._take(data, "step", list, [], 0)
        steps = tuple(self._step(number, table) for number, table in enumerate(tables))
        if not steps:
            self._problem(0, _("there is no [[step]]"))
        self._names(steps)
        notations = {file: self._notation(table, notation) for file, table in files.items()}
        if self.problems:
            raise Invalid("\n".join(self.problems))
        return ImportMapping(
            name=self._take(data, "name", str, self.file, 0),
            file=self.file,
            prefix=prefix,
            steps=steps,
            notation=notation,
            notations=notations,
            skip_bad_rows=self._take(data, "skip_bad_rows", bool, False, 0),
        )

    def _notation(self, table: dict[str, Any], base: Notation) -> Notation:
        for key in table:
            self._known({key: None}, NOTATION_KEYS, self._line_of_key(key))
        given: dict[str, Any] = {}
        for key in NOTATION_KEYS:
            if isinstance(getattr(base, key), tuple):
                given[key] = tuple(self._texts(table, key, 0)) if key in table else getattr(base, key)
            else:
                given[key] = self._take(table, key, str, getattr(base, key), 0)
        if len(given["delimiter"]) != 1:
            self._problem(0, _("'delimiter' must be one character"))
            given["delimiter"] = ","
        if not given["decimal"] or given["decimal"] == given["thousands"]:
            self._problem(0, _("'decimal' and 'thousands' must be two different marks"))
        for key in ("date", "datetime"):
            self._written(key, given[key], self._line_of_key(key))
        return replace(base, **given)

    def _step(self, number: int, table: Any) -> Step:
        line = self.starts[number] + 1 if number < len(self.starts) else 0
        if not isinstance(table, dict):
            self._problem(line, _("a step must be a table"))
            return Step(name="", model="")
        self._known(table, STEP_KEYS, line)
        rows = self._take(table, "rows", list, [], line)
        step = Step(
            name=self._take(table, "name", str, f"step {number + 1}", line),
            model=self._take(table, "model", str, "", line),
            file=self._take(table, "file", str, "", line),
            rows=tuple({key: str(value) for key, value in row.items()} for row in rows if isinstance(row, dict)),
            id=self._take(table, "id", str, "", line),
            match=tuple(self._texts(table, "match", line)),
            sources=tuple(
                self._source(field, value, line, number)
                for field, value in self._take(table, "fields", dict, {}, line).items()
            ),
            only=self._choices(table, "only", line),
            skip=self._choices(table, "skip", line),
            join=tuple(self._joins(table, line)),
            update=self._take(table, "update", bool, True, line),
            line=line,
        )
        self._check_step(step, len(rows))
        return step

    def _check_step(self, step: Step, rows: int) -> None:
        if not step.model:
            self._problem(step.line, _("step '{step}' must name its model", step=step.name))
        if bool(step.file) == bool(rows):
            self._problem(step.line, _("step '{step}' needs a file, or rows of its own", step=step.name))
        if len(step.rows) != rows:
            self._problem(step.line, _("'rows' of step '{step}' must be a list of tables", step=step.name))
        if not step.id and not step.match:
            self._problem(
                step.line,
                _("step '{step}' needs an id such as \"account_{{account}}\", or fields to match", step=step.name),
            )
        if step.id and not columns_of(step.id):
            self._problem(step.line, _("the id of step '{step}' must name a column in braces", step=step.name))
        for field in step.match:
            if all(source.field != field for source in step.sources):
                self._problem(step.line, _("'match' names '{field}', which the step gives no value", field=field))

    def _source(self, field: str, value: Any, step_line: int, number: int) -> Source:
        line = self._line_of(field, number) or step_line
        if isinstance(value, str):
            return Source(field=field, columns=(value,), line=line)
        if not isinstance(value, dict):
            self._problem(line, _("'{field}' must be a column or a table; a constant is {{ value = … }}", field=field))
            return Source(field=field)
        self._known(value, SOURCE_KEYS, line)
        self._written("format", self._take(value, "format", str, "", line), line)
        templates = tuple(self._texts(value, "template", line))
        columns = tuple(self._texts(value, "columns", line)) or tuple(self._texts(value, "column", line))
        if len([key for key in ("column", "columns", "template", "value") if key in value]) != 1:
            self._problem(line, _("'{field}' needs one of: column, columns, template, value", field=field))
        if "values" not in value and "otherwise" in value:
            self._problem(line, _("'otherwise' of '{field}' goes with 'values'", field=field))
        if "by" in value and "step" in value:
            self._problem(line, _("'{field}' is found by a field or in a step, not both", field=field))
        if "columns" in value and "step" not in value:
            self._problem(line, _("'columns' of '{field}' goes with 'step'; join texts by 'template'", field=field))
        return Source(
            field=field,
            columns=columns or columns_of(*templates),
            templates=templates,
            value=value.get("value"),
            aliases=self._take(value, "aliases", dict, {}, line),
            values=value.get("values"),
            otherwise=value.get("otherwise"),
            transform=tuple(self._among(value, "transform", TRANSFORMS, line)),
            format=self._take(value, "format", str, "", line),
            separator=self._take(value, "separator", str, "", line),
            by=self._take(value, "by", str, "", line),
            step=self._take(value, "step", str, "", line),
            exact="exact" in self._among(value, "spelling", ("exact", "loose"), line),
            empty=cast(Any, next(iter(self._among(value, "empty", ON_EMPTY, line)), "clear")),
            unknown=cast(Any, next(iter(self._among(value, "unknown", ON_UNKNOWN, line)), "stop")),
            line=line,
        )

    def _joins(self, table: dict[str, Any], line: int) -> Iterable[Join]:
        given = table.get("join", [])
        for item in given if isinstance(given, list) else [given]:
            if not isinstance(item, dict) or not item.get("file") or not isinstance(item.get("on"), str | dict):
                self._problem(line, _('\'join\' must be { file = "other.csv", on = "column" }'))
                continue
            self._known(item, ("file", "on"), line)
            on = item["on"]
            yield Join(item["file"], {on: on} if isinstance(on, str) else on)

    def _choices(self, table: dict[str, Any], key: str, line: int) -> dict[str, tuple[str, ...]]:
        given = self._take(table, key, dict, {}, line)
        return {column: tuple(self._texts(given, column, line)) for column in given}

    def _names(self, steps: tuple[Step, ...]) -> None:
        by_name = {step.name: step for step in steps}
        if len(by_name) != len(steps):
            self._problem(0, _("two steps have the same name"))
        for step in steps:
            for source in step.sources:
                if source.step and source.step not in by_name:
                    hint = nearest(source.step, by_name) or _("known: {names}", names=", ".join(by_name))
                    self._problem(source.line, _("there is no step '{step}'; {hint}", step=source.step, hint=hint))
                elif source.step and len(by_name[source.step].key) != len(source.columns) and source.columns:
                    key = ", ".join(by_name[source.step].key)
                    self._problem(source.line, _("rows of step '{step}' are told by: {key}", step=source.step, key=key))

    def _written(self, key: str, form: str, line: int) -> None:
        if not can_be_read(form):
            example = "%d/%m/%Y"
            self._problem(
                line,
                _("'{key}' cannot be '{form}'; write dates as in {example}", key=key, form=form, example=example),
            )

    # -- what is asked of a table -------------------------------------------------------------------

    def _take(self, table: Mapping[str, Any], key: str, kind: type[T], default: T, line: int) -> T:
        value = table.get(key, default)
        if isinstance(value, kind):
            return value
        words = {str: _("a text"), bool: _("true or false"), list: _("a list"), dict: _("a table")}
        self._problem(line, _("'{key}' must be {kind}", key=key, kind=words[cast(Any, kind)]))
        return default

    def _texts(self, table: Mapping[str, Any], key: str, line: int) -> list[str]:
        value = table.get(key, [])
        texts = value if isinstance(value, list) else [value]
        if all(isinstance(text, str) for text in texts):
            return texts
        self._problem(line, _("'{key}' must be a text or a list of texts", key=key))
        return []

    def _among(self, table: Mapping[str, Any], key: str, known: Iterable[str], line: int) -> list[str]:
        texts = self._texts(table, key, line)
        for text in texts:
            if text not in known:
                choices = ", ".join(known)
                self._problem(
                    line, _("'{key}' cannot be '{text}'; one of: {choices}", key=key, text=text, choices=choices)
                )
        return texts

    def _known(self, table: Mapping[str, Any], keys: Iterable[str], line: int) -> None:
        for key in table:
            if key not in keys:
                self._problem(
                    line, _("'{key}' means nothing here; {hint}", key=key, hint=nearest(key, keys) or ", ".join(keys))
                )

    def _line_of(self, field: str, number: int) -> int:
        """The line on which a step gives a field, as well as a search can tell; 0 where it cannot."""
        if number >= len(self.starts):
            return 0
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.lines)
        name = re.escape(field)
        header = re.compile(rf"\s*\[step\.fields(\.[\"']?{name}[\"']?)?\]")
        inline = re.compile(rf"\s*fields\s*\.\s*[\"']?{name}[\"']?\s*=")
        below = re.compile(rf"\s*[\"']?{name}[\"']?\s*=")
        inside = False
        for line in range(self.starts[number], end):
            text = self.lines[line]
            found = header.match(text)
            inside = inside or found is not None
            if inline.match(text) or (inside and below.match(text)) or (found and found[1]):
                return line + 1
        return 0

    def _line_of_key(self, key: str) -> int:
        """The first line before the steps that begins with a key, or is the head of its table; 0 where none does."""
        head = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[\]=.]")
        before = self.starts[0] if self.starts else len(self.lines)
        return next((number for number, line in enumerate(self.lines[:before], start=1) if head.match(line)), 0)

    def _problem(self, line: int, text: str) -> None:
        self.problems.append(f"{self.file}:{line}: {text}" if line else f"{self.file}: {text}")
