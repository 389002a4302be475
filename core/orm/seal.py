"""Seals: how a company can see that nobody altered its history.

    unit 41 ── digest over its rows ──┐
    unit 42 ── digest over its rows ──┼─► seal 7 = SHA-256(seal 6, units 41-43, their digests) ─► seal 8 …
    unit 43 ── digest over its rows ──┘

Each unit of work writes the digest of its own rows in its own transaction and looks at nobody else's, so
that writers never wait for one another. Sealing chains what has been committed since: one process at a
time, in batches. It takes the units that it sees, by their numbers; one that commits later with a lower
number is in the next seal, and a number that never commits is in none.

What this proves: if the newest seal is the one that somebody wrote down elsewhere, then no row that it
covers has been changed, removed or put in since. It does not prove that what was written was true, nor
anything about rows that are not sealed yet; and who can write to the database behind Banyan can make all
digests and seals anew, which only a seal that is kept elsewhere shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.i18n import _
from core.orm.read.units import need_elevated
from core.orm.write.log import Head, as_json, row_text, unit_text

if TYPE_CHECKING:
    from core.orm.env import Env

BATCH = 10_000
"""So many units are covered by one seal at most."""
SEAL_LOCK = 0x7365616C
"""The advisory lock that one sealing process holds on PostgreSQL."""
PAGE = 5_000


@dataclass(frozen=True)
class Seal:
    """One link of the chain. units: the numbers that it covers, as ranges."""

    number: int
    at: datetime
    units: str
    count: int
    previous: str
    digest: str


@dataclass(frozen=True)
class Verdict:
    """What verifying found. broken: the first place where something is not as it was; empty if there is none."""

    rows: int
    units: int
    seals: int
    unsealed: int
    older: int
    last: str
    broken: str = ""


def make_seals(env: Env) -> list[Seal]:
    """Seal the units that are committed and not sealed yet; gives the new seals. For elevated code that may write."""
    need_elevated(env)
    unit = env._unit
    if unit._dialect == "postgresql":
        unit._run(sa.select(sa.func.pg_advisory_xact_lock(SEAL_LOCK)))
    units, seals = env.models.units, env.models.seals
    known = seals_of(env)
    covered = {number for seal in known for number in _numbers(seal.units)}
    previous = known[-1].digest if known else ""
    rows = unit._run(sa.select(units.c.id, units.c.digest).order_by(units.c.id)).all()
    waiting = [row for row in rows if row.id not in covered]
    made: list[Seal] = []
    for start in range(0, len(waiting), BATCH):
        part = waiting[start : start + BATCH]
        ranges = _ranges(row.id for row in part)
        digest = _digest(previous, ranges, [row.digest for row in part])
        values: dict[str, Any] = {"at": env.now(), "units": ranges, "count": len(part), "previous": previous}
        values["digest"] = digest
        number = unit._run(sa.insert(seals).returning(seals.c.id), values).scalar_one()
        made.append(Seal(number, **values))
        previous = digest
    return made


def verify(env: Env) -> Verdict:
    """Look at every row of the history, every unit and every seal again. For elevated code."""
    need_elevated(env)
    units = {row["unit"]: row for row in env._unit._run(sa.select(env.models.units)).mappings()}
    broken, rows, older = _verify_units(env, units)
    seals = seals_of(env)
    in_chain, covered = _verify_chain(seals, {row["id"]: row["digest"] for row in units.values()})
    return Verdict(
        rows=rows,
        units=len(units),
        seals=len(seals),
        unsealed=sum(row["id"] not in covered for row in units.values()),
        older=older,
        last=seals[-1].digest if seals else "",
        broken=broken or in_chain,
    )


def _verify_units(env: Env, units: dict[str, Any]) -> tuple[str, int, int]:
    """(the first broken place, rows, rows from before there were digests)."""
    sums: dict[str, Any] = {}
    counts: dict[str, int] = {}
    first = min((row["first_row"] for row in units.values()), default=None)
    total = older = 0
    for row in _rows(env):
        total += 1
        row = dict(row)
        if row["unit"] not in units:
            if first is None or row["id"] < first:
                older += 1
                continue
            return _("row {id} of the history, about {model} {record}, belongs to no change",
                     id=row["id"], model=row["model"], record=row["record_id"]), total, older  # fmt: skip
        name = row["unit"]
        head = Head(*(row[part] for part in Head._fields)).text()
        text = row_text(head, row["id"], row["record_id"], row["changes"], row["derived"])
        sums.setdefault(name, hashlib.sha256()).update(text.encode())
        counts[name] = counts.get(name, 0) + 1
    for name, unit in sorted(units.items(), key=lambda item: int(item[1]["id"])):
        place = _("change {number} of {at}", number=unit["id"], at=unit["at"].isoformat(" ", "seconds"))
        if counts.get(name, 0) != unit["rows"]:
            return _("{place} had {rows} rows of history and has {found}",
                     place=place, rows=unit["rows"], found=counts.get(name, 0)), total, older  # fmt: skip
        found = sums[name].copy()
        header = ("unit", "at", "user_id", "reason", "first_row", "last_row", "rows", "summary")
        found.update(unit_text(**{key: unit[key] for key in header}))
        if found.hexdigest() != unit["digest"]:
            return _("the history of {place} is not what was written", place=place), total, older
    return "", total, older


def _rows(env: Env) -> Iterator[Any]:
    """The whole history by id, page by page; the JSON as it is stored."""
    history = env.models.history
    columns = [sa.cast(column, sa.Text).label("changes") if column.name == "changes" else column
               for column in history.c]  # fmt: skip
    last = None
    while True:
        page = sa.select(*columns).order_by(history.c.id).limit(PAGE)
        rows = env._unit._run(page if last is None else page.where(history.c.id > last)).mappings().all()
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1]["id"]


def _verify_chain(seals: list[Seal], digests: dict[int, str]) -> tuple[str, set[int]]:
    """(the first broken link, the numbers of all units that are covered)."""
    covered: set[int] = set()
    previous = ""
    for place, seal in enumerate(seals, start=1):
        numbers = _numbers(seal.units)
        missing = next((number for number in numbers if number not in digests), None)
        if missing is not None:
            return _(
                "seal {seal} covers change {number}, which is not there", seal=seal.number, number=missing
            ), covered
        if seal.previous != previous or len(numbers) != seal.count or covered.intersection(numbers):
            return _("seal {seal}, the {place}. of the chain, does not follow the one before it",
                     seal=seal.number, place=place), covered  # fmt: skip
        if _digest(previous, seal.units, [digests[number] for number in numbers]) != seal.digest:
            return _("seal {seal} does not fit the changes that it covers", seal=seal.number), covered
        covered.update(numbers)
        previous = seal.digest
    return "", covered


def seals_of(env: Env) -> list[Seal]:
    """The chain, the first seal first. For elevated code."""
    need_elevated(env)
    table = env.models.seals
    rows = env._unit._run(sa.select(table).order_by(table.c.id)).all()
    return [Seal(*row) for row in rows]


def _digest(previous: str, ranges: str, digests: list[str]) -> str:
    return hashlib.sha256(as_json([previous, ranges, digests]).encode()).hexdigest()


def _ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers as text: `1-40,42`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in found)


def _numbers(ranges: str) -> list[int]:
    """The numbers that `_ranges` wrote."""
    found: list[int] = []
    for part in ranges.split(","):
        low, _dash, high = part.partition("-")
        found.extend(range(int(low), int(high or low) + 1))
    return found
