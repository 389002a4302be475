"""What a set of addons composes to: every model's final class, its fields and its table. Immutable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DeclarationError, nearest
from core.orm.archived import ACTIVE
from core.orm.fields.aggregate import Aggregate
from core.orm.fields.base import Field
from core.orm.fields.kinds import LONG
from core.orm.tables import HISTORY, SEAL, UNIT
from core.orm.variants import named

if TYPE_CHECKING:
    from core.orm.access.table import AccessTable
    from core.orm.compute import Graph
    from core.orm.constraints import DatabaseConstraint
    from core.orm.model import Model
    from core.orm.states.lifecycle import Lifecycle
    from core.orm.tables import TriggerSpec


@dataclass(frozen=True)
class Pointer:
    """A many-to-one of some model that points at this one.

    by_name: whether it is a reference, which keeps the name of the model with the id.
    """

    model: str
    field: str
    on_delete: str
    by_name: bool = False


@dataclass(frozen=True)
class Through:
    """The model whose records are the links of a many-to-many, and its many-to-ones to the two ends."""

    info: ModelInfo
    near: str
    far: str


@dataclass(eq=False)
class ModelInfo:
    """All that a registry knows about one model. Filled while composing, and not changed afterwards."""

    name: str
    cls: type[Model]
    addon: str
    label: str
    label_plural: str
    title: str
    order: tuple[str, ...]
    fields: dict[str, Field[Any]]
    field_addons: dict[str, str]
    history: bool
    constraints: tuple[DatabaseConstraint, ...]
    checks: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    """Python constraints: method name, and the paths that it names."""
    lifecycle: Lifecycle | None = None
    """The states of the records and the moves between them, where the model declares some."""
    table: sa.Table = field(init=False)
    link_tables: dict[str, sa.Table] = field(default_factory=dict)
    sides: dict[str, sa.Table] = field(default_factory=dict)
    """What values differ by → the table of these values; see `core.orm.variants`."""
    varying: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Field → what its value differs by, itself or since it follows from one that does."""
    varied_checks: frozenset[str] = frozenset()
    """Constraints that look at values which differ."""
    varied_order: bool = False
    """Whether lists of the records are ordered by values which differ."""
    throughs: dict[str, Through] = field(default_factory=dict)
    """Many-to-many → the model of its links, where these are records."""
    links: set[str] = field(default_factory=set)
    """The models at either end of the lists whose links are this model's records."""
    _aliases: dict[str, Any] = field(default_factory=dict, repr=False)
    pointers: list[Pointer] = field(default_factory=list)
    delegates: tuple[str, ...] = ()
    """The many-to-ones whose targets' fields are the records' own."""
    ways: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """Computed field → its dependencies, where one of them leads through a delegated field."""
    parent: str = ""
    """The many-to-one that makes a tree of the records, or ""."""
    ordering: set[str] = field(default_factory=set)
    """The fields that lists of the records are ordered by."""
    ranks: dict[str, int] = field(default_factory=dict)
    """Computed field → its place in the order of settling."""
    guards: dict[str, tuple[tuple[str, ...] | None, ...]] = field(default_factory=dict)
    """Field → role sets of which the reader needs one each; `None` is nobody. Open fields are not in it."""

    def field(self, name: str, where: str = "") -> Field[Any]:
        """The field of that name. Raises DeclarationError with the nearest right one."""
        try:
            return self.fields[name]
        except KeyError:
            raise DeclarationError(
                f"field '{name}' is not on {self.name}", where=where, hint=nearest(name, self.fields)
            ) from None

    def link(self, field: Field[Any], *, alias: bool = False) -> tuple[Any, Any, Any]:
        """The link table of a many-to-many, its column of this model's ids, and that of the other end's."""
        through = self.throughs.get(field.name)
        table: Any = self.link_tables[field.name] if through is None else through.info.table
        if alias:
            table = table.alias()
        if through is not None:
            return table, table.c[through.near], table.c[through.far]
        near, far = (table.c.right_id, table.c.left_id) if field.flipped else (table.c.left_id, table.c.right_id)
        return table, near, far

    def alias(self, place: str) -> Any:
        """The table under another name in a statement; made once for each place, since making one is slow."""
        found = self._aliases.get(place)
        if found is None:
            found = self._aliases[place] = self.table.alias(f"{self.table.name}_{place}")
        return found

    @cached_property
    def by_wire(self) -> dict[str, Field[Any]]:
        """Wire name → field."""
        return named({item.wire_name: item for item in self.fields.values()})

    @cached_property
    def stored(self) -> tuple[Field[Any], ...]:
        """The fields that have a column in the model's own table."""
        return tuple(item for item in self.fields.values() if not item.many and item.stored)

    @cached_property
    def archivable(self) -> bool:
        """Whether records can be archived: they have a yes-or-no field `active` that a column keeps."""
        field = self.fields.get(ACTIVE)
        return field is not None and field.kind == "boolean" and (field.stored or field.via_stored)

    @cached_property
    def light(self) -> tuple[str, ...]:
        """Names of the stored fields that are read together; long texts wait until they are asked for."""
        return tuple(item.name for item in self.stored if item.kind not in LONG)

    @cached_property
    def derived(self) -> tuple[Field[Any], ...]:
        """The stored computed fields, in the order in which they settle."""
        return tuple(sorted((item for item in self.stored if item.is_computed), key=lambda item: self.ranks[item.name]))

    @cached_property
    def virtual(self) -> frozenset[str]:
        """Names of the computed fields and figures that no column keeps."""
        return frozenset(item.name for item in self.fields.values() if item.is_computed and not item.stored)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Names of the fields that hold files."""
        return tuple(item.name for item in self.stored if item.kind in ("binary", "image"))

    @cached_property
    def aggregates(self) -> frozenset[str]:
        return frozenset(item.name for item in self.fields.values() if isinstance(item, Aggregate) and not item.via)


class Models(Mapping[str, ModelInfo]):
    """The models of a registry by name, with their access, dependencies and tables."""

    def __init__(self, infos: dict[str, ModelInfo], metadata: sa.MetaData, triggers: tuple[TriggerSpec, ...]) -> None:
        self._infos = infos
        self.metadata = metadata
        self.triggers = triggers
        self.graph: Graph
        self.access: AccessTable
        self.delegating = False
        self.searching = False
        """Whether any computed field says what a filter on it means."""
        self._ways: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self.caches: dict[str, dict[Any, Any]] = {}
        """What upper layers derive from the models and keep as long as they live, by layer."""

    def __getitem__(self, name: str) -> ModelInfo:
        try:
            return self._infos[name]
        except KeyError:
            raise DeclarationError(f"model '{name}' is not enabled", hint=nearest(name, self._infos)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def __len__(self) -> int:
        return len(self._infos)

    def through(self, model: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """A path with the relations that delegated fields on it lead through; unknown names stay as they are."""
        if not self.delegating:
            return names
        found = self._ways.get((model, names))
        if found is None:
            found = self._through(model, names)
            if len(self._ways) < 10_000:  # what people may ask for has no end
                self._ways[model, names] = found
        return found

    def _through(self, model: str, names: tuple[str, ...]) -> tuple[str, ...]:
        info: ModelInfo | None = self[model]
        way: list[str] = []
        for name in names:
            field = info.fields.get(name) if info is not None else None
            while info is not None and field is not None and field.via:
                way.append(field.via)
                info = self._infos[info.fields[field.via].target]
                field = info.fields[name]
            way.append(name)
            info = self._infos.get(field.target) if field is not None and field.target else None
        return tuple(way)

    @property
    def history(self) -> sa.Table:
        return self.metadata.tables[HISTORY]

    @property
    def units(self) -> sa.Table:
        return self.metadata.tables[UNIT]

    @property
    def seals(self) -> sa.Table:
        return self.metadata.tables[SEAL]
