"""What a pivot or a chart is by, as its address says, and what else it could be by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.i18n import _, translate
from core.views.composed import DATES
from core.views.figures import PERIODS

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.views import ByAt, MeasureAt
    from core.web.screens.address import Asked

NOTHING = "-"
"""What an address says where there is to be none, and the view would begin with some."""


@dataclass(frozen=True)
class Offer:
    """Something to choose. parts: the periods of a date, each to choose apart."""

    label: str
    href: str = ""
    on: bool = False
    parts: Sequence[Offer] = ()


@dataclass(frozen=True)
class Wanted:
    """What an address asks for under one name. names: as it says them."""

    by: Sequence[ByAt]

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.by]


class Choosing:
    """Reads an address, and makes those of other choices. offered, figures: what the reader may choose from."""

    def __init__(self, env: Env, asked: Asked, offered: Iterable[ByAt], figures: Iterable[MeasureAt]) -> None:
        self.env, self.asked = env, asked
        self.offered = [one for one in offered if one.at.readable(env)]
        self.figures = [one for one in figures if one.at is None or one.at.readable(env)]

    def by(self, name: str, start: Sequence[ByAt], most: int) -> Wanted:
        """The fields that the address asks for under a name, else those to begin with; unknown ones are left out."""
        given = self.asked.values(name)
        if not given:
            return Wanted([one for one in start if one.at.readable(self.env)][:most])
        found = [self._by(text) for text in dict.fromkeys(given)]
        return Wanted([one for one in found if one is not None][:most])

    def measures(self, start: Sequence[MeasureAt]) -> list[MeasureAt]:
        """The figures that the address asks for, else those to begin with; the number where there are none."""
        given = dict.fromkeys(self.asked.values("measure"))
        known = {one.name: one for one in self.figures}
        if given:
            found = [known[name] for name in given if name in known]
        else:
            found = [one for one in start if one.name in known]
        return found or self.figures[:1]

    def _by(self, text: str) -> ByAt | None:
        path, _colon, period = text.partition(":")
        found = next((one for one in self.offered if one.at.path == path), None)
        if found is None or (period and (period not in PERIODS or found.at.kind not in DATES)):
            return None
        return replace(found, period=period) if period else found

    def offers(self, name: str, wanted: Wanted, most: int) -> list[Offer]:
        """Every field: choosing one that is on takes it away, another one is added, or replaces the last."""
        offers = []
        for one in self.offered:
            label = translate(one.label, self.env.language)
            if one.at.kind not in DATES:
                href = self.toggled(name, wanted, one, most)
                offers.append(Offer(label, href, one.name in wanted.names))
                continue
            parts = [
                Offer(
                    translate(text, self.env.language),
                    self.toggled(name, wanted, replace(one, period=period), most),
                    f"{one.at.path}:{period}" in wanted.names,
                )
                for period, text in PERIODS.items()
            ]
            offers.append(Offer(label, on=any(part.on for part in parts), parts=parts))
        return offers

    def toggled(self, name: str, wanted: Wanted, one: ByAt, most: int) -> str:
        """The address with a field more, or without it."""
        names = wanted.names
        if one.name in names:
            names.remove(one.name)
        else:  # the same date by another period takes its place
            same = [known for known in names if known.partition(":")[0] == one.at.path]
            others = [known for known in names if known not in same]
            names = [*others[: most - 1], one.name]
        return self.asked.keeping(**{name: names or [NOTHING]}).list_address()

    def figure_offers(self, measures: Sequence[MeasureAt], *, single: bool) -> list[Offer]:
        """Every figure. single: one takes the place of another."""
        names, offers = [one.name for one in measures], []
        for one in self.figures:
            if single:
                chosen = [one.name]
            elif one.name in names:
                chosen = [name for name in names if name != one.name] or names
            else:
                chosen = [*names, one.name]
            href = self.asked.keeping(measure=chosen).list_address()
            offers.append(Offer(self.label(one), href, one.name in names))
        return offers

    def label(self, measure: MeasureAt) -> str:
        """What people call a figure."""
        label = translate(measure.label, self.env.language)
        texts = {
            "avg": _("{what} (average)", what=label),
            "min": _("{what} (least)", what=label),
            "max": _("{what} (most)", what=label),
        }
        return translate(texts.get(measure.function, label), self.env.language)
