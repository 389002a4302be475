"""Sequences: numbers of documents, per company and period, with and without gaps.

    quick     drawn when a record is made, a block for the whole batch, in a transaction of its own:
              nobody waits for anybody, and what is rolled back leaves a gap
    gapless   asked for by a verb (post, confirm) and drawn at the end of the unit of work, after all row
              locks, with one UPDATE of the counter for all that asked: who rolls back leaves no gap

What a sequence looks like is a record of `ir.sequence`; where it stands is a row of `banyan_counter`, which
only this file touches. On SQLite nobody else writes meanwhile, so both are drawn in the unit itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from core.errors import BanyanError, Refused, hinted, nearest
from core.i18n import _
from core.orm.filter import Condition
from core.orm.instants import in_zone
from core.orm.path import Path
from core.orm.records import Records
from core.orm.tables import COUNTER
from core.orm.upsert import insert_or

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.unit import UnitOfWork
    from core.orm.view import View

SEQUENCE = "ir.sequence"
COMPANY = "res.company"
Period = Literal["never", "year", "month"]
PERIODS: dict[str, str] = {"never": "", "year": "%Y", "month": "%Y-%m"}
MARKS = ("year", "yy", "month", "day")
"""What a prefix or suffix may name in braces: the day that a number is for."""
_FIELDS = ("id", "code", "company", "prefix", "suffix", "padding", "first", "step", "period", "is_gapless")


@dataclass(frozen=True)
class Series:
    """A sequence as it counts for one company. company: 0 is none."""

    id: int
    company: int
    prefix: str
    suffix: str
    padding: int
    first: int
    step: int
    period: Period
    is_gapless: bool

    def counter(self, on: date) -> Counter:
        """Where it counts the numbers of that day."""
        return self.id, self.company, on.strftime(PERIODS[self.period])

    def text(self, number: int, on: date) -> str:
        """The number as people read it."""
        marks = {"year": f"{on.year:04}", "yy": f"{on.year % 100:02}", "month": f"{on.month:02}", "day": f"{on.day:02}"}
        return f"{self.prefix.format(**marks)}{number:0{self.padding}}{self.suffix.format(**marks)}"


Counter = tuple[int, int, str]
"""(sequence, company, period)."""


class Numbered:
    """The default of a text field that is numbered as its records are made: `default=Numbered("sale.order")`.

    code: of a quick sequence; one without gaps is drawn by a verb, through `env.number`. on: the field with the
    day that a number is for; the user's today where it is not given.
    """

    def __init__(self, code: str, on: str = "") -> None:
        self.code, self.on = code, on

    def __call__(self, env: Env) -> None:
        """A form that is opened shows no number yet: drawing one for each look at it would waste them."""


@dataclass(frozen=True)
class _Ask:
    """A record that wants a gapless number, with who asked."""

    env: Env
    model: str
    field: str
    id: int
    series: Series
    on: date


class Numbers:
    """The numbers of one unit of work: those drawn at once, and those asked for."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._asks: list[_Ask] = []

    # -- what code asks for -----------------------------------------------------------------------

    def fill_new(self, view: View, rows: Sequence[dict[str, Any]]) -> None:
        """Number the rows of new records where a field's default is `Numbered` and no number was given."""
        for field in view.info.stored:
            declared = field.default
            if not isinstance(declared, Numbered):
                continue
            empty = [row for row in rows if field.is_absent(row[field.name])]
            if not empty:
                continue
            series = self._series(view.env, declared.code)
            wanted = [
                (series.of(row.get("company", view.env.company_id)), self._day(view.env, row.get(declared.on)))
                for row in empty
            ]
            if any(one.is_gapless for one, _on in wanted):
                raise Refused(
                    _("Sequence '{code}' is gapless: its numbers are drawn by a step of the business, and not when "
                      "{models} are made.", code=declared.code, models=view.info.label_plural)
                )  # fmt: skip
            for row, text in zip(empty, self._drawn(wanted), strict=True):
                row[field.name] = text

    def ask(self, env: Env, records: Records[Any], field: str, code: str, on: str) -> None:
        """Give each record that has no number one; see `Env.number`."""
        info = records._view.info
        if info.fields[field].kind != "char":
            raise BanyanError(f"{info.name}.{field} is no text, and cannot hold a number of sequence '{code}'.")
        series = self._series(env, code)
        # Numbering is the installation's part: a document may be closed to its author by the step that numbers it.
        known = Records[Any](env.sudo(f"number from {code}")._view(info.name), records.ids)
        waiting = {(one.model, one.id, one.field) for one in self._asks}
        asks = []
        for record in known:
            if not getattr(record, field) and (info.name, record.id, field) not in waiting:
                company = getattr(record, "company", None) if "company" in info.fields else env.company
                day = self._day(env, getattr(record, on) if on else None)
                one = series.of(company.id if company is not None else None)
                asks.append(_Ask(known.env, info.name, field, record.id, one, day))
        self._asks += [one for one in asks if one.series.is_gapless]
        self._give([one for one in asks if not one.series.is_gapless])

    # -- at savepoints, and at the end ------------------------------------------------------------

    def asked(self) -> int:
        """How many records wait for a number."""
        return len(self._asks)

    def back_to(self, count: int) -> None:
        """Forget what was asked since there were so many."""
        del self._asks[count:]

    def draw(self) -> None:
        """Number what was asked for: lock the records, advance each counter once, and write."""
        if not self._asks:
            return
        asks, self._asks = self._asks, []
        env = self._unit.system_env()
        env.lock(*(env[model].browse(*ids) for model, ids in _by_model(asks).items()))
        self._give(asks)
        self._unit._pending.write(check=True)

    def _give(self, asks: Sequence[_Ask]) -> None:
        texts = self._drawn([(one.series, one.on) for one in asks])
        for one, text in zip(asks, texts, strict=True):
            one.env[one.model].browse(one.id).write(**{one.field: text})

    # -- counters -----------------------------------------------------------------------------------

    def _drawn(self, wanted: Sequence[tuple[Series, date]]) -> list[str]:
        """A number for each, in their order; one statement for each counter, in the order of the counters."""
        places: dict[Counter, list[int]] = {}
        for place, (series, on) in enumerate(wanted):
            places.setdefault(series.counter(on), []).append(place)
        texts = [""] * len(wanted)
        for counter in sorted(places):
            series = wanted[places[counter][0]][0]
            start = self._advance(series, counter, len(places[counter]))
            for number, place in enumerate(places[counter]):
                texts[place] = wanted[place][0].text(start + number * series.step, wanted[place][1])
        return texts

    def _advance(self, series: Series, counter: Counter, count: int) -> int:
        """Take so many numbers of a counter, and give the first of them."""
        unit = self._unit
        unit._pending.need_writable()
        table = unit.models.metadata.tables[COUNTER]
        added = count * series.step
        sequence, company, period = counter
        insert = insert_or(table, unit._dialect).values(
            sequence_id=sequence, company_id=company, period=period, next=series.first + added
        )
        statement = insert.on_conflict_do_update(
            index_elements=[table.c.sequence_id, table.c.company_id, table.c.period],
            set_={"next": table.c.next + added},
        ).returning(table.c.next)
        if series.is_gapless or unit._aside is None:
            after: int = unit._run(statement).scalar_one()
        else:
            after = unit._aside(statement)
        return after - added

    def _series(self, env: Env, code: str) -> _Found:
        system = env.sudo()
        rows = system[SEQUENCE].values(_FIELDS, Condition(SEQUENCE, ("code",), "=", code))
        if not rows:
            known = {row["code"] for row in system[SEQUENCE].values(("code",))}
            raise Refused(hinted(_("There is no sequence '{code}'", code=code), nearest(code, known)))
        parents: dict[int, int | None] = {}
        if any(row["company"] for row in rows) and "parent" in system.models[COMPANY].fields:
            parents = {row["id"]: row["parent"] for row in system[COMPANY].with_archived().values(("id", "parent"))}
        return _Found(code, rows, parents)

    def _day(self, env: Env, value: date | datetime | None) -> date:
        if isinstance(value, datetime):
            return in_zone(value, ZoneInfo(env.time_zone)).date()
        return value or env.today()


@dataclass(frozen=True)
class _Found:
    """The records of one code. parents: company → the one that it is a branch of."""

    code: str
    rows: Sequence[Mapping[str, Any]]
    parents: Mapping[int, int | None]

    def of(self, company: int | None) -> Series:
        """The series of a company: its own; or that of the company it is a branch of, counted together with that; or
        the one that is for all companies, in which each counts by itself. Raises Refused."""
        own = {row["company"]: row for row in self.rows}
        at = company
        while at is not None and at not in own:
            at = self.parents.get(at)
        row = own.get(at)
        if row is None:
            raise Refused(_("Sequence '{code}' is not for this company; make one for it, or one for all.",
                            code=self.code))  # fmt: skip
        names = ("prefix", "suffix", "padding", "first", "step", "period", "is_gapless")
        return Series(row["id"], at or company or 0, **{name: row[name] for name in names})


def _by_model(asks: Iterable[_Ask]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in asks:
        found.setdefault(one.model, []).append(one.id)
    return found


def name_of(field: str | Path[Any]) -> str:
    """The name of a field of the model itself, given as a path or as that."""
    return field if isinstance(field, str) else ".".join(field.names)


__all__ = ["MARKS", "PERIODS", "SEQUENCE", "Numbered", "Numbers", "Series", "name_of"]
