"""Inputs of a form: what each field is edited with, filled with its value or with what was typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.views.amounts import currency_of
from core.web.screens.cells import RESTRICTED, Row
from core.web.screens.typed import Sent

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.fields.base import Field
    from core.views import FieldAt

FEW = 12
"""A many-to-many with at most so many records to choose from shows them all, to be ticked."""


@dataclass(frozen=True)
class Option:
    """One of several to choose from."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Input:
    """kind: which macro draws it. text: as it stands in the input. id, was: see `core.web.screens.typed`."""

    kind: str
    text: str = ""
    id: str = ""
    was: str = ""
    target: str = ""
    options: tuple[Option, ...] = ()
    size: int = 0
    before: str = ""
    after: str = ""
    mode: str = ""
    placeholder: str = ""
    href: str = ""


class Inputs:
    """Makes inputs from a row of values."""

    def __init__(self, formats: Formats, language: str) -> None:
        self.formats, self.language = formats, language

    def say(self, text: str) -> str:
        return translate(text, self.language)

    def of(self, at: FieldAt, row: Row, widget: str, titles: dict[int, str]) -> Input:
        """The input of a field. titles: id → title of a to-many's members and of what else may be ticked."""
        field, value = at.field(), row[at.path]
        match field.kind:
            case "many2one":
                return self._relation(field, value, row.get(f"{at.path}.display_name"))
            case "many2many":
                options = tuple(Option(str(one), title, one in value) for one, title in titles.items())
                return Input("many", target=field.target, options=options)
            case "boolean":
                return Input("boolean", text="1" if value else "")
            case "selection":
                return self._selection(field, value)
            case "text" | "html":
                return Input("area", text=value or "")
            case "duration":
                return Input("line", self.formats.duration(value), placeholder="1:30")
            case "date":
                return Input("line", self.formats.date(value), placeholder=self.say(_("day/month/year")))
            case "datetime":
                return Input("line", self.formats.datetime(value))
            case "integer" | "float" | "decimal" | "monetary":
                return self._number(at, field, value, row)
        return Input("area" if widget == "area" else "line", value or "", size=field.size or 0, mode=_mode(widget))

    def typed(self, made: Input, name: str, sent: Sent) -> Input:
        """The same input with what was typed in place of the value."""
        if name not in sent and f"{name}.add" not in sent:
            return made
        match made.kind:
            case "relation":
                return replace(
                    made, text=sent.get(name, ""), id=sent.get(f"{name}.id", ""), was=sent.get(f"{name}.was", "")
                )
            case "many":
                ticked = sent.getlist(name)
                options = tuple(replace(option, chosen=option.value in ticked) for option in made.options)
                return replace(made, options=options, text=sent.get(f"{name}.add", ""))
            case "boolean":
                return replace(made, text="1" if "1" in sent.getlist(name) else "")
            case "selection":
                options = tuple(replace(option, chosen=option.value == sent.get(name)) for option in made.options)
                return replace(made, options=options)
        return replace(made, text=sent.get(name, ""))

    def _relation(self, field: Field[Any], value: Any, title: str | None) -> Input:
        if value is None:
            return Input("relation", target=field.target)
        text = self.say(RESTRICTED) if title is None else title
        href = "" if title is None else f"/records/{field.target}/{value}"
        return Input("relation", text, id=str(value), was=text, target=field.target, href=href)

    def _selection(self, field: Field[Any], value: Any) -> Input:
        options = [Option(option, self.say(label), option == value) for option, label in field.options]
        if not field.required or value is None:
            options.insert(0, Option("", "", value is None))
        return Input("selection", options=tuple(options))

    def _number(self, at: FieldAt, field: Field[Any], value: Any, row: Row) -> Input:
        currency = currency_of(at, row) if field.kind == "monetary" else None
        text = "" if value is None else self.formats.edit(value, currency.decimal_places if currency else 0)
        unit = currency.symbol if currency else self.say(field.unit)
        leads = currency is not None and currency.position == "before"
        return Input("line", text, mode="decimal", before=unit if leads else "", after="" if leads else unit)


def _mode(widget: str) -> str:
    """The keyboard that a phone shows."""
    return {"email": "email", "phone": "tel", "link": "url"}.get(widget, "")
