"""Extending the views of another addon, by field, button or key.

An anchor must match exactly one node: there is no position by number and no "replace a group", so a view
can be reordered by its owner without breaking those who add to it.

    form.body ── Group "deal" ── Widget partner          after(Lead.partner, Lead.orders_count)
              │               └─ Widget expected_revenue inside("deal", Lead.margin)
              └─ Tabs ── Tab "notes" ── Widget description

`extended` takes a view through its operations and gives a new one; the declared view stays as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, TypeVar

from core.errors import DeclarationError, nearest
from core.orm.path import Path
from core.orm.where import caller
from core.views.kinds import View
from core.views.nodes import (
    Button,
    Field,
    FieldRef,
    Group,
    Node,
    Tab,
    Tabs,
    Widget,
)

Kind = Literal["before", "after", "inside", "remove", "move"]
Anchor = object
"""A field, a button's verb, or a key."""
V = TypeVar("V", bound=View)
Names = Callable[[str], tuple[str, ...] | None]
"""How a text is read as a field of the view's model; None where it is none."""
Fits = tuple[type[Node], ...]
"""The kinds of node that a part of a view holds."""


class Operation:
    """One change of a view."""

    def __init__(self, kind: Kind, anchor: Anchor, nodes: Sequence[FieldRef]) -> None:
        self.where = caller()
        self.kind, self.anchor, self.nodes = kind, anchor, tuple(nodes)
        self.behind: Operation | None = None
        if isinstance(anchor, Path):
            self.text = str(anchor)
        else:
            self.text = anchor if isinstance(anchor, str) else getattr(anchor, "__name__", "")
        if not self.text:
            given = "what every record has of itself" if isinstance(anchor, property) else repr(anchor)
            raise DeclarationError(f"{given} is no anchor", where=self.where, hint="name a field, a verb or a key")


class Extend:
    """Changes of a view that another addon declares. view: the view itself, or its key."""

    def __init__(self, view: View | str, *operations: Operation) -> None:
        self.where = caller()
        self.view, self.operations = view, operations


def before(anchor: Anchor, *nodes: FieldRef) -> Operation:
    """Put fields, groups or buttons before the anchor."""
    return Operation("before", anchor, nodes)


def after(anchor: Anchor, *nodes: FieldRef) -> Operation:
    """Put fields, groups or buttons after the anchor."""
    return Operation("after", anchor, nodes)


def inside(anchor: Anchor, *nodes: FieldRef) -> Operation:
    """Put them last inside a group, a tab, tabs, or one of the view's own parts: "body", "buttons", "columns",
    "fields", "facets"."""
    return Operation("inside", anchor, nodes)


def move(anchor: Anchor, *, behind: Anchor) -> Operation:
    """Put a field or a button of the view behind another one; it keeps how it looks."""
    operation = Operation("move", anchor, ())
    operation.behind = after(behind)
    return operation


def remove(anchor: Anchor) -> Operation:
    """Take a field or a button off the view; the model keeps it."""
    return Operation("remove", anchor, ())


def extended(view: V, operations: Iterable[Operation], names: Names) -> V:
    """`view` after `operations`, in their order. Raises DeclarationError where an anchor matches none or several."""
    new = copy.copy(view)
    for operation in operations:
        found = [part for part in view.parts for _node in _matching(getattr(new, part), operation, names)]
        if operation.kind == "inside" and operation.text in view.parts and not found:
            part = operation.text
            setattr(new, part, (*getattr(new, part), *_fitting(view.parts[part], operation)))
            continue
        if len(found) != 1:
            _complain(new, operation, len(found))
        part = found[0]
        moved = _matching(getattr(new, part), operation, names)
        setattr(new, part, _changed(getattr(new, part), view.parts[part], operation, names))
        if operation.behind is not None:
            new = extended(new, [_carrying(operation, moved)], names)
    return new


def _carrying(operation: Operation, nodes: Sequence[Node]) -> Operation:
    """The operation that puts what was moved in its new place."""
    put = copy.copy(operation.behind)
    assert put is not None
    put.nodes, put.where = tuple(nodes), operation.where
    return put


def names_in(view: View) -> list[str]:
    """The fields that a view shows, as it names them."""
    nodes = (node for part in view.parts for node in _walk(getattr(view, part)))
    return [str(node.ref) for node in nodes if isinstance(node, Field)]


def _matches(node: Node, operation: Operation, names: Names) -> bool:
    anchor = operation.anchor
    if isinstance(anchor, Path):
        return isinstance(node, Field) and node.ref.names == anchor.names
    if isinstance(node, Button):
        return node.verb == operation.text
    if not isinstance(anchor, str):
        return False
    if isinstance(node, Field):
        return ".".join(node.ref.names) == anchor or node.ref.names == names(anchor)
    return node.key == anchor


def _walk(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Group | Tab | Tabs):
            yield from _walk(node.items)


def _matching(nodes: Iterable[Node], operation: Operation, names: Names) -> list[Node]:
    return [node for node in _walk(nodes) if _matches(node, operation, names)]


def _changed(nodes: tuple[Node, ...], fits: Fits, operation: Operation, names: Names) -> tuple[Node, ...]:
    result: list[Node] = []
    for node in nodes:
        if not _matches(node, operation, names):
            if isinstance(node, Group | Tab | Tabs):
                node = _with(node, _changed(node.items, _inside(node), operation, names))
            result.append(node)
            continue
        added = () if operation.kind == "inside" else _fitting(fits, operation)
        match operation.kind:
            case "before":
                result += [*added, node]
            case "after":
                result += [node, *added]
            case "inside" if isinstance(node, Group | Tab | Tabs):
                result.append(_with(node, (*node.items, *_fitting(_inside(node), operation))))
            case "inside":
                raise DeclarationError(
                    f"'{operation.text}' holds nothing",
                    where=operation.where,
                    hint="use before or after, or the key of a group",
                )
    return tuple(result)


def _with(node: Node, items: tuple[Node, ...]) -> Node:
    new = copy.copy(node)
    setattr(new, "items", items)
    return new


def _inside(node: Group | Tab | Tabs) -> Fits:
    """What a node that holds others may hold."""
    return (Tab,) if isinstance(node, Tabs) else (Widget, Group, Tabs)


def _fitting(fits: Fits, operation: Operation) -> tuple[Node, ...]:
    """The operation's nodes as a part of a view holds them; a field becomes the kind of field that fits."""
    made = next((kind for kind in fits if issubclass(kind, Field)), Widget)
    result = []
    for given in operation.nodes:
        node = given if isinstance(given, Node) else made(given)
        if not isinstance(node, fits):
            raise DeclarationError(
                f"a {type(node).__name__} does not fit beside or inside '{operation.text}'",
                where=getattr(given, "where", operation.where),
                hint=f"it holds: {', '.join(kind.__name__ for kind in fits)}",
            )
        result.append(node)
    return tuple(result)


def _complain(view: View, operation: Operation, count: int) -> None:
    if count:
        raise DeclarationError(
            f"'{operation.text}' stands {count} times in {view.key}",
            where=operation.where,
            hint="name a key that stands once",
        )
    known = [known for part in view.parts for node in _walk(getattr(view, part)) for known in _names_of(node)]
    raise DeclarationError(
        f"'{operation.text}' is not in {view.key} ({view.where})",
        where=operation.where,
        hint=nearest(operation.text, known),
    )


def _names_of(node: Node) -> Iterator[str]:
    if isinstance(node, Field):
        yield str(node.ref)
    elif isinstance(node, Button):
        yield node.verb
    elif node.key:
        yield node.key
