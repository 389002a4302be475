"""Charts, drawn by the server as SVG: no script is needed, every mark leads to its records, a table stands behind.

series   groups become categories and series of numbers in one currency
scale    a scale of round numbers
bars, lines, pie   numbers become shapes
show     the page
"""

from core.web.screens.chart.show import show

__all__ = ["show"]
