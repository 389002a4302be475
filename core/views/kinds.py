"""The kinds of view that an addon declares, and its menus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.errors import DeclarationError
from core.views.nodes import Button, Column, Facet, FieldRef, Node, Ref, Where, as_column, as_item, called

if TYPE_CHECKING:
    from core.orm.model import Model


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

    fields: texts, and relations (which are found by their title). groups: what the list is offered to be grouped by;
    dates: what it is offered to be limited by ("this month"). Where they are left out, the columns of the list serve.
    """

    kind = "search"

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


class Menu(Node):
    """An area of the rail, or, with a `parent`, an entry of that area.

    model: what it lists; an area opens its first entry. page: the address of a page that its addon has of its own,
    instead. where: what the list is limited to. facets: those
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
        page: str = "",
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


def model_name(model: type[Model] | str, where: str) -> str:
    """The name of a model that is given as its class or its name."""
    name = model if isinstance(model, str) else getattr(model, "_name", "")
    if not isinstance(name, str) or not name:
        raise DeclarationError(
            f"{called(model)} is not a model", where=where, hint="write its class, or its name as text"
        )
    return name
