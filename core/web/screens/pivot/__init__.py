"""Pivots: a table of figures by rows and columns, all of whose state is in its address.

table        groups become rows, columns and cells, with their totals
show         the page
spreadsheet  the same table as a workbook
"""

from core.web.screens.pivot.show import show
from core.web.screens.pivot.spreadsheet import blueprint

__all__ = ["blueprint", "show"]
