"""What a kind of view is, the three that every model has (list, form, search), and menus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from core.errors import DeclarationError
from core.i18n import _
from core.views.binding import bind_form, bind_list, bind_node, bind_search
from core.views.composed import FormView, ListView, SearchView
from core.views.defaults import form_body, list_columns, search_fields
from core.views.nodes import (
    Button,
    Column,
    Facet,
    FieldRef,
    Group,
    Node,
    Ref,
    Tabs,
    Where,
    Widget,
    as_column,
    as_item,
    called,
)

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.registry import ModelInfo
    from core.views.finding import Finder


class View(Node):
    """What all kinds of view share: the model that they show, the key that they go by, and how they are checked.

    A kind of view is a subclass with a `kind` of its own; an addon declares one as the core declares these, and its
    `web` package says in `screens` what its page is. parts: the attributes that hold its nodes, which others extend,
    with what fits into each. place, caption, icon: of a kind that shows many records, where it stands among the views
    that people choose from; a kind without a caption is none of these. name: what addresses call it, the kind unless
    a model has several views of one kind.
    """

    kind: ClassVar[str] = ""
    parts: ClassVar[Mapping[str, tuple[type[Node], ...]]] = {}
    place: ClassVar[int] = 0
    caption: str = ""
    icon: str = ""

    def __init__(
        self, model: type[Model] | str, key: str, *, name: str = "", caption: str = "", icon: str = ""
    ) -> None:
        super().__init__()
        self.model = model_name(model, self.where)
        self.name = name or self.kind
        self.key = key or f"{self.model}.{self.name}"
        self.caption, self.icon = caption or self.caption, icon or self.icon

    def bind(self, finder: Finder) -> object:
        """What the registry holds of it, with every name looked up. Raises DeclarationError."""
        raise NotImplementedError

    def check(self, finder: Finder, info: ModelInfo, node: Node) -> None:
        """Look up what a node names that another addon puts into the view. Raises DeclarationError."""
        bind_node(finder, info, node)

    @classmethod
    def default(cls, info: ModelInfo) -> Self | None:
        """The view of a model that declares none of this kind; None where there is none."""
        return None


class List(View):
    """Records of a model as a table.

    order: how it starts, `-name` for descending; empty is the model's own order. buttons: verbs that can be
    called for a row.
    """

    kind = "list"
    parts: ClassVar[Mapping[str, tuple[type[Node], ...]]] = {"columns": (Column,), "buttons": (Button,)}
    place = 20
    caption = _("List")
    icon = "list"

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

    def bind(self, finder: Finder) -> ListView:
        return bind_list(finder, self)

    @classmethod
    def default(cls, info: ModelInfo) -> Self:
        return cls(info.name, columns=list_columns(info))


class Form(View):
    """One record as a page.

    title: the field that stands large at the head; the model's own title where none is given. status: a
    many-to-one or selection that is shown as a path of states. body: fields, groups and tabs.
    """

    kind = "form"
    parts: ClassVar[Mapping[str, tuple[type[Node], ...]]] = {"buttons": (Button,), "body": (Widget, Group, Tabs)}

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

    def bind(self, finder: Finder) -> FormView:
        return bind_form(finder, self)

    @classmethod
    def default(cls, info: ModelInfo) -> Self:
        return cls(info.name, title=info.title or None, body=form_body(info))


class Search(View):
    """What the search box of a model looks through, and the facets that it offers.

    fields: texts, and relations (which are found by their title). groups: what the list is offered to be grouped by;
    dates: what it is offered to be limited by ("this month"). Where they are left out, the columns of the list serve.
    """

    kind = "search"
    parts: ClassVar[Mapping[str, tuple[type[Node], ...]]] = {"fields": (Column,), "facets": (Facet,)}

    def __init__(
        self,
        model: type[Model] | str,
        *,
        fields: Sequence[FieldRef],
        facets: Sequence[Facet] = (),
        groups: Sequence[FieldRef] = (),
        dates: Sequence[FieldRef] = (),
        key: str = "",
    ) -> None:
        super().__init__(model, key)
        self.groups, self.dates = tuple(Ref(field) for field in groups), tuple(Ref(field) for field in dates)
        self.fields: tuple[Column, ...] = tuple(as_column(field) for field in fields)
        self.facets = tuple(facets)

    def bind(self, finder: Finder) -> SearchView:
        return bind_search(finder, self)

    @classmethod
    def default(cls, info: ModelInfo) -> Self:
        return cls(info.name, fields=search_fields(info))


class Menu(Node):
    """An area of the rail, or, with a `parent`, an entry of that area.

    model: what it lists; an area opens its first entry. page: the address of a page that its addon has of its own,
    instead. view: the view that it opens with, by its name ("board"). where: what the list is limited to. facets:
    those of the model's Search that are on when it opens. roles: who is offered it; access itself is decided by
    grants alone.
    """

    def __init__(
        self,
        key: str,
        label: str,
        *,
        parent: str = "",
        model: type[Model] | str | None = None,
        page: str = "",
        view: str = "",
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
        self.icon, self.sequence, self.roles, self.page = icon, sequence, tuple(roles), page
        self.view = view


def model_name(model: type[Model] | str, where: str) -> str:
    """The name of a model that is given as its class or its name."""
    name = model if isinstance(model, str) else getattr(model, "_name", "")
    if not isinstance(name, str) or not name:
        raise DeclarationError(
            f"{called(model)} is not a model", where=where, hint="write its class, or its name as text"
        )
    return name
