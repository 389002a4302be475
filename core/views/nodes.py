"""What lists and forms are made of: fields, groups, tabs, buttons, facets.

A node only remembers what it was given and where it stands (`where`, file and line). Whether its fields
exist is checked when the enabled addons are composed (`core.views.compose`), because the model that a
view shows is known only then. Nodes are shared by every registry and never change; extending makes new
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.filter import Filter
from core.orm.path import Path
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.env import Env

FieldRef = object
"""A field: `Lead.name`, `Lead.partner.city`, or its name as text. A many-to-one on a class is typed as the
class that it points at, so no narrower type fits all three; what is no field is refused at once."""

Verb = Callable[[Any], object] | str
"""A method of the model that takes no argument, `Lead.mark_won`, or its name."""

Where = Filter | Callable[["Env"], Filter]
"""A filter, or a function of the environment that gives one."""


class Node:
    """Part of a view. key: how others find it, where it has one."""

    key: str = ""

    def __init__(self) -> None:
        self.where = caller()


class Ref:
    """The field that a node was given. model: where its path starts, empty where only a text was given."""

    def __init__(self, given: FieldRef) -> None:
        self.where = caller()
        if isinstance(given, Path):
            self.model, self.names = given.model, given.names
        elif isinstance(given, str) and given:
            self.model, self.names = "", tuple(given.split("."))
        else:
            raise DeclarationError(
                f"{called(given)} is not a field",
                where=self.where,
                hint="write a field such as Lead.name, or its name as text",
            )

    def __str__(self) -> str:
        return ".".join(self.names)


def called(given: object) -> str:
    """What was given, for a message."""
    name = getattr(given, "__name__", "")
    return f"'{name}'" if name else repr(given)


class Field(Node):
    """One field of a view.

    widget: how it is shown, where its kind alone does not say it ("tag", "face", "meter"). tones: of a tag,
    the colour ("good", "info", "warn", "bad") of the records that meet a filter; the first that does counts.
    due: the records for which a date is a deadline, so that it is marked when it is near or past.
    """

    def __init__(
        self,
        field: FieldRef,
        *,
        widget: str = "",
        label: str = "",
        tones: Mapping[str, Filter] | None = None,
        due: Filter | None = None,
    ) -> None:
        super().__init__()
        self.ref = Ref(field)
        self.widget, self.label = widget, label
        self.tones, self.due = dict(tones or {}), due


class Widget(Field):
    """One field on a form.

    readonly: shown, not to be edited here. columns: the fields that the table of a to-many relation shows.
    """

    def __init__(
        self,
        field: FieldRef,
        *,
        widget: str = "",
        label: str = "",
        tones: Mapping[str, Filter] | None = None,
        due: Filter | None = None,
        readonly: bool = False,
        columns: Sequence[FieldRef] = (),
    ) -> None:
        super().__init__(field, widget=widget, label=label, tones=tones, due=due)
        self.readonly = readonly
        self.columns = tuple(as_column(column) for column in columns)


class Column(Field):
    """One field of a list.

    total: its sum over all that the list finds stands in the foot; in_foot: only there, without a column. optional:
    "hide" for a column that people are offered and do not see at first, "show" for one that they see.
    """

    def __init__(
        self,
        field: FieldRef,
        *,
        widget: str = "",
        label: str = "",
        tones: Mapping[str, Filter] | None = None,
        due: Filter | None = None,
        total: bool = False,
        in_foot: bool = False,
        optional: str = "",
    ) -> None:
        super().__init__(field, widget=widget, label=label, tones=tones, due=due)
        self.total, self.in_foot, self.optional = total or in_foot, in_foot, optional


class Group(Node):
    """Fields that belong together, in two columns. A group inside a group stands below it."""

    def __init__(self, *items: FieldRef, key: str = "", label: str = "") -> None:
        super().__init__()
        self.key, self.label = key, label
        self.items: tuple[Node, ...] = tuple(as_item(item) for item in items)


class Tab(Node):
    """One page of `Tabs`."""

    def __init__(self, label: str, *items: FieldRef, key: str = "") -> None:
        super().__init__()
        self.key, self.label = key, label
        self.items: tuple[Node, ...] = tuple(as_item(item) for item in items)


class Tabs(Node):
    """Pages of which one is seen at a time."""

    def __init__(self, *tabs: Tab, key: str = "") -> None:
        super().__init__()
        for tab in tabs:
            if not isinstance(tab, Tab):
                raise DeclarationError(
                    f"{called(tab)} is not a Tab", where=self.where, hint="write Tab(label, fields …)"
                )
        self.key = key
        self.items: tuple[Node, ...] = tabs


class Button(Node):
    """A verb of the model that people may call.

    main: what most often happens next; the page shows the first main button that applies as its main one.
    when: the records that it applies to. roles: whom it is offered to and allowed for, everybody where
    empty. confirm: a question that is asked first.
    """

    def __init__(
        self,
        verb: Verb,
        label: str,
        *,
        main: bool = False,
        when: Filter | None = None,
        roles: Sequence[str] = (),
        confirm: str = "",
        icon: str = "",
    ) -> None:
        super().__init__()
        name = verb if isinstance(verb, str) else getattr(verb, "__name__", "")
        if not name or isinstance(verb, Path):
            raise DeclarationError(
                f"{verb!r} is not a method", where=self.where, hint="write a verb such as Lead.mark_won"
            )
        self.verb, self.label, self.main, self.when = name, label, main, when
        self.roles, self.confirm, self.icon = tuple(roles), confirm, icon


class Facet(Node):
    """A filter that people switch on by its name.

    group: of facets of one group any may be met, of different groups all; a facet without one is a group by itself.
    """

    def __init__(self, key: str, label: str, where: Where, *, group: str = "") -> None:
        super().__init__()
        self.key, self.label, self.filter, self.group = key, label, where, group


def as_item(given: FieldRef) -> Node:
    """What stands in the body of a form: a node as it is, a field as its widget."""
    return given if isinstance(given, Widget | Group | Tabs | Tab) else Widget(given)


def as_column(given: FieldRef) -> Column:
    """A column as it is, a field as its column."""
    return given if isinstance(given, Column) else Column(given)
