"""What somebody sent with a form, kept as they typed it and read as values.

Names of inputs are names of fields; what a relation sends besides has a suffix, and what is no field begins
with an underscore:

    partner, partner.id, partner.was   the text, the record it stands for, and that record's name: with
                                       scripts off the text may differ from the name, and is looked up
    partner.pick, partner.asked        which of several matches was meant, and for what text
    tags, tags.add                     ids that are ticked, and names to add
    logo, logo.remove                  a file, which comes beside the texts; and that there is to be none
    _version, _status, _seen           the version that was seen, a step of the path that was pressed, and
                                       marks of what the inputs held (core.web.screens.seen)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from core.errors import Invalid
from core.i18n import _, translate
from core.orm.fields.base import BadValue
from core.orm.fields.reference import kept
from core.orm.files import KINDS, Upload
from core.orm.fold import fold
from core.orm.wire import load
from core.web.screens.related import Match, find, same_name

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo
    from core.views import Views

Sent = MultiDict[str, str]


@dataclass
class Problems:
    """What cannot be saved yet. fields: name → reasons; "" is the whole record. choices: name → who may be meant."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[Match]] = field(default_factory=dict)
    message: str = ""
    status: int = 422

    def add(self, name: str, reason: str) -> None:
        self.fields.setdefault(name, []).append(reason)

    def take(self, error: Invalid, names: Mapping[str, str]) -> None:
        """The reasons of an error. names: of the fields as the error has them → as the form has them."""
        for name, reasons in error.fields.items():
            self.fields.setdefault(names.get(name, name), []).extend(reasons)
        if not error.fields:
            self.add("", error.args[0])

    def __bool__(self) -> bool:
        return bool(self.fields or self.message)


def id_of(text: str) -> int | None:
    """The number of a record as a form or an address has it; None of anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def ids_of(texts: Iterable[str]) -> list[int]:
    """The numbers among `texts`."""
    return [identity for text in texts if (identity := id_of(text)) is not None]


def _models(field: Field[Any]) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(field, "models")
    return found


class Typed:
    """Reads a form that was sent, for one reader."""

    def __init__(
        self,
        env: Env,
        views: Views,
        formats: Formats,
        info: ModelInfo,
        sent: Sent,
        files: Mapping[str, Upload],
    ) -> None:
        self.env, self.views, self.formats, self.info, self.sent, self.files = env, views, formats, info, sent, files
        self.problems = Problems()

    def values(self, names: Iterable[str], status: str = "") -> dict[str, Any]:
        """Python values of the fields that were sent among `names`; what is wrong is in `problems`.

        status: the field that the path of states shows; a step of it that was pressed wins.
        """
        raw: dict[str, Any] = {}
        for name in names:
            if self.info.fields[name].kind in KINDS:
                if name in self.files or f"{name}.remove" in self.sent:
                    raw[name] = self.files.get(name)
                continue
            if name not in self.sent and f"{name}.add" not in self.sent:
                continue
            try:
                raw[name] = self._read(self.info.fields[name])
            except BadValue as error:
                self.problems.add(name, error.reason)
        if status and "_status" in self.sent:
            raw[status] = self._state(self.info.fields[status], self.sent["_status"])
        return self._loaded(raw)

    def _loaded(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """`raw` after the same checks as the API makes; fields that are refused are left out."""
        fields = self.info.fields
        try:
            return load(
                self.env, self.info.name, {fields[name].wire_name: value for name, value in raw.items()}, partial=True
            )
        except Invalid as error:
            self.problems.take(error, {fields[name].wire_name: name for name in raw})
            good = {name: value for name, value in raw.items() if name not in self.problems.fields}
            return self._loaded(good) if len(good) < len(raw) else {}

    def _state(self, field: Field[Any], value: str) -> Any:
        return id_of(value) if field.kind == "many2one" else value

    def _read(self, field: Field[Any]) -> Any:
        text = self.sent.get(field.name, "")
        match field.kind:
            case "many2one":
                return self._relation(field, text)
            case "many2many":
                return self._members(field)
            case "reference":
                return self._reference(field, text)
            case "boolean":
                return "1" in self.sent.getlist(field.name)
            case "date":
                return self.formats.parse_date(text)
            case "datetime":
                return self.formats.parse_datetime(text)
            case "integer":
                return self._whole(self.formats.parse_number(text))
            case "duration":
                return self.formats.parse_duration(text)
            case "float" | "decimal" | "monetary":
                return self.formats.parse_number(text)
            case "selection":
                return text or None
        return text.replace("\r\n", "\n")

    def _whole(self, value: Decimal | None) -> int | None:
        if value is not None and value != value.to_integral_value():
            raise BadValue(_("must be a whole number"))
        return None if value is None else int(value)

    # -- relations ------------------------------------------------------------------------------

    def _relation(self, field: Field[Any], text: str) -> int | None:
        name, text = field.name, text.strip()
        identity, was = self.sent.get(f"{name}.id", ""), self.sent.get(f"{name}.was", "").strip()
        if not text:
            return None
        if text == was and id_of(identity) is not None:
            return id_of(identity)
        return self._meant(field, text)

    def _reference(self, field: Field[Any], text: str) -> str | None:
        """The record that a text like “Contact: Gỗ Việt” means."""
        label, colon, name = (part.strip() for part in text.partition(":"))
        if not text.strip():
            return None
        known = {fold(translate(self.env.models[model].label, self.env.language)): model for model in _models(field)}
        model = known.get(fold(label), "")
        if not colon or not model:
            labels = ", ".join(translate(self.env.models[one].label, self.env.language) for one in known.values())
            raise BadValue(_("Write what it is, a colon and its name. What it may be: {labels}."), labels=labels)
        return kept(model, self._meant(field, name, model))

    def _meant(self, field: Field[Any], text: str, target: str = "") -> int:
        """The one record that `text` means. Raises BadValue, with the choices kept where several match."""
        picked = id_of(self.sent.get(f"{field.name}.pick", ""))
        if picked is not None and self.sent.get(f"{field.name}.asked", "").strip() == text:
            return picked
        for matches in (same_name, find):
            found = matches(self.env, self.views, target or field.target, text)
            if len(found) == 1:
                return found[0].id
            if found:
                self.problems.choices[field.name] = found
                raise BadValue(_("“{text}” may be several; choose one."), text=text)
        what = self.env.models[target or field.target].label_plural
        raise BadValue(_("There is no “{text}” among {what}."), text=text, what=what)

    def _members(self, field: Field[Any]) -> list[int]:
        ids = ids_of(self.sent.getlist(field.name))
        for text in self.sent.get(f"{field.name}.add", "").split(","):
            if text.strip():
                ids.append(self._meant(field, text.strip()))
        return list(dict.fromkeys(ids))
