"""What a registry holds of its views: every field found, every text in its place, nothing left to check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.orm.filter import Filter

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo
    from core.views.nodes import Where


@dataclass(frozen=True)
class FieldAt:
    """A field that a view shows.

    steps: (model, field), one a hop, from the view's model to the field. target_info: the model that a
    relation points at.
    """

    names: tuple[str, ...]
    steps: tuple[tuple[ModelInfo, Field[Any]], ...]
    target_info: ModelInfo | None = None

    @property
    def path(self) -> str:
        """The dotted path, as `Collection.values` takes it."""
        return ".".join(self.names)

    @property
    def info(self) -> ModelInfo:
        """The model that has the field."""
        return self.steps[-1][0]

    def field(self) -> Field[Any]:
        """The field itself. (A method, since a field is a descriptor and an attribute would be read through it.)"""
        return self.steps[-1][1]

    @property
    def kind(self) -> str:
        return self.field().kind

    @property
    def target(self) -> str:
        """The model that a relation points at; empty of other fields."""
        return self.field().target

    @property
    def direct(self) -> bool:
        """Whether it is a field of the view's own model."""
        return len(self.names) == 1

    def readable(self, env: Env) -> bool:
        """Whether the environment may read every hop."""
        return all(env[info.name].can("read") and env[info.name].readable(step.name) for info, step in self.steps)


DATES = frozenset({"date", "datetime"})
GROUPED = frozenset({"many2one", "selection", "boolean", "char", "integer"}) | DATES
"""Kinds of field that records can be grouped by."""


def groups_by(at: FieldAt) -> bool:
    """Whether records can be grouped by a field."""
    return at.kind in GROUPED and is_kept(at)


def is_kept(at: FieldAt) -> bool:
    """Whether the database itself has the value, one for each record."""
    return all((field.stored or field.via_stored) and not field.many for _info, field in at.steps)


@dataclass(frozen=True)
class ShownAt:
    """A field with how it is shown.

    tones: (colour, the records that have it). due: where a date is a deadline. watched: the fields that these
    filters look at, to be read along.
    """

    at: FieldAt
    label: str = ""
    widget: str = ""
    tones: tuple[tuple[str, Filter], ...] = ()
    due: Filter | None = None
    watched: tuple[FieldAt, ...] = ()


@dataclass(frozen=True)
class ColumnAt(ShownAt):
    """A column of a list, or a field that a search looks through. in_foot: only its total is shown. optional: "show" or
    "hide", of a column that is offered to be chosen."""

    total: bool = False
    in_foot: bool = False
    optional: str = ""


@dataclass(frozen=True)
class WidgetAt(ShownAt):
    """A field on a form. columns: what the table of a to-many relation shows."""

    readonly: bool = False
    columns: tuple[ColumnAt, ...] = ()


@dataclass(frozen=True)
class GroupAt:
    """Fields that belong together, or a tab."""

    key: str
    label: str
    items: tuple[ItemAt, ...]


@dataclass(frozen=True)
class TabsAt:
    """Pages of which one is seen at a time."""

    key: str
    tabs: tuple[GroupAt, ...]


ItemAt = WidgetAt | GroupAt | TabsAt


@dataclass(frozen=True)
class ButtonAt:
    """A verb that people may call."""

    verb: str
    label: str
    main: bool = False
    when: Filter | None = None
    roles: tuple[str, ...] = ()
    confirm: str = ""
    icon: str = ""

    def offered(self, env: Env) -> bool:
        """Whether the environment has one of the roles that it is for."""
        return not self.roles or env.elevated or any(env.has_role(role) for role in self.roles)


@dataclass(frozen=True)
class FacetAt:
    """A filter that people switch on by its name."""

    key: str
    label: str
    where: Where
    group: str = ""

    def filter(self, env: Env) -> Filter:
        return self.where if isinstance(self.where, Filter) else self.where(env)


@dataclass(frozen=True)
class ListView:
    """A list of a model."""

    model: ModelInfo
    key: str
    label: str
    columns: tuple[ColumnAt, ...]
    order: tuple[str, ...] = ()
    buttons: tuple[ButtonAt, ...] = ()


@dataclass(frozen=True)
class FormView:
    """A form of a model."""

    model: ModelInfo
    key: str
    label: str
    title: FieldAt | None
    status: FieldAt | None
    buttons: tuple[ButtonAt, ...]
    body: tuple[ItemAt, ...]

    def widgets(self) -> Iterator[WidgetAt]:
        """Every field of the body, in reading order."""
        yield from _widgets(self.body)

    def button(self, verb: str) -> ButtonAt | None:
        return next((button for button in self.buttons if button.verb == verb), None)


def _widgets(items: tuple[ItemAt, ...]) -> Iterator[WidgetAt]:
    for item in items:
        if isinstance(item, WidgetAt):
            yield item
        elif isinstance(item, GroupAt):
            yield from _widgets(item.items)
        else:
            yield from _widgets(item.tabs)


@dataclass(frozen=True)
class SearchView:
    """What a search looks through, its facets, and what it offers to group by and to limit by dates; where it names
    none, what the list shows is offered."""

    model: ModelInfo
    key: str
    fields: tuple[ColumnAt, ...]
    facets: tuple[FacetAt, ...] = ()
    groups: tuple[FieldAt, ...] = ()
    dates: tuple[FieldAt, ...] = ()

    def facet(self, key: str) -> FacetAt | None:
        return next((facet for facet in self.facets if facet.key == key), None)


@dataclass(frozen=True)
class ViewAt:
    """A view of a model, of whatever kind. name: what addresses call it. view: what its screen shows.

    caption, icon, place: how and where it stands among the views that people choose from; without a caption, it does
    not.
    """

    kind: str
    name: str
    view: object
    caption: str = ""
    icon: str = ""
    place: int = 0


@dataclass(frozen=True)
class MenuAt:
    """An area, or an entry of one. model: empty where it lists nothing itself; page: the address that it opens then.
    view: the name of the view that it opens with, "" for the list."""

    key: str
    label: str
    addon: str
    model: str = ""
    icon: str = ""
    sequence: int = 10
    roles: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    where: Where | None = None
    entries: tuple[MenuAt, ...] = ()
    page: str = ""
    view: str = ""

    def filter(self, env: Env) -> Filter | None:
        if self.where is None or isinstance(self.where, Filter):
            return self.where
        return self.where(env)
