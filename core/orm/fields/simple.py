"""Boolean, Date, DateTime, Selection and Json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, overload

import sqlalchemy as sa

from core.errors import DeclarationError, nearest
from core.i18n import _
from core.orm.fields.base import BadValue, Field
from core.orm.instants import in_utc
from core.orm.path import Path
from core.orm.types import UtcDateTime

if TYPE_CHECKING:
    from core.orm.model import Model


class Boolean(Field[bool]):
    """Yes or no; absent is no."""

    kind = "boolean"
    absent = False

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.Boolean()

    def server_default(self) -> Any:
        return sa.false()

    def convert(self, value: Any) -> bool:
        if value is None:
            return False
        if not isinstance(value, bool):
            raise BadValue(_("must be yes or no"))
        return value

    def is_absent(self, value: Any) -> bool:
        return value is None


class Date(Field["date | None"]):
    """A day of the calendar, without a time zone."""

    kind = "date"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.Date()

    def convert(self, value: Any) -> date | None:
        if value is None or value == "":
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            raise BadValue(_("must be a date"))
        return value

    def encode(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def decode(self, value: Any) -> Any:
        return None if value is None else date.fromisoformat(value)


class DateTime(Field["datetime | None"]):
    """An instant; always aware, kept in UTC to the microsecond.

    The two days at either end of the calendar, which not every time zone can show, are refused.
    """

    kind = "datetime"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return UtcDateTime()

    def convert(self, value: Any) -> datetime | None:
        if value is None or value == "":
            return None
        if not isinstance(value, datetime):
            raise BadValue(_("must be a date and time"))
        if value.tzinfo is None:
            raise BadValue(_("must say its time zone"))
        return in_utc(value)

    def encode(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def decode(self, value: Any) -> Any:
        return None if value is None else datetime.fromisoformat(value)


class Selection(Field["str | None"]):
    """One of a few words. options: (value that is stored, label) in the order in which they are offered.

    On a class that extends another, without options of its own: add_options: (value, label) to be put at the
    end, or (value, label, value after which it is put; "" is the beginning). labels: value → another label.
    What else is given goes before what the field below has.
    """

    kind = "selection"

    def __init__(
        self,
        options: Sequence[tuple[str, str]] = (),
        label: str = "",
        *,
        add_options: Sequence[tuple[str, str] | tuple[str, str, str]] = (),
        labels: Mapping[str, str] | None = None,
        **common: Any,
    ) -> None:
        super().__init__(label, **common)
        self.added, self.labels = tuple(add_options), dict(labels or {})
        self.given = {**common, **({"label": label} if label else {})}
        self.extends = not options
        if self.extends != bool(self.added or self.labels):
            raise DeclarationError(
                "a selection has options, or on a class that extends another add_options or labels", where=self.where
            )
        self.take(options)

    def take(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these options; for composition."""
        self.options = tuple(options)
        self._values = frozenset(value for value, _label in self.options)

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(64)

    def label_of(self, value: str | None) -> str:
        """The label of a stored value; an empty text of none."""
        return next((label for option, label in self.options if option == value), value or "")

    def convert(self, value: Any) -> str | None:
        if value is None or value == "":
            return None
        if not isinstance(value, str) or value not in self._values:
            hint = nearest(str(value), self._values)
            choices = ", ".join(option for option, _label in self.options)
            if hint:
                raise BadValue(_("cannot be '{value}'; {hint}"), value=value, hint=hint)
            raise BadValue(_("cannot be '{value}'; one of: {choices}"), value=value, choices=choices)
        return str(value)


class Json(Field[Any]):
    """A structure without a schema, for settings and payloads that are never filtered.

    Reading gives a copy: changing that changes nothing until it is assigned.
    """

    kind = "json"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.JSON(none_as_null=True)

    @overload
    def __get__(self, record: None, owner: type[Any]) -> Path[Any]: ...
    @overload
    def __get__(self, record: Model, owner: type[Any]) -> Any: ...
    def __get__(self, record: Model | None, owner: Any) -> Any:
        value: Any = super().__get__(record, owner)
        return value if record is None or value is None else deepcopy(value)

    def convert(self, value: Any) -> Any:
        try:
            text = json.dumps(value, allow_nan=False, ensure_ascii=False)
            text.encode()
        except (TypeError, ValueError):
            raise BadValue(_("must be plain JSON")) from None
        return json.loads(text)
