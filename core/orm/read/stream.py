"""Streams: all records that meet filters, page by page, in the memory of one page.

Pages go by key, `id > the last one`, so there is no cursor to hold and no row is seen twice. Before each next
page what the last one changed is written and checked, and what it loaded is forgotten; what the store held
before the stream began stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from core.orm.filter import Condition, Filter
from core.orm.read.select import search, values
from core.orm.records import Records

if TYPE_CHECKING:
    from core.orm.view import View


def stream(view: View, filters: Sequence[Filter], size: int) -> Iterator[Records[Any]]:
    """Pages of at most `size` records in the order of their ids; what is made meanwhile is not among them."""
    if size < 1:
        raise ValueError(f"a page of {size} records would never end")
    name, unit = view.info.name, view.env._unit
    known = unit._store.mark()
    newest = values(view, ("id",), filters, ("-id",), 1, 0)
    last, end = 0, newest[0]["id"] if newest else 0
    while last < end:
        here = (Condition(name, ("id",), ">", last), Condition(name, ("id",), "<=", end))
        page = search(view, (*filters, *here), ("id",), size, 0)
        if page:
            yield Records(view, page)
        unit.flush()
        unit._store.forget_since(known)
        if len(page) < size:
            return
        last = page[-1]
