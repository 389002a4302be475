"""The state of a list lives in its address, and travels on to the records that are opened from it.

    /records/crm.lead?menu=crm.pipeline&facet=mine&q=bluth&order=-expected_revenue&page=2
    /records/crm.lead/17?menu=crm.pipeline&facet=mine&q=bluth&order=-expected_revenue&at=93
    /records/crm.lead?menu=crm.pipeline&facet=mine&view=pivot&view.rows=stage

`at` is the place of the record in that list, from 1, so that the form can offer the one before and after. `view` is
what the records are shown as, the list where it is not said; what begins with `view.` is that view's own, and is left
behind when another is chosen. Columns and groups are the list's; another view passes them on to the list again.

    has=partner.name:hoa           what was typed, looked for in one field of the search
    when=closes_on:this month      a date in a span that is told from now, or `2026-01-01..2026-03-31`
    cols=name,partner.city         the columns, where they are not those that the reader has otherwise
    group=stage,closes_on:month    groups, the first outermost
    open=[3,"2026-03-01"]!2        a group that is unfolded: the values that it stands for, and the page in it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

T = TypeVar("T")
PAGE = 80  # rows of a page
MOST_GROUPS, MOST_OPEN = 4, 20  # levels of groups, and groups that are unfolded at once
MOST_COLUMNS = 30
MOST = 10**9  # pages, so that nobody asks a database for more than it can count
LIST = "list"
OWN = "view."
OWN_MOST = 60  # values of a view's own, so that no address asks for more than a page can show


@dataclass(frozen=True)
class Asked:
    """What an address asks a list for. filter: JSON. text: what was typed to search. order: "" is the list's own.

    everything: count and add up all records, however many; asked for a page at a time. view: the name of the view.
    own: what that view keeps in the address, names without `view.`.
    """

    model: str
    menu: str = ""
    filter: str = ""
    text: str = ""
    facets: tuple[str, ...] = ()
    order: str = ""
    page: int = 1
    at: int = 0
    everything: bool = False
    view: str = LIST
    own: tuple[tuple[str, str], ...] = ()
    has: tuple[tuple[str, str], ...] = ()
    spans: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, model: str, args: MultiDict[str, str]) -> Asked:
        """From the address; numbers that are none are left out, since nobody types them."""
        return cls(
            model,
            menu=args.get("menu", ""),
            filter=args.get("filter", ""),
            text=args.get("q", "").strip(),
            facets=tuple(dict.fromkeys(args.getlist("facet"))),
            order=args.get("order", ""),
            page=min(max(1, args.get("page", 1, type=int)), MOST),
            at=min(max(0, args.get("at", 0, type=int)), MOST),
            everything=args.get("figures") == "all",
            view=args.get("view", "") or LIST,
            own=tuple(
                (name.removeprefix(OWN), value)
                for name, value in args.items(multi=True)
                if name.startswith(OWN) and value
            )[:OWN_MOST],
            has=_paired(args.getlist("has")),
            spans=_paired(args.getlist("when")),
            groups=tuple(dict.fromkeys(name for name in args.get("group", "").split(",") if name))[:MOST_GROUPS],
            columns=tuple(dict.fromkeys(name for name in args.get("cols", "").split(",") if name))[:MOST_COLUMNS],
            opened=tuple(dict.fromkeys(args.getlist("open")))[:MOST_OPEN],
        )

    @property
    def narrowed(self) -> bool:
        """Whether it asks for less than all that its menu lists."""
        return bool(self.filter or self.text or self.facets or self.has or self.spans)

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE

    def pairs(self, *leave: str) -> list[tuple[str, str]]:
        """Names and values of the address, without those to leave."""
        found = [("menu", self.menu), ("filter", self.filter), ("q", self.text)]
        found += [("facet", facet) for facet in self.facets]
        found += [("view", self.view if self.view != LIST else "")]
        found += [(f"{OWN}{name}", value) for name, value in self.own]
        found += [("has", f"{path}:{text}") for path, text in self.has]
        found += [("when", f"{path}:{span}") for path, span in self.spans]
        found += [("cols", ",".join(self.columns))]
        found += [("group", ",".join(self.groups)), *(("open", key) for key in self.opened)]
        found += [("order", self.order), ("page", str(self.page) if self.page > 1 else ""), ("at", str(self.at or ""))]
        return [(name, value) for name, value in found if value and name not in leave]

    def list_address(self) -> str:
        return _address(f"/records/{self.model}", self.pairs("at"))

    def list_address_before(self, further: str) -> str:
        """Of the same list, ending in a further pair to which a script adds what was typed."""
        address = self.with_page(1).list_address()
        return f"{address}{'&' if '?' in address else '?'}{further}"

    def record_address(self, record: int | str, at: int = 0, *, deed: str = "") -> str:
        """Of a record that this list found at place `at`; deed: "delete", "do/mark_won"."""
        return _address(
            f"/records/{self.model}/{record}{'/' if deed else ''}{deed}", replace(self, at=at or self.at).pairs("page")
        )

    def deed_address(self, deed: str) -> str:
        """Of something that is done to many records of it: "board/move"."""
        return _address(f"/records/{self.model}/{deed}", self.pairs("at"))

    def figures_address(self) -> str:
        """Of the same page with its figures over everything."""
        return _address(f"/records/{self.model}", [*self.pairs("at"), ("figures", "all")])

    def with_text(self, text: str) -> Asked:
        return replace(self, text=text, page=1)

    def with_order(self, order: str) -> Asked:
        return replace(self, order=order, page=1)

    def with_view(self, view: str) -> Asked:
        """The same records in another view; what was its own is left behind."""
        return replace(self, view=view, own=(), page=1)

    def value(self, name: str, absent: str = "") -> str:
        """What the view keeps under a name."""
        return next((value for known, value in self.own if known == name), absent)

    def values(self, name: str) -> list[str]:
        """All that the view keeps under a name."""
        return [value for known, value in self.own if known == name]

    def keeping(self, **values: str | Sequence[str]) -> Asked:
        """With what the view keeps under these names in place of what it kept; "" keeps nothing."""
        own = [(name, value) for name, value in self.own if name not in values]
        for name, given in values.items():
            own += [(name, value) for value in ([given] if isinstance(given, str) else given) if value]
        return replace(self, own=tuple(own), page=1)

    def with_page(self, page: int) -> Asked:
        return replace(self, page=page)

    def with_filter(self, filter: str) -> Asked:
        """With another filter, as JSON; "" for none."""
        return replace(self, filter=filter, page=1)

    def toggled_span(self, path: str, span: str) -> Asked:
        """With dates of that span, where they are not asked for yet; else without."""
        return replace(self, spans=_toggled(self.spans, (path, span)), page=1)

    def toggled_has(self, path: str, text: str) -> Asked:
        """With that text in one field, or without it."""
        return replace(self, has=_toggled(self.has, (path, text)), page=1)

    def toggled_group(self, name: str) -> Asked:
        """With a further level of groups, or without it; all groups folded."""
        groups = _toggled(self.groups, name)[:MOST_GROUPS]
        return replace(self, groups=groups, opened=(), page=1)

    def with_opened(self, *opened: str) -> Asked:
        """With exactly these groups unfolded."""
        return replace(self, opened=opened[-MOST_OPEN:])

    def flat(self) -> Asked:
        """The same records without groups."""
        return replace(self, groups=(), opened=(), page=1)

    def toggled(self, facet: str) -> Asked:
        """With the facet on where it is off, and off where it is on."""
        facets = tuple(key for key in self.facets if key != facet)
        return replace(self, facets=facets if facet in self.facets else (*self.facets, facet), page=1)

    def cleared(self) -> Asked:
        """All that the menu lists, in the same order."""
        return replace(self, filter="", text="", facets=(), has=(), spans=(), page=1)


def _paired(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """`name:value` of each text that has both."""
    parted = (text.partition(":") for text in dict.fromkeys(texts))
    return tuple((name, value.strip()) for name, _colon, value in parted if name and value.strip())


def _toggled(given: tuple[T, ...], one: T) -> tuple[T, ...]:
    left = tuple(item for item in given if item != one)
    return left if one in given else (*given, one)


def _address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path
