"""How values become what stands in a cell, the same in lists, in tables of lines and on forms.

A view's field says which paths to ask `Collection.values` for (`needed`), and a row of those becomes a
`Cell`, which the templates draw by its kind. Nothing is asked for row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.views.composed import FieldAt

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.web.formats import Formats

Row = Mapping[str, Any]
RESTRICTED = _("(restricted)")
USERS = "res.users"
TONE = "tone"
"""A selection of that name on a model colours the tags of its records: good, info, warn, bad."""
STARS = 3


@dataclass(frozen=True)
class Currency:
    """What formatting an amount asks of its currency."""

    symbol: str
    position: str
    decimal_places: int


@dataclass(frozen=True)
class Cell:
    """What one value looks like. kind: which macro draws it. number: of a meter or stars, 0 to 100 or to 3."""

    kind: str
    text: str = ""
    href: str = ""
    tone: str = ""
    number: str = ""
    several: tuple[Cell, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether it stands right, in tabular figures."""
        return self.kind in ("number", "money", "date", "datetime")


def needed(at: FieldAt) -> list[str]:
    """The paths that showing a field takes."""
    field, path = at.field(), at.path
    if field.kind == "many2one":
        toned = at.target_info is not None and TONE in at.target_info.fields
        return [path, f"{path}.display_name", *([f"{path}.{TONE}"] if toned else [])]
    if field.kind == "monetary":
        return [path, *currency_paths(at)]
    return [path]


def currency_paths(at: FieldAt) -> list[str]:
    """Paths of the symbol, its position and the decimal places of an amount's currency."""
    currency = ".".join((*at.names[:-1], str(getattr(at.field(), "currency"))))
    return [f"{currency}.{part}" for part in ("symbol", "position", "decimal_places")]


def currency_of(at: FieldAt, row: Row) -> Currency | None:
    """The currency of an amount in a row; None where it has none, or one that the reader may not see."""
    symbol, position, places = (row.get(path) for path in currency_paths(at))
    return None if places is None else Currency(symbol or "", position or "after", places)


class Draw:
    """Draws cells in the language and zone of the reader. names: model → id → title, for to-many values."""

    def __init__(self, env: Env, formats: Formats, names: Mapping[str, Mapping[int, str]] | None = None) -> None:
        self.env, self.formats, self.names = env, formats, names or {}

    def say(self, text: str) -> str:
        return translate(text, self.env.language)

    def cell(self, at: FieldAt, row: Row, widget: str = "") -> Cell:
        """The cell of a field in a row of `needed` paths."""
        field, value = at.field(), row[at.path]
        if field.kind == "many2one":
            return self._related(at, row, widget)
        if field.kind == "monetary":
            return Cell("money", self.formats.money(value, currency_of(at, row)))
        if field.many:
            titles = self.names.get(field.target, {})
            return Cell("tags", several=tuple(Cell("tag", titles[one]) for one in value if one in titles))
        return self.plain(field, value, widget)

    def plain(self, field: Field[Any], value: Any, widget: str = "") -> Cell:
        """The cell of a value that needs nothing beside it."""
        if value is None or value == "":
            return Cell("text")
        match field.kind:
            case "boolean":
                return Cell("yes", self.say(_("Yes"))) if value else Cell("no", self.say(_("No")))
            case "date":
                return Cell("date", self.formats.date(value))
            case "datetime":
                return Cell("datetime", self.formats.datetime(value))
            case "selection":
                return self._chosen(field, value, widget)
            case "integer" | "float" | "decimal" | "monetary":
                return self._figure(field, value, widget)
            case "json":
                return Cell("json", str(value))
        if widget in ("email", "phone", "link"):
            return Cell("link", value, href=_target(widget, value))
        return Cell("tag", value) if widget == "tag" else Cell("long" if field.kind == "text" else "text", str(value))

    def _related(self, at: FieldAt, row: Row, widget: str) -> Cell:
        value, title = row[at.path], row[f"{at.path}.display_name"]
        if value is None:
            return Cell("text")
        if title is None:
            return Cell("restricted", self.say(RESTRICTED))
        target = at.target
        kind = widget if widget in ("tag", "face") else ("face" if target == USERS else "relation")
        href = f"/records/{target}/{value}"
        return Cell(kind, title, href=href, tone=row.get(f"{at.path}.{TONE}") or "")

    def _chosen(self, field: Field[Any], value: Any, widget: str) -> Cell:
        label = self.say(getattr(field, "label_of")(value))
        if widget == "stars":
            options = [option for option, _label in field.options]
            return Cell("stars", label, number=str(min(STARS, options.index(value))))
        return Cell("tag" if widget == "tag" else "text", label)

    def _figure(self, field: Field[Any], value: Any, widget: str) -> Cell:
        text = self.formats.number(value)
        if field.unit:
            text = f"{text}\u00a0{self.say(field.unit)}"
        if widget == "meter" or (field.unit == "%" and not widget):
            return Cell("meter", text, number=str(min(100, max(0, value))))
        return Cell("number", text)


def _target(widget: str, value: str) -> str:
    """Where a link leads; nothing but the web is linked to, whatever was typed."""
    if widget == "email":
        return f"mailto:{value}"
    if widget == "phone":
        return "tel:" + "".join(mark for mark in value if mark.isdigit() or mark == "+")
    return value if value.startswith(("https://", "http://")) else f"https://{value}"
