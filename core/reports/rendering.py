"""From a record to the HTML of its document: the template with what it may know, in one language and layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError
from markupsafe import Markup

from core.errors import BanyanError, UserError
from core.formats import formats_for
from core.i18n import Text, translate, within
from core.orm.files import File
from core.reports.assets import Assets
from core.reports.declare import LabelSheet
from core.reports.engine import Page
from core.reports.layout import SIZES, Layout, font_faces
from core.reports.qr import qr_svg, vietqr
from core.reports.sandbox import Sandbox, late
from core.reports.values import RIGHT, field_of, label_of, shown
from core.reports.words import CurrencyLike, amount_in_words
from core.sandbox import for_templates

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.records import Records
    from core.reports.composed import LabelsAt, ReportAt

FOOT_LINE_MM = 3.6
_FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
SMALL = ("A5",)
"""Papers on which everything is a size smaller."""


class BrokenTemplate(BanyanError):
    """A template of an addon failed on a record; the text says where and why."""


class Rendering:
    """Documents in one language and layout; used for one after the other."""

    def __init__(self, sandbox: Sandbox, language: str, time_zone: str, layout: Layout) -> None:
        self.language, self.layout = language, layout
        self.formats = formats_for(language, time_zone)
        self.assets = Assets()
        self._codes = 0
        self._sandbox = sandbox.overlay()
        self._sandbox.globals = {**sandbox.globals, **self._functions(), "layout": layout, "language": language}
        self._sandbox.filters = {**sandbox.filters, **self._filters()}

    def document(self, report: ReportAt, title: str, **known: Any) -> Page:
        """The page of a report. known: `record` or `records`, and `values`. Raises BrokenTemplate."""
        self.assets, self._codes = Assets(), 0
        paper = report.paper or self.layout.paper
        logo = self.assets.put("logo", self.layout.logo) if self.layout.logo else ""
        lines = len(self.layout.footer.splitlines())
        html = self._rendered(
            report.template,
            title=title,
            report=Text(report.name),
            logo=logo,
            paper=paper,
            small=paper in SMALL,
            side="12mm" if paper in SMALL else "16mm",
            landscape=report.landscape,
            foot_space=round(17 + FOOT_LINE_MM * max(0, lines - 1), 1),
            font_faces=Markup(font_faces(self.layout.font)),
            **known,
        )
        return Page(html, self.assets, title)

    def labels(
        self, report: LabelsAt, title: str, records: Records[Any], values: Sequence[Mapping[str, object]], skip: int
    ) -> Page:
        """The sheets of labels for records. skip: places of the first sheet that are used up. Raises BrokenTemplate."""
        self.assets, self._codes = Assets(), 0
        sheet = report.sheet
        said = [
            Markup(self._rendered(report.template, record=record, values=given, report=Text(report.name)))
            for record, given in zip(records, values, strict=True)
        ]
        html = self._rendered(
            "core/labels.html",
            title=title,
            paper=sheet.paper,
            paper_height=SIZES[sheet.paper][1],
            sheet=sheet,
            sheets=list(_sheets(sheet, said, skip)),
            font_faces=Markup(font_faces(self.layout.font)),
        )
        return Page(html, self.assets, title)

    def _rendered(self, template: str, **known: Any) -> str:
        try:
            return self._sandbox.get_template(template).render(**known)
        except UserError:
            raise  # what the reader may not see, or what is not there: theirs to know
        except _FAILURES as error:
            raise BrokenTemplate(f"{template}:{_line_of(error)}: {error}") from error

    # -- what templates have at hand --------------------------------------------------------------

    def _functions(self) -> dict[str, Any]:
        ours = {
            "_": self.say, "show": self.show, "label": self.label, "is_right": self.is_right, "words": self.words,
            "qr": self.qr, "image": self.image, "vietqr": vietqr,
        }  # fmt: skip
        return {name: for_templates(_plain(function)) for name, function in ours.items()}

    def _filters(self) -> dict[str, Any]:
        formats = self.formats
        ours: dict[str, Callable[..., Any]] = {
            "t": lambda text: translate(text, self.language), "within": within, "num": formats.number,
            "money": formats.money, "date": formats.date, "datetime": formats.datetime,
        }  # fmt: skip
        return {name: late(function) for name, function in ours.items()}

    def say(self, source: str, **values: object) -> str:
        """`_("…")`: a text of the template, in the language of the document."""
        return translate(Text(source, values), self.language)

    def show(self, record: Model, path: str) -> str:
        """The value at a path of a record, as its kind is shown."""
        return shown(record, path, self.formats)

    def label(self, record: Model | Records[Any], path: str) -> str:
        """What people call the field at a path of a record, or of each of several."""
        return label_of(record, path, self.formats)

    def is_right(self, record: Model | Records[Any], path: str) -> bool:
        """Whether the field stands right in a table: a figure or a day."""
        return field_of(record, path).kind in RIGHT

    def words(self, amount: Decimal | int, currency: CurrencyLike) -> str:
        """An amount in words."""
        return amount_in_words(amount, currency, self.language)

    def qr(self, text: str, size: str = "26mm") -> Markup:
        """A QR code, so wide and high."""
        self._codes += 1
        address = self.assets.put(f"qr-{self._codes}", qr_svg(text), "image/svg+xml")
        return Markup('<img class="code" src="{}" style="width: {}; height: {}">').format(address, size, size)

    def image(self, file: File | None, height: str = "20mm") -> Markup:
        """A picture of a record, at most so high; nothing where there is none."""
        if file is None:
            return Markup("")
        address = self.assets.put(f"file-{file.id}", file.read())
        return Markup('<img src="{}" style="max-height: {}; max-width: 100%">').format(address, height)


def _plain(function: Any) -> Any:
    """The function as one of its own, which can be marked; a bound method cannot."""

    def call(*given: Any, **named: Any) -> Any:
        return function(*given, **named)

    return call


def _sheets(sheet: LabelSheet, labels: Sequence[Markup], skip: int) -> Iterator[list[tuple[Markup, float, float]]]:
    """(label, left, top) of each sheet."""
    waiting: list[Markup | None] = [*([None] * (skip % sheet.count)), *labels]
    for start in range(0, len(waiting), sheet.count):
        cells = []
        for place, label in enumerate(waiting[start : start + sheet.count]):
            if label is not None:
                row, column = divmod(place, sheet.columns)
                left = sheet.left + column * (sheet.width + sheet.across)
                cells.append((label, round(left, 2), round(sheet.top + row * (sheet.height + sheet.down), 2)))
        yield cells


def _line_of(error: BaseException) -> int:
    """The line of the template that was being rendered when it failed."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".html"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
