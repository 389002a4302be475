"""What a mapping file says: which rows of which files become which records. `docs/import.md` describes it for its
writers; `core.data.mapping_file` reads it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .csvfile import Notation
from .spelling import columns_of

OnEmpty = Literal["clear", "keep", "report", "skip", "stop"]
OnUnknown = Literal["report", "skip", "stop"]
ON_EMPTY: tuple[OnEmpty, ...] = get_args(OnEmpty)
ON_UNKNOWN: tuple[OnUnknown, ...] = get_args(OnUnknown)


@dataclass(frozen=True)
class Source:
    """Where the value of one field comes from.

    field: the field's wire name. columns and templates: the text is the column's, or the first template whose
    columns all have a text; neither, and `value` stands for every row. aliases: text → the text to take for it.
    values: text → value, for all texts that may occur; `otherwise` for those that it does not name.
    transform, format, separator: what is done with the text; a separator makes a list of it.
    by: the wire name of the target's field that the text names; step: the step whose row it names;
    neither, and the text is an external id. exact: only that very spelling is the same name.
    empty, unknown: what to do where there is no text, and where the text leads nowhere.
    """

    field: str
    columns: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    value: Any = None
    aliases: Mapping[str, str] = dataclasses.field(default_factory=dict)
    values: Mapping[str, Any] | None = None
    otherwise: Any = None
    transform: tuple[str, ...] = ()
    format: str = ""
    separator: str = ""
    by: str = ""
    step: str = ""
    exact: bool = False
    empty: OnEmpty = "clear"
    unknown: OnUnknown = "stop"
    line: int = 0

    @property
    def column(self) -> str:
        """The columns as a report names them."""
        return " + ".join(self.columns)


@dataclass(frozen=True)
class Join:
    """Another file whose columns are added to each row. on: this step's column → the other file's column."""

    file: str
    on: Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """The rows of one file, each of which becomes a record of one model.

    id: template of the external id, without the mapping's prefix. match: wire names of fields whose values
    tell that a record is already there. only, skip: column → texts; rows that have them, or have not.
    rows: written in the mapping itself, where there is no file. update: whether records that are there get
    the values of the file. verbatim: the id's column holds external ids as they are.
    """

    name: str
    model: str
    file: str = ""
    rows: tuple[Mapping[str, str], ...] = ()
    id: str = ""
    match: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    only: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    skip: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    join: tuple[Join, ...] = ()
    update: bool = True
    verbatim: bool = False
    line: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell one record of this step from another."""
        if self.id:
            return columns_of(self.id)
        matching = [source for source in self.sources if source.field in self.match]
        return tuple(dict.fromkeys(column for source in matching for column in source.columns))


@dataclass(frozen=True)
class ImportMapping:
    """A whole mapping file.

    name: what it is called. file: its own name, for messages. prefix: what external ids begin with.
    skip_bad_rows: a row with a mistake is left out and reported; otherwise a single one keeps everything
    from being imported.
    """

    name: str
    file: str
    prefix: str
    steps: tuple[Step, ...]
    notation: Notation = dataclasses.field(default_factory=Notation)
    notations: Mapping[str, Notation] = dataclasses.field(default_factory=dict)
    skip_bad_rows: bool = False

    def notation_of(self, file: str) -> Notation:
        return self.notations.get(file, self.notation)

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)
