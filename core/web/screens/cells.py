"""How values become what stands in a cell, the same in lists, in tables of lines and on forms.

A view's field says which paths to ask `Collection.values` for (`needed`), and a row of those becomes a
`Cell`, which the templates draw by its kind. Nothing is asked for row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.orm.fields.html import words_of
from core.orm.fields.reference import apart
from core.orm.files import ATTACHMENT, KINDS
from core.orm.filter import ALL, All, Condition, Either, Filter, Opposite, compare
from core.orm.instants import in_zone
from core.views.amounts import currency_of, currency_paths
from core.views.composed import FieldAt, ShownAt

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.orm.fields.base import Field

Row = Mapping[str, Any]
RESTRICTED = _("(restricted)")
USERS = "res.users"
STARS = 3
NEAR = 7  # days before a deadline from which on it is marked


@dataclass(frozen=True)
class Cell:
    """What one value looks like. kind: which macro draws it. number: of a meter or stars, 0 to 100 or to 3.
    markup: of a rich text, cleaned when it was written."""

    kind: str
    text: str = ""
    href: str = ""
    tone: str = ""
    number: str = ""
    markup: str = ""
    several: tuple[Cell, ...] = ()

    @property
    def bare(self) -> bool:
        """Whether its text alone is all there is to draw."""
        return self.kind in ("text", "number", "money", "date", "datetime", "relation") and not self.several


def needed(env: Env, shown: ShownAt) -> list[str]:
    """The paths that showing a field takes, for this reader."""
    at, watched = shown.at, [one.path for one in shown.watched if one.readable(env)]
    if at.kind == "many2one":
        return [at.path, f"{at.path}.display_name", *watched]
    if at.kind == "monetary":
        return [at.path, *currency_paths(at), *watched]
    return [at.path, *watched]


def holds(condition: Filter, row: Row) -> bool:
    """Whether a row that was read meets a filter; not, where the reader may not see what it looks at."""
    match condition:
        case All(parts=parts):
            return all(holds(part, row) for part in parts)
        case Either(parts=parts):
            return any(holds(part, row) for part in parts)
        case Opposite(part=part):
            return not holds(part, row)
        case Condition(names=names, operator=operator):
            path = ".".join(names)
            return path in row and compare(operator, row[path], condition.plain())
    return condition is ALL


class Draw:
    """Draws cells in the language and zone of the reader. names: model → id → title, for to-many values."""

    def __init__(self, env: Env, formats: Formats, names: Mapping[str, Mapping[int, str]] | None = None) -> None:
        self.env, self.formats, self.names = env, formats, names or {}

    def say(self, text: str) -> str:
        return translate(text, self.env.language)

    def cell(self, shown: ShownAt, row: Row) -> Cell:
        """The cell of a field in a row of `needed` paths."""
        at, widget = shown.at, shown.widget
        field, value = at.field(), row[at.path]
        if field.kind == "many2one":
            cell = self._related(at, row, widget)
        elif field.kind == "monetary":
            cell = Cell("money", self.formats.money(value, currency_of(at, row)))
        elif field.kind == "reference":
            cell = self._referred(value)
        elif field.kind in KINDS:
            cell = self.file(value, field.kind)
        elif field.many:
            titles = self.names.get(field.target, {})
            cell = Cell("tags", several=tuple(Cell("tag", titles[one]) for one in value if one in titles))
        else:
            cell = self.plain(field, value, widget)
        if shown.tones and cell.text:
            tones = (tone for tone, condition in shown.tones if holds(condition, row))
            return replace(cell, tone=next(tones, ""))
        if shown.due is not None and value is not None and holds(shown.due, row):
            return replace(cell, several=self._deadline(value))
        return cell

    def _deadline(self, value: date | datetime) -> tuple[Cell, ...]:
        """What is said beside a deadline that is past or near."""
        day = in_zone(value, self.formats.zone).date() if isinstance(value, datetime) else value
        days = (day - self.env.today()).days
        if days < 0:
            return (Cell("tag", self.say(_("late")), tone="bad"),)
        if days == 0:
            return (Cell("tag", self.say(_("today")), tone="warn"),)
        if days <= NEAR:
            text = translate(_("{count} days", count=days) if days > 1 else _("tomorrow"), self.env.language)
            return (Cell("tag", text, tone="warn"),)
        return ()

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
            case "duration":
                return Cell("number", self.formats.duration(value))
            case "html":
                return Cell("html", words_of(value), markup=value)
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
        return Cell(kind, title, href=f"/records/{target}/{value}")

    def _referred(self, value: str | None) -> Cell:
        if value is None:
            return Cell("text")
        model, identity = apart(value)
        title = self.names.get(model, {}).get(identity)
        if title is None:
            return Cell("restricted", self.say(RESTRICTED))
        return Cell("relation", title, href=f"/records/{model}/{identity}")

    def file(self, value: int | None, kind: str) -> Cell:
        """The name of a file, which leads to it; a picture can be shown."""
        if value is None:
            return Cell("text")
        name = self.names.get(ATTACHMENT, {}).get(value) or self.say(_("a file"))
        return Cell("picture" if kind == "image" else "file", name, href=f"/file/{value}")

    def reference(self, value: str | None) -> str:
        """A reference as it is typed: what people call the model, a colon, and the record's name."""
        cell = self._referred(value)
        if value is None or cell.kind == "restricted":
            return cell.text
        return f"{self.say(self.env.models[apart(value)[0]].label)}: {cell.text}"

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
