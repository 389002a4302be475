"""The kinds of field that a model declares, one vocabulary for all addons."""

from core.orm.fields.aggregate import Count, Sum
from core.orm.fields.base import BadValue, Field
from core.orm.fields.binary import Binary, Image
from core.orm.fields.duration import Duration
from core.orm.fields.html import Html
from core.orm.fields.moments import now, today
from core.orm.fields.number import Decimal, Float, Integer, Monetary
from core.orm.fields.reference import Reference
from core.orm.fields.relation import Many2many, Many2one, One2many
from core.orm.fields.simple import Boolean, Date, DateTime, Json, Selection
from core.orm.fields.text import Char, Text

__all__ = [
    "BadValue", "Binary", "Boolean", "Char", "Count", "Date", "DateTime", "Decimal", "Duration", "Field", "Float",
    "Html", "Image", "Integer", "Json", "Many2many", "Many2one", "Monetary", "One2many", "Reference", "Selection",
    "Sum", "Text", "now", "today",
]  # fmt: skip
