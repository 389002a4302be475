"""A form as a browser would send it, read from the HTML of a page: what tests fill in and submit."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@dataclass
class PageForm:
    """The inputs of one form, and of those outside that belong to it. buttons: text → (address, name, value)."""

    action: str = ""
    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    buttons: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def fill(self, **values: str | list[str] | bool) -> PageForm:
        """Type into inputs; True and False tick and untick. Dots in names are written as two underscores."""
        for key, value in values.items():
            name = key.replace("__", ".")
            if isinstance(value, bool):
                self.fields.setlist(name, ["0", "1"] if value else ["0"])
            else:
                self.fields.setlist(name, value if isinstance(value, list) else [value])
        return self

    def submit(self, browser: FlaskClient, button: str = "") -> TestResponse:
        """Send it, by a button's text or as the Enter key would; follows no redirect."""
        address, name, value = self.buttons[button] if button else (self.action, "", "")
        data = self.fields.copy()
        if name:
            data.add(name, value)
        return browser.post(address or self.action, data=data)


def read_form(page: str, identity: str = "record") -> PageForm:
    """The form of that id. Raises LookupError where the page has none."""
    reader = _Reader(identity)
    reader.feed(page)
    if not reader.found:
        raise LookupError(f"the page has no form '{identity}'")
    return reader.form


class _Reader(HTMLParser):
    def __init__(self, identity: str) -> None:
        super().__init__(convert_charrefs=True)
        self.identity, self.form, self.found = identity, PageForm(), False
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None
        self._button: tuple[str, str, str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == self.identity:
            self.form.action, self._inside, self.found = given.get("action", ""), True, True
        if given.get("form", self.identity if self._inside else "") != self.identity:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self.form.fields.add(name, given.get("value", "on" if ticks else ""))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None and "selected" in given:
            self.form.fields.setlist(self._select, [given.get("value", "")])
        elif tag == "button":
            self._button, self._text = (given.get("formaction", ""), name, given.get("value", "")), ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            # A browser leaves out the first line break of a textarea.
            self.form.fields.add(self._area, self._text.removeprefix("\n"))
            self._area = None
        elif tag == "select" and self._select is not None:
            self.form.fields.setdefault(self._select, "")
            self._select = None
        elif tag == "button" and self._button is not None:
            self.form.buttons.setdefault(" ".join(self._text.split()), self._button)
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._area is not None or self._button is not None:
            self._text += data
