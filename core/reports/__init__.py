"""Documents: what addons declare, and how records become PDF files, labels and spreadsheets.

    from core.reports import Report

    quotation = Report(SaleOrder, name=_("Quotation"), template="quotation.html", language=SaleOrder.partner.language)

docs/reports.md says all of it.
"""

from core.reports.composed import ReportAt, reports_of
from core.reports.declare import A4_24, A4_65, Labels, LabelSheet, Overview, Report, Reworked
from core.reports.engine import Engine, MemoryEngine, PlutoEngine
from core.reports.keeping import Kept, document_of, keep, kept_of, open_kept
from core.reports.layout import FONTS, SIDES, Layout, is_colour, layout_of
from core.reports.printing import Printed, print_records
from core.reports.qr import vietqr
from core.reports.spreadsheet import Money, Sheet, SheetColumn, workbook
from core.reports.words import amount_in_words
from core.sandbox import for_templates

__all__ = [
    "A4_24", "A4_65", "FONTS", "SIDES", "Engine", "Kept", "LabelSheet", "Labels", "Layout", "MemoryEngine", "Money",
    "Overview", "PlutoEngine", "Printed", "Report", "ReportAt", "Reworked", "Sheet", "SheetColumn", "amount_in_words",
    "document_of", "for_templates", "is_colour", "keep", "kept_of", "layout_of", "open_kept", "print_records",
    "reports_of", "vietqr", "workbook",
]  # fmt: skip
