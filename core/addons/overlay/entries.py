"""What a database can say about its models, as values; and the text of it that is kept beside the records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

FIELDS = "ir.model.fields"
CHANGES = "ir.field.change"
MODELS = "ir.model"
PRECISION = "decimal.precision"
SOURCES = (MODELS, FIELDS, CHANGES, PRECISION)
"""The models whose records make the overlay."""

OWNER = "(overlay)"
"""Whom the ledger names as the owner of its columns; no addon can be called that."""
PREFIX = "x_"
"""How the names of added fields begin, and no others."""


@dataclass(frozen=True)
class Entry:
    """One record of a source. id: the record's. model: the model that it speaks of."""

    source: ClassVar[str] = ""
    id: int
    model: str

    @property
    def key(self) -> tuple[str, int]:
        """Which record it is."""
        return self.source, self.id

    @property
    def where(self) -> str:
        """What stands for file and line in messages about its declarations."""
        return f"{self.source},{self.id}"


@dataclass(frozen=True)
class Placed(Entry):
    """A field with its words and its places. on_form, on_list: "" is as it would be, "shown" or "hidden".

    after_form, after_list: the field behind which it stands, by name; empty is the end.
    """

    name: str
    label: str = ""
    label_vi: str = ""
    help: str = ""
    help_vi: str = ""
    digits: int = 0
    on_form: str = ""
    after_form: str = ""
    on_list: str = ""
    after_list: str = ""


@dataclass(frozen=True)
class Added(Placed):
    """A field of the database's own. options: a line for each, `value = label | Vietnamese label`. default: as typed.

    roles: keys of those that see it, all where there are none. target: the model that a link points at.
    active: one that is not is kept in the database and composed nowhere.
    """

    source = FIELDS
    kind: str = "char"
    required: bool = False
    default: str = ""
    options: str = ""
    target: str = ""
    searched: bool = False
    total: bool = False
    roles: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True)
class Changed(Placed):
    """Other words, places or digits for a field of an addon. digits: 0 is as declared."""

    source = CHANGES


@dataclass(frozen=True)
class Renamed(Entry):
    """Other words for a kind of record."""

    source = MODELS
    label: str = ""
    label_vi: str = ""
    plural: str = ""
    plural_vi: str = ""


@dataclass(frozen=True)
class Overlay:
    """All of it. number: rises with each change. digits: use of a number → digits after the point."""

    number: int = 0
    added: tuple[Added, ...] = ()
    changed: tuple[Changed, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    digits: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries or self.digits)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every record of it, added fields first: changes may name them."""
        return (*self.added, *self.changed, *self.renamed)

    def entry(self, key: tuple[str, int]) -> Entry | None:
        """The entry of a record."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Overlay:
        """What `text` gave. A word that this version does not know is passed over."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            data["number"],
            tuple(_made(Added, item | {"roles": tuple(item["roles"])}) for item in data["added"]),
            tuple(_made(Changed, item) for item in data["changed"]),
            tuple(_made(Renamed, item) for item in data["renamed"]),
            data["digits"],
        )


def _made(kind: type[Any], item: Mapping[str, Any]) -> Any:
    return kind(**{name: value for name, value in item.items() if name in kind.__dataclass_fields__})
