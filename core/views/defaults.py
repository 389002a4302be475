"""What stands in the list, form and search of a model that declares none.

Views are made of it as of what an addon declares, so they go through the same checks and can be looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.orm.fields.kinds import LONG, TEXTS
from core.views.nodes import Column, Group, Node, Tab, Tabs, Widget

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo

COLUMNS = 7  # as many as a screen of 1280 pixels shows at ease


def list_columns(info: ModelInfo) -> list[Column]:
    """The title, then the first fields that are stored and short; amounts with their totals."""
    names = _led_by_title(
        info, [field for field in _shown(info) if field.stored and not field.many and field.kind not in LONG]
    )
    columns = [Column(name, total=info.fields[name].kind == "monetary") for name in names[:COLUMNS]]
    return columns or [Column(name) for name in list(info.fields)[:1]]


def form_body(info: ModelInfo) -> list[Node]:
    """Short fields in two columns; texts and lists of records on tabs below."""
    short: list[Node] = []
    tabs: list[Tab] = []
    for field in _shown(info):
        if field.name == info.title:
            continue
        if field.kind in LONG or field.kind == "one2many":
            tabs.append(Tab(field.label, Widget(field.name)))
        else:
            short.append(Widget(field.name))
    body: list[Node] = [Group(*short, key="main")] if short else []
    if tabs:
        body.append(Tabs(*tabs, key="more"))
    return body


def search_fields(info: ModelInfo) -> list[str]:
    """The title and every text that is declared to be searched."""
    texts = [field for field in _shown(info) if field.kind == "char" and field.stored and field.search]
    names = _led_by_title(info, texts)
    return [name for name in names if info.fields[name].kind in TEXTS]


def _shown(info: ModelInfo) -> list[Field[object]]:
    """The fields that somebody may see; the switch that archives a record stays out of the way."""
    return [field for field in info.fields.values() if field.roles is not None and field.name != "active"]


def _led_by_title(info: ModelInfo, fields: list[Field[object]]) -> list[str]:
    names = [field.name for field in fields if field.name != info.title]
    return [info.title, *names] if info.title in info.fields else names
