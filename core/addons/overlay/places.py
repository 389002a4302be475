"""Where the fields of an overlay stand on forms and in lists: as the operations by which addons extend views.

A place that is gone does not take the field with it: the field goes to the end, and the entry is listed with the
reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from core.addons.overlay.entries import OWNER, Added, Overlay, Placed
from core.addons.overlay.fit import Problems, name_of
from core.i18n import _
from core.views import Column, Extend, Form, GroupAt, List, Search, Widget, after, inside, move, remove
from core.views.extend import names_in

if TYPE_CHECKING:
    from core.addons.registry import Registry
    from core.orm.fields.base import Field
    from core.orm.registry import Models
    from core.views.extend import Operation
    from core.views.kinds import View


class Places:
    """Makes the changes of views. problems: what has no place any more, by entry."""

    def __init__(self, code: Registry, models: Models, overlay: Overlay) -> None:
        self._code, self._models = code, models
        self._entries: dict[str, list[Placed]] = {}
        for entry in (*overlay.added, *overlay.changed):
            self._entries.setdefault(entry.model, []).append(entry)
        self.problems: dict[tuple[str, int], Problems] = {}

    def declared(self) -> Iterator[tuple[str, object]]:
        """(owner, view or extension), to be composed after those of the addons."""
        for model, entries in self._entries.items():
            if any(isinstance(entry, Added) or entry.on_form or entry.after_form for entry in entries):
                yield from self._extended(model, Form, entries)
            if any(entry.on_list or entry.after_list for entry in entries):
                yield from self._extended(model, List, entries)
            found = self._declared(model, Search)
            searched = [entry for entry in entries if isinstance(entry, Added) and entry.searched]
            if found is not None and searched:  # others find what is to be searched themselves
                operations = [_at(entry, inside("fields", _at(entry, Column(entry.name)))) for entry in searched]
                yield OWNER, Extend(found, *operations)

    def _declared(self, model: str, kind: type[View]) -> View | None:
        """The view of that kind that an addon declares."""
        views = (item for _addon, item in self._code.declared.views)
        return next((item for item in views if isinstance(item, kind) and item.model == model), None)

    def _extended(self, model: str, kind: type[View], entries: Iterable[Placed]) -> Iterator[tuple[str, object]]:
        view, info = self._declared(model, kind), self._models[model]
        if view is None:  # a view that is made of the fields shows added ones by itself
            view = Form.default(info) if kind is Form else List.default(info)
            shown = names_in(view)
            yield OWNER, view
        else:
            shown = self._shown(model, kind)
        plan = _Plan(self, model, kind, shown)
        operations = [operation for entry in entries for operation in plan.of(entry)]
        yield OWNER, Extend(view, *operations, *plan.removed)

    def end_of_form(self, model: str) -> str:
        """Where fields without a place go: into the last group before the tabs."""
        groups = [item for item in self._code.views.form(model).body if isinstance(item, GroupAt) and item.key]
        return groups[-1].key if groups else "body"

    def fields(self, model: str, names: Sequence[str]) -> list[list[Field[Any]]]:
        """These fields as they are called here, and as the addons call them."""
        return [
            [info.fields[name] for name in names if name in info.fields]
            for info in (self._models[model], self._code.models[model])
        ]

    def _shown(self, model: str, kind: type[View]) -> list[str]:
        """Names of the fields that the addons show there."""
        views = self._code.views
        if kind is Form:
            return [widget.at.path for widget in views.form(model).widgets()]
        return [column.at.path for column in views.list(model).columns]


class _Plan:
    """The operations on one view."""

    def __init__(self, places: Places, model: str, kind: type[View], shown: list[str]) -> None:
        self.places, self.model, self.is_form = places, model, kind is Form
        self.after = "after_form" if self.is_form else "after_list"
        self.shown = shown
        self.removed: list[Operation] = []

    def of(self, entry: Placed) -> Iterator[Operation]:
        """What one entry does to the view."""
        says = entry.on_form if self.is_form else entry.on_list
        behind = getattr(entry, self.after)
        if says == "hidden":
            if entry.name in self.shown:
                self.removed.append(_at(entry, remove(entry.name)))
            elif not isinstance(entry, Added):
                self._tell(entry, "on_form" if self.is_form else "on_list", _("does not stand there"))
            return
        wanted = says == "shown" or bool(behind)
        if not wanted:
            return
        anchor = self._anchor(entry, behind) if behind else ""
        if entry.name in self.shown:
            if anchor:
                yield _at(entry, move(entry.name, behind=anchor))
            return
        node: Any = _at(entry, Widget(entry.name) if self.is_form else Column(entry.name, total=_total(entry)))
        if anchor:
            yield _at(entry, after(anchor, node))
        else:
            yield _at(entry, inside(self.places.end_of_form(self.model) if self.is_form else "columns", node))
        self.shown.append(entry.name)

    def _anchor(self, entry: Placed, text: str) -> str:
        names = [name for name in self.shown if "." not in name and name != entry.name]
        name = name_of(text, *self.places.fields(self.model, names))
        if not name:
            reason = _("is not on the form") if self.is_form else _("is not in the list")
            self._tell(entry, self.after, _("“{field}” {reason}", field=text, reason=reason))
        return name

    def _tell(self, entry: Placed, field: str, reason: str) -> None:
        self.places.problems.setdefault(entry.key, {})[field] = [reason]


def _total(entry: Placed) -> bool:
    return isinstance(entry, Added) and entry.total


def _at(entry: Placed, node: Any) -> Any:
    """The node or operation, as one that the entry declares."""
    node.where = entry.where
    if hasattr(node, "ref"):
        node.ref.where = entry.where
    return node
