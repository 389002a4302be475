"""The parts of a form page: groups, tabs and fields, with what was typed and what is wrong with it.

view ── Group ── Widget ──► Part ── Part ── Shown: an input where the reader may change it, else a cell
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from core.i18n import _
from core.orm.files import KINDS
from core.orm.variants import COMPANY, LANGUAGE, SIGN
from core.views import ColumnAt, FieldAt, GroupAt, ItemAt, TabsAt, WidgetAt
from core.web.screens.address import Asked
from core.web.screens.cells import Cell, Draw
from core.web.screens.inputs import FEW, Input, Inputs
from core.web.screens.lines import Lines, lines_of
from core.web.screens.related import Match
from core.web.screens.seen import mark
from core.web.screens.titles import titles, titles_of
from core.web.screens.typed import Problems, Sent, ids_of

if TYPE_CHECKING:
    from core.web.screens.sheet import Sheet


@dataclass(frozen=True)
class Shown:
    """One field of the page.

    input: None where it is only shown. stored: what is stored now, after a conflict. mark: of what the input
    held before anything was typed. languages, companies: the page with the text of each language or the value of each
    company, of a field that has them.
    """

    name: str
    label: str
    help: str = ""
    cell: Cell | None = None
    input: Input | None = None
    lines: Lines | None = None
    required: bool = False
    reasons: Sequence[str] = ()
    choices: Sequence[Match] = ()
    stored: str = ""
    mark: str = ""
    languages: str = ""
    companies: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it takes both columns."""
        if self.lines is not None:
            return True
        return (
            self.input.kind == "area" if self.input is not None else self.cell is not None and self.cell.kind == "long"
        )


def marks(shown_ones: Iterable[Shown]) -> str:
    """What a page says of its inputs in `_seen`; see `core.web.screens.seen`."""
    return json.dumps({shown.name: shown.mark for shown in shown_ones if shown.mark}, separators=(",", ":"))


@dataclass(frozen=True)
class Part:
    """A group, or a tab, with its fields and further groups. kind: "field", "group" or "tabs"."""

    kind: str
    key: str = ""
    label: str = ""
    shown: Shown | None = None
    parts: Sequence[Part] = ()

    def fields(self) -> Iterator[Shown]:
        """Every field in it."""
        if self.shown is not None:
            yield self.shown
        for part in self.parts:
            yield from part.fields()

    def runs(self) -> list[list[Part]]:
        """Its parts, those fields together that follow one another, so that they share a grid."""
        return [list(run) for _is_field, run in groupby(self.parts, lambda part: part.kind == "field")]

    def opened(self) -> int:
        """The tab to show: the first that has something wrong, else the first."""
        return next((place for place, tab in enumerate(self.parts) if tab.troubled), 0)

    @property
    def troubled(self) -> bool:
        """Whether a field in it cannot be saved."""
        return any(shown.reasons for shown in self.fields())


class Parts:
    """Makes the parts of one page, with what was typed and what is wrong with it."""

    def __init__(
        self, sheet: Sheet, asked: Asked, problems: Problems, sent: Sent | None, stored: Mapping[str, str]
    ) -> None:
        self.sheet, self.asked, self.problems, self.sent, self.stored = sheet, asked, problems, sent, stored
        many = [
            ColumnAt(widget.at, "") for widget in sheet.widgets if widget.at.kind == "many2many" and widget.at.direct
        ]
        self.titles = {column.at.path: self._titles(column) for column in many}
        names: dict[str, dict[int, str]] = {}
        for column in many:
            names.setdefault(column.at.target, {}).update(self.titles[column.at.path])
        references = [ColumnAt(one.at, "") for one in sheet.widgets if one.at.kind in ("reference", *KINDS)]
        for model, known in titles(sheet.env, references, [sheet.row]).items():
            names.setdefault(model, {}).update(known)
        self.draw = Draw(sheet.env, sheet.formats, names)
        self.inputs = Inputs(sheet.formats, sheet.env.language)

    def _titles(self, column: ColumnAt) -> dict[int, str]:
        """Members by title; where there are few records to choose from, all of them."""
        at, env = column.at, self.sheet.env
        if self.sheet.may_type(at) and env[at.target].can("read"):
            rows = env[at.target].values(["id", "display_name"], limit=FEW + 1)
            if len(rows) <= FEW:
                offered = {row["id"]: row["display_name"] for row in rows}
                archived = [identity for identity in self.sheet.row[at.path] if identity not in offered]
                return offered | titles_of(env, at.target, archived) if archived else offered
        ids = list(self.sheet.row[at.path])
        if self.sent is not None:
            ids += ids_of(self.sent.getlist(at.path))
        return titles_of(env, at.target, ids)

    def body(self) -> list[Part]:
        """What the reader sees of the form's body."""
        return [part for item in self.sheet.view.body if (part := self.part(item)) is not None]

    def head(self) -> Shown | None:
        """The field that stands large at the top."""
        at = self.sheet.view.title
        if at is None or not at.readable(self.sheet.env):
            return None
        return self.shown(WidgetAt(at, at.field().label))

    def part(self, item: ItemAt) -> Part | None:
        """The part of a node; None where the reader sees nothing of it."""
        if isinstance(item, WidgetAt):
            return Part("field", shown=self.shown(item)) if item in self.sheet.widgets else None
        if isinstance(item, TabsAt):
            tabs = [tab for tab in (self._group(one, "tab") for one in item.tabs) if tab is not None]
            return Part("tabs", item.key, parts=tabs) if tabs else None
        return self._group(item, "group")

    def _group(self, group: GroupAt, kind: str) -> Part | None:
        parts = [part for part in (self.part(item) for item in group.items) if part is not None]
        return Part(kind, group.key, self.draw.say(group.label), parts=parts) if parts else None

    def shown(self, widget: WidgetAt) -> Shown:
        """A field: its input where the reader may change it, else its value."""
        sheet, at, name = self.sheet, widget.at, widget.at.path
        declared = at.field()
        label, help_text = self.draw.say(widget.label), self.draw.say(declared.help)
        reasons = [self.draw.say(reason) for reason in self.problems.fields.get(name, ())]
        if declared.kind == "one2many":
            lines = lines_of(sheet.env, sheet.views, sheet.formats, widget, sheet.id)
            return Shown(name, label, help_text, lines=lines)
        if not sheet.may_type(at, widget.readonly):
            return Shown(name, label, help_text, cell=self.draw.cell(widget, sheet.row), reasons=reasons)
        if declared.kind == "reference":
            made = Input("line", self.draw.reference(sheet.row[at.path]), placeholder=self.draw.say(_("what: name")))
        elif declared.kind in KINDS:
            kept = self.draw.file(sheet.row[at.path], declared.kind)
            made = Input("file", kept.text, href=kept.href)
        else:
            made = self.inputs.of(at, sheet.row, widget.widget, self.titles.get(name, {}))
        saw = mark(made)
        if self.sent is not None:
            made = self.inputs.typed(made, name, self.sent)
        return Shown(
            name,
            label,
            help_text,
            input=made,
            cell=self.draw.cell(widget, sheet.row) if widget.widget in ("face", "stars") else None,
            required=declared.required,
            reasons=reasons,
            choices=self.problems.choices.get(name, ()),
            stored=self.stored.get(name, ""),
            mark=saw,
            languages=self._variants(at, LANGUAGE, "languages"),
            companies=self._variants(at, COMPANY, "companies"),
        )

    def _variants(self, at: FieldAt, axis: str, deed: str) -> str:
        """The page of the variants of a field; "" where it has none, or is one itself."""
        sheet = self.sheet
        if sheet.id is None or at.field().varies != axis or SIGN in at.path:
            return ""
        if axis == COMPANY and len(sheet.env.company_ids) < 2:
            return ""
        return self.asked.record_address(sheet.id, deed=f"{deed}/{at.path}")
