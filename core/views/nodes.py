"""What an addon's `views` package is written with: plain objects that refer to fields.

A node only remembers what it was given and where it stands (`where`, file and line). Whether its fields
exist is checked when the enabled addons are composed (`core.views.compose`), because the model that a
view shows is known only then. Nodes are shared by every registry and never change; extending makes new
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.filter import Filter
from core.orm.path import Path
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model

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
                f"{_called(given)} is not a field",
                where=self.where,
                hint="write a field such as Lead.name, or its name as text",
            )

    def __str__(self) -> str:
        return ".".join(self.names)


def _called(given: object) -> str:
    name = getattr(given, "__name__", "")
    return f"'{name}'" if name else repr(given)


class Widget(Node):
    """One field on a form.

    widget: how it is shown, where its kind alone does not say it ("tag", "face", "meter"). readonly: shown,
    not to be edited here. columns: the fields that the table of a to-many relation shows.
    """

    def __init__(
        self,
        field: FieldRef,
        *,
        widget: str = "",
        label: str = "",
        readonly: bool = False,
        columns: Sequence[FieldRef] = (),
    ) -> None:
        super().__init__()
        self.ref = Ref(field)
        self.widget, self.label, self.readonly = widget, label, readonly
        self.columns = tuple(as_column(column) for column in columns)


class Column(Node):
    """One field of a list. total: its sum over all that the list finds stands in the foot."""

    def __init__(self, field: FieldRef, *, widget: str = "", label: str = "", total: bool = False) -> None:
        super().__init__()
        self.ref = Ref(field)
        self.widget, self.label, self.total = widget, label, total


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
                    f"{_called(tab)} is not a Tab", where=self.where, hint="write Tab(label, fields …)"
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
    """A filter that people switch on by its name."""

    def __init__(self, key: str, label: str, where: Where) -> None:
        super().__init__()
        self.key, self.label, self.filter = key, label, where


class View(Node):
    """What lists, forms and searches share: the model that they show and the key that they go by."""

    kind = ""

    def __init__(self, model: type[Model] | str, key: str) -> None:
        super().__init__()
        self.model = model_name(model, self.where)
        self.key = key or f"{self.model}.{self.kind}"


class List(View):
    """Records of a model as a table.

    order: how it starts, `-name` for descending; empty is the model's own order. buttons: verbs that can be
    called for a row.
    """

    kind = "list"

    def __init__(
        self,
        model: type[Model] | str,
        *,
        columns: Sequence[FieldRef],
        key: str = "",
        label: str = "",
        order: Sequence[str] = (),
        buttons: Sequence[Button] = (),
    ) -> None:
        super().__init__(model, key)
        self.label, self.order = label, tuple(order)
        self.columns: tuple[Column, ...] = tuple(as_column(column) for column in columns)
        self.buttons = tuple(buttons)


class Form(View):
    """One record as a page.

    title: the field that stands large at the head; the model's own title where none is given. status: a
    many-to-one or selection that is shown as a path of states. body: fields, groups and tabs.
    """

    kind = "form"

    def __init__(
        self,
        model: type[Model] | str,
        *,
        body: Sequence[FieldRef],
        title: FieldRef | None = None,
        status: FieldRef | None = None,
        buttons: Sequence[Button] = (),
        key: str = "",
        label: str = "",
    ) -> None:
        super().__init__(model, key)
        self.label = label
        self.title = None if title is None else Ref(title)
        self.status = None if status is None else Ref(status)
        self.buttons = tuple(buttons)
        self.body: tuple[Node, ...] = tuple(as_item(item) for item in body)


class Search(View):
    """What the search box of a model looks through, and the facets that it offers.

    fields: texts, and relations (which are found by their title).
    """

    kind = "search"

    def __init__(
        self, model: type[Model] | str, *, fields: Sequence[FieldRef], facets: Sequence[Facet] = (), key: str = ""
    ) -> None:
        super().__init__(model, key)
        self.fields: tuple[Column, ...] = tuple(as_column(field) for field in fields)
        self.facets = tuple(facets)


class Menu(Node):
    """An area of the rail, or, with a `parent`, an entry of that area.

    model: what it lists; an area opens its first entry. where: what the list is limited to. facets: those
    of the model's Search that are on when it opens. roles: who is offered it; access itself is decided by
    grants alone.
    """

    def __init__(
        self,
        key: str,
        label: str,
        *,
        parent: str = "",
        model: type[Model] | str | None = None,
        where: Where | None = None,
        facets: Sequence[str] = (),
        icon: str = "",
        sequence: int = 10,
        roles: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.key, self.label, self.parent = key, label, parent
        self.model = "" if model is None else model_name(model, self.where)
        self.filter, self.facets = where, tuple(facets)
        self.icon, self.sequence, self.roles = icon, sequence, tuple(roles)


def model_name(model: type[Model] | str, where: str) -> str:
    """The name of a model that is given as its class or its name."""
    name = model if isinstance(model, str) else getattr(model, "_name", "")
    if not isinstance(name, str) or not name:
        raise DeclarationError(
            f"{_called(model)} is not a model", where=where, hint="write its class, or its name as text"
        )
    return name


def as_item(given: FieldRef) -> Node:
    """What stands in the body of a form: a node as it is, a field as its widget."""
    return given if isinstance(given, Widget | Group | Tabs | Tab) else Widget(given)


def as_column(given: FieldRef) -> Column:
    """A column as it is, a field as its column."""
    return given if isinstance(given, Column) else Column(given)
