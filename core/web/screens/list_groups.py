"""A list in groups: each with how many and its totals; those that are unfolded show groups of the next level, or a
page of their records.

A group is known by the values that it stands for, from the outermost level in: `[3,"2026-03-01"]`. What a folded group
holds is never read: a page asks once for its groups, once a currency field for their totals, and once for each group
that is unfolded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.orm.filter import Filter
from core.orm.read.groups import COUNT
from core.views.composed import DATES, ColumnAt, FieldAt, groups_by
from core.views.figures import PERIODS
from core.views.finding import Finder
from core.web.screens.address import PAGE, Asked
from core.web.screens.cells import RESTRICTED
from core.web.screens.periods import period_text, records_of
from core.web.screens.totals import totals_by

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env

USUAL = "month"


@dataclass(frozen=True)
class Level:
    """What one level groups by. name: as the address has it. period: of a date."""

    name: str
    at: FieldAt
    period: str = ""

    @property
    def key(self) -> str:
        return f"{self.at.path}:{self.period}" if self.period else self.at.path

    def label(self, language: str) -> str:
        """The field, and the period of a date."""
        label = translate(self.at.field().label, language)
        return f"{label}: {translate(PERIODS[self.period], language).lower()}" if self.period else label


@dataclass
class GroupRow:
    """A group as the list shows it. href: unfolds or folds it. rows: a page of its records, where it is unfolded."""

    label: str
    count: int
    totals: Mapping[str, Sequence[str]]
    href: str
    depth: int
    is_open: bool
    key: str
    groups: list[GroupRow] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    first: int = 0
    before: str = ""
    after: str = ""
    lines: Sequence[Any] = ()


def level_of(env: Env, model: str, name: str) -> Level | None:
    """What `name` of an address groups by; None where records cannot be grouped by it, or the reader may not see it."""
    path, _colon, period = name.partition(":")
    at = Finder(env.models, "").known(env.models[model], path)
    if at is None or not groups_by(at) or not at.readable(env):
        return None
    if at.kind in DATES:
        return Level(name, at, period if period in PERIODS else USUAL)
    return None if period else Level(name, at)


class Groups:
    """Reads the groups of one page. paths, order: what is read of the records of a group that is unfolded."""

    def __init__(
        self,
        env: Env,
        formats: Formats,
        asked: Asked,
        levels: Sequence[Level],
        columns: Sequence[ColumnAt],
        filters: Sequence[Filter],
        paths: Sequence[str],
        order: Sequence[str] | None,
    ) -> None:
        self.env, self.formats, self.asked, self.levels, self.columns = env, formats, asked, levels, columns
        self.filters, self.paths, self.order = filters, paths, order
        self.opened = dict(_opened(text) for text in asked.opened)
        self.rows: list[dict[str, Any]] = []
        """All records of groups that are unfolded."""

    def read(self) -> tuple[list[GroupRow], bool]:
        """The groups of the page that the address asks for, and whether there are more."""
        return self._groups((), self.filters, self.asked.page)

    def _groups(self, above: tuple[Any, ...], filters: Sequence[Filter], page: int) -> tuple[list[GroupRow], bool]:
        level = self.levels[len(above)]
        by = [level.key, f"{level.at.path}.display_name"] if level.at.kind == "many2one" else [level.key]
        found = self.env[self.asked.model].groups(
            by, (), *filters, order=[level.key], limit=PAGE + 1, offset=(page - 1) * PAGE
        )
        has_more, found = len(found) > PAGE, _sorted(level, found[:PAGE])
        narrowed = list(filters)
        if found and (has_more or page > 1):
            some = records_of(self.env, level.at, found[0][level.key], level.period)
            for group in found[1:]:
                some = some | records_of(self.env, level.at, group[level.key], level.period)
            narrowed.append(some)
        sums = totals_by(self.env, self.formats, self.asked.model, self.columns, narrowed, level.key) if found else {}
        rows = [self._group(level, (*above, _plain(group[level.key])), group, filters, sums) for group in found]
        return rows, has_more

    def _group(
        self,
        level: Level,
        values: tuple[Any, ...],
        group: Mapping[str, Any],
        filters: Sequence[Filter],
        sums: Mapping[Any, Mapping[str, Sequence[str]]],
    ) -> GroupRow:
        value, key = group[level.key], _key(values)
        page = self.opened.get(key, 0)
        row = GroupRow(
            self.label(level, value, group.get(f"{level.at.path}.display_name")), group[COUNT], sums.get(value, {}),
            self._toggled(key), len(values), bool(page), key,
        )  # fmt: skip
        if not page:
            return row
        inner = [*filters, records_of(self.env, level.at, value, level.period)]
        if len(values) < len(self.levels):
            row.groups, has_more = self._groups(values, inner, page)
        else:
            row.rows = self.env[self.asked.model].values(
                self.paths, *inner, order=self.order, limit=PAGE, offset=(page - 1) * PAGE
            )
            self.rows += row.rows
            has_more = page * PAGE < row.count
        row.first = (page - 1) * PAGE + 1
        row.before = self._at_page(key, page - 1) if page > 1 else ""
        row.after = self._at_page(key, page + 1) if has_more else ""
        return row

    def label(self, level: Level, value: Any, title: str | None) -> str:
        """What people call a group."""
        say = self.env.language
        at = level.at
        label = translate(at.field().label, say)
        if value is None or value == "":
            return translate(_("{field}: none", field=label), say)
        match at.kind:
            case "many2one":
                return title if title is not None else translate(RESTRICTED, say)
            case "selection":
                return translate(getattr(at.field(), "label_of")(value), say)
            case "boolean":
                return f"{label}: {translate(_('yes') if value else _('no'), say)}"
            case "date" | "datetime":
                return translate(period_text(self.formats, value, level.period), say)
            case "integer":
                return self.formats.number(value)
        return str(value)

    def _toggled(self, key: str) -> str:
        others = [text for text in self.asked.opened if _opened(text)[0] != key]
        opened = others if key in self.opened else [*others, key]
        return self.asked.with_opened(*opened).list_address()

    def _at_page(self, key: str, page: int) -> str:
        others = [text for text in self.asked.opened if _opened(text)[0] != key]
        return self.asked.with_opened(*others, f"{key}!{page}" if page > 1 else key).list_address()


def _opened(text: str) -> tuple[str, int]:
    """The key of an unfolded group and the page in it."""
    key, sign, page = text.rpartition("!")
    return (key, max(1, int(page))) if sign and page.isdecimal() and len(page) < 10 else (text, 1)


def _key(values: Sequence[Any]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _sorted(level: Level, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Choices come in their declared order, which the database does not know."""
    if level.at.kind != "selection":
        return groups
    places = {option: place for place, (option, _label) in enumerate(level.at.field().options)}
    return sorted(groups, key=lambda group: places.get(group[level.key], len(places)))
