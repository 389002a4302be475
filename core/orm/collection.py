"""Collection: all records of one model, as one environment sees them. `env[Lead]` is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.orm.access.declare import Action
from core.orm.archived import in_use
from core.orm.delegate import target_defaults
from core.orm.filter import Filter
from core.orm.read import firsts, select
from core.orm.read.find import words_in
from core.orm.read.history import Happening, history_between
from core.orm.read.select import Counted
from core.orm.read.stream import stream
from core.orm.records import Records
from core.orm.write.create import fill_defaults

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.past import PastCollection
    from core.orm.registry import ModelInfo
    from core.orm.view import View

M = TypeVar("M", bound="Model")


class Collection(Generic[M]):
    """Searching, reading, counting and creating records of a model, within the environment's access.

    Names of fields may be dotted paths over many-to-ones. `order` has `-` before what descends, and is the
    model's own order where it is not given. Everything raises AccessDenied where no grant allows it.

    What is archived is left out of what is searched, unless a filter speaks of `active` or names the records by their
    ids; `with_archived()` leaves nothing out. Lists of a record and reports in `core.query` hold archived records too.
    """

    __slots__ = ("_archived", "_view")

    def __init__(self, view: View, *, archived: bool = False) -> None:
        self._view, self._archived = view, archived

    @property
    def info(self) -> ModelInfo:
        """What the registry knows about the model."""
        return self._view.info

    def with_archived(self) -> Collection[M]:
        """The same records, and those that are archived."""
        return Collection(self._view, archived=True)

    def _met(self, filters: tuple[Filter, ...]) -> Sequence[Filter]:
        return filters if self._archived else in_use(self._view.info, filters)

    # -- reading ----------------------------------------------------------------------------------

    def search(
        self, *filters: Filter, order: Sequence[str] | None = None, limit: int | None = None, offset: int = 0
    ) -> Records[M]:
        """The records that meet all filters; their short fields are read with them."""
        return Records(self._view, select.search(self._view, self._met(filters), order, limit, offset))

    def stream(self, *filters: Filter, size: int = 1000) -> Iterator[Records[M]]:
        """All records that meet the filters, in pages of `size` by their ids, in the memory of one page.

            for page in env[Lead].stream(Lead.probability > 50):
                for lead in page: ...

        Between two pages what the code changed is written and checked, and what the page loaded is forgotten.
        Nothing is committed: the unit of work stays one. Records that are made meanwhile are not among the pages.
        """
        return stream(self._view, self._met(filters), size)

    def find(
        self,
        text: str,
        *filters: Filter,
        order: Sequence[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Records[M]:
        """The records of which every word of `text` stands in one of the fields that are declared with `search=True`.

        Parts of words are found, whatever their case and accents; fields that the reader may not see are left out.
        """
        return self.search(words_in(self._view, text), *filters, order=order, limit=limit, offset=offset)

    def count(self, *filters: Filter, most: int | None = None) -> Counted:
        """How many records meet all filters; an int.

        most: counting stops there, and `has_more` of the answer says whether there are more.
        """
        return select.count(self._view, self._met(filters), most)

    def browse(self, *ids: int) -> Records[M]:
        """Records by their ids, without asking the database: reading one that is hidden raises Missing."""
        return Records(self._view, ids)

    def get(self, id: int) -> M:
        """One record by its id. Raises Missing where there is none that the reader may see."""
        id = self._view.id_of(id)
        record: M = self._view.cls(self._view, id, Records(self._view, (id,)))  # type: ignore[assignment]
        self._view.version(record)
        return record

    def values(
        self,
        fields: Sequence[str],
        *filters: Filter,
        order: Sequence[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """Rows as plain values, the field names as given: the quick way to lists and reports.

        One statement, and one more for each computed field, figure or list that no column keeps.
        `display_name` is what people call a record. A many-to-one gives an id; where the row at its other
        end is hidden, fields beyond it are None.
        """
        return select.values(self._view, fields, self._met(filters), order, limit, offset)

    def first_of_each(
        self,
        parts: Sequence[tuple[Filter, int]],
        fields: Sequence[str],
        *filters: Filter,
        order: Sequence[str] | None = None,
    ) -> list[list[dict[str, Any]]]:
        """Of the records that meet each part and all filters, the first so many, as `values` gives them.

        Two statements, however many parts there are; a record may be in several parts.
        """
        return firsts.first_of_each(self._view, parts, fields, self._met(filters), order)

    def sums(self, fields: Sequence[str], *filters: Filter) -> dict[str, Decimal]:
        """The exact sum of each number field over all records that meet the filters."""
        row = select.grouped(self._view, (), fields, self._met(filters), ())[0]
        return {name: row[name] for name in fields}

    def groups(
        self,
        by: Sequence[str],
        sums: Sequence[str] = (),
        *filters: Filter,
        order: Sequence[str] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """One row for each combination of values of `by`: these, `__count`, and the figures of `sums`.

        by: fields, dotted paths, and dates by period: `closed_on:month` gives the first day of the month; periods are
        day, week (from Monday), month, quarter and year, of an instant where the reader is. sums: number fields, each
        added up exactly, or another figure of any field: `expected_revenue:avg` (rounded to six digits), `:min`,
        `:max`, `:count` (of those that have a value), `:count_distinct`, `:share` of the sum of all groups (0 to 1,
        rounded to six digits; None where that sum is nothing), which `__count:share` gives of the number of records.
        order: paths, and names of `by`, of `sums` and `__count`, `-` before what descends. limit, offset: of groups;
        shares are then of those that are given.
        """
        return select.grouped(self._view, by, sums, self._met(filters), order, limit, offset)

    def totals(
        self, by: Sequence[str], sums: Sequence[str], *filters: Filter, most: int
    ) -> tuple[Counted, list[dict[str, Any]]]:
        """How many records meet the filters, and the groups of them as `groups` gives them, in no order.

        most: no more are counted, and where there are more, there are no groups. One statement.
        """
        return select.totals(self._view, by, sums, self._met(filters), most)

    def as_of(self, moment: datetime) -> PastCollection[M]:
        """The records as they were at a moment: `get` and `browse` them by their ids, deleted ones too."""
        past: PastCollection[M] = self._view.env.as_of(moment)[self._view.info.name]
        return past

    def history_between(self, since: datetime, until: datetime, *, limit: int) -> list[Happening]:
        """What happened to all records after `since`, up to `until`, the latest first. For elevated code."""
        return history_between(self._view, since, until, limit)

    # -- writing ----------------------------------------------------------------------------------

    def create(self, **values: object) -> M:
        """Make a record. Raises Invalid with each field that is wrong, or AccessDenied."""
        made: M = self.create_many([values])[0]
        return made

    def create_many(self, rows: Sequence[Mapping[str, object]]) -> Records[M]:
        """Make many records at once; given in the order of `rows`."""
        return self._view.env._unit._pending.create(self._view, rows)

    def defaults(self) -> dict[str, Any]:
        """The values that a new record takes for fields that are not given, of those that the reader may see."""
        row: dict[str, Any] = {}
        fill_defaults(self._view, [row])
        row.update(target_defaults(self._view))
        return {name: value for name, value in row.items() if self._view.may_see(name)}

    # -- access -----------------------------------------------------------------------------------

    def can(self, action: Action) -> bool:
        """Whether any grant allows the action, for some records at least."""
        env = self._view.env
        return env.elevated or bool(env.models.access.grants(env.roles, action, self.info.name))

    def readable(self, field: str) -> bool:
        """Whether the reader's roles show them the field."""
        return self._view.may_see(field)

    def writable(self, field: str) -> bool:
        """Whether the reader could write the field: it is not computed, not read-only and not hidden."""
        found = self.info.fields[field]
        return found.editable and not found.readonly and self._view.may_see(field)
