"""A pivot as a workbook: a column for each field of its rows, and for each column one of each figure and currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from core.errors import Invalid, Missing
from core.i18n import _, translate
from core.reports import workbook
from core.reports.spreadsheet import XLSX, Kind, Money, Sheet, SheetColumn
from core.web.screens.context import env
from core.web.screens.file import set_name
from core.web.screens.list import page_of
from core.web.screens.pivot.show import Pivoted, pivoted
from core.web.screens.pivot.table import Key

if TYPE_CHECKING:
    from core.views import MeasureAt
    from core.views.amounts import Currency

blueprint = Blueprint("pivot", __name__)
Place = tuple[Key, "MeasureAt", "Currency | None"]


@blueprint.get("/records/<model>/pivot/spreadsheet")
def spreadsheet(model: str) -> Response:
    """The whole pivot, every row open. Raises Missing, AccessDenied or Invalid."""
    page = page_of(model)
    if page.found.kind != "pivot":
        raise Missing(_("There is no pivot here."))
    found = pivoted(page)
    if found.groups.has_more:
        raise Invalid(_("These are too many records to add up unasked. Choose “Count and add up all” first."))
    title = translate(page.info.label_plural, env().language)
    places = list(_places(found))
    heads = [SheetColumn(axis.label) for axis in found.table.rows] or [SheetColumn("")]
    sheet = Sheet(
        title,
        [*heads, *(_head(found, place) for place in places)],
        _rows(found, places, len(heads)),
        ZoneInfo(env().time_zone),
    )
    response = Response(workbook(sheet), mimetype=XLSX)
    response.headers["Cache-Control"] = "private, no-store"
    set_name(response, "attachment", f"{title}.xlsx")
    return response


def _places(found: Pivoted) -> Iterator[Place]:
    """(column, figure, currency) of each column of the sheet; those of the total last."""
    for column in [*found.table.columns, ()] if found.across.by else [()]:
        for measure in found.measures:
            order = list(found.table.tally(()).currencies(measure))
            amounts = found.table.tally((), column).amounts(measure, order)
            for currency in dict.fromkeys(amount.currency for amount in amounts) or [None]:
                yield column, measure, currency


def _head(found: Pivoted, place: Place) -> SheetColumn:
    column, measure, currency = place
    names = [axis.text(value) for axis, value in zip(found.table.across, column, strict=False)]
    if found.across.by and not column:
        names = [translate(_("Total"), env().language)]
    names.append(found.choosing.label(measure))
    if currency is not None and currency.symbol:
        names.append(currency.symbol)
    kind: Kind = "money" if measure.at is not None and measure.at.kind == "monetary" else "number"
    return SheetColumn(" · ".join(names), kind)


def _rows(found: Pivoted, places: Sequence[Place], width: int) -> Iterator[list[object]]:
    table = found.table
    for line in table.lines(sort=""):
        if line.below:  # what is above others is their total, which a spreadsheet makes itself
            continue
        texts = [axis.text(value) for axis, value in zip(table.rows, line.key, strict=True)]
        yield [*texts, *(_value(found, line.key, place) for place in places)]
    total = [translate(_("Total"), env().language), *[""] * (width - 1)]
    yield [*total, *(_value(found, (), place) for place in places)]


def _value(found: Pivoted, row: Key, place: Place) -> object:
    column, measure, currency = place
    tally = found.table.tally(row, column)
    for amount in tally.amounts(measure) if tally.count else []:
        if amount.currency == currency:
            return amount.value if currency is None else Money(Decimal(amount.value), currency)
    return None
