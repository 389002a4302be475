"""What happened to a record: who changed what from what to what, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.orm.fields.html import words_of
from core.orm.fields.reference import apart
from core.views.amounts import Currency
from core.web.screens.cells import USERS
from core.web.screens.titles import titles_of

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.model import Model
    from core.orm.read.history import Change
    from core.orm.registry import ModelInfo

SHOWN = 30
LONG = 60  # characters of a text that are shown


@dataclass(frozen=True)
class Step:
    """A field's way from one value to another. derived: it followed from other changes."""

    label: str
    old: str
    new: str
    derived: bool = False


@dataclass(frozen=True)
class Event:
    """One writing. at: for `<time datetime>`. when: as people say it."""

    who: str
    when: str
    at: str
    said: str
    steps: tuple[Step, ...] = ()
    reason: str = ""


class Story:
    """Tells the history of one record. currencies: name of an amount → how it is written."""

    def __init__(self, env: Env, formats: Formats, info: ModelInfo, currencies: dict[str, Currency | None]) -> None:
        self.env, self.formats, self.info, self.currencies = env, formats, info, currencies
        self.names: dict[str, dict[int, str]] = {}

    def say(self, text: str) -> str:
        return translate(text, self.env.language)

    def tell(self, record: Model) -> list[Event]:
        """The latest events, the last first. It asks once for each model that the changes name."""
        changes = record.history(SHOWN)
        self._name(changes)
        return [self._event(change) for change in changes]

    def _name(self, changes: Sequence[Change]) -> None:
        wanted: dict[str, set[int]] = {USERS: {change.user_id for change in changes if change.user_id is not None}}
        for change in changes:
            for name, pair in self._shown(change).items():
                field = self.info.fields[name]
                if field.target:
                    wanted.setdefault(field.target, set()).update(one for value in pair for one in _ids(value))
        self.names = {
            model: titles_of(self.env, model, ids) for model, ids in wanted.items() if model in self.env.models
        }

    def _shown(self, change: Change) -> Mapping[str, tuple[Any, Any]]:
        """The changes that are told; what a record began with is on the page itself."""
        return {} if change.action == "create" else change.changes

    def _event(self, change: Change) -> Event:
        said = {"create": _("made it"), "delete": _("deleted it")}.get(change.action, "")
        steps = tuple(sorted(self._steps(change), key=lambda step: step.derived))
        who = self.names.get(USERS, {}).get(change.user_id or 0, "") or self.say(
            _("Banyan") if change.user_id is None else _("Somebody")
        )
        return Event(who, self.when(change.at), change.at.isoformat(), self.say(said), steps, self.say(change.reason))

    def _steps(self, change: Change) -> Iterable[Step]:
        for name, (old, new) in self._shown(change).items():
            field = self.info.fields[name]
            if field.kind == "json":
                continue
            before, after = self.value(field, old), self.value(field, new)
            if field.many:
                before = ", ".join(self.titles(field, set(_ids(old)) - set(_ids(new))))
                after = ", ".join(self.titles(field, set(_ids(new)) - set(_ids(old))))
            yield Step(self.say(field.label), before, after, name in change.derived)

    def value(self, field: Field[Any], value: Any) -> str:
        """A value in a few words."""
        if value is None or value == "":
            return self.say(_("empty"))
        match field.kind:
            case "many2one":
                return ", ".join(self.titles(field, [value]))
            case "selection":
                return self.say(getattr(field, "label_of")(value))
            case "boolean":
                return self.say(_("yes") if value else _("no"))
            case "date":
                return self.formats.date(value)
            case "datetime":
                return self.formats.datetime(value)
            case "monetary":
                return self.formats.money(value, self.currencies.get(field.name))
            case "binary" | "image":
                return self.say(_("a file"))
            case "reference":
                model, identity = apart(value)
                return titles_of(self.env, model, [identity]).get(identity, self.say(_("(restricted)")))
            case "duration":
                return self.formats.duration(value)
            case "html":
                value = words_of(value)
            case "integer" | "float" | "decimal":
                unit = f"\u00a0{self.say(field.unit)}" if field.unit else ""
                return f"{self.formats.number(value)}{unit}"
        text = str(value)
        return text if len(text) <= LONG else f"{text[:LONG].rstrip()} …"

    def titles(self, field: Field[Any], ids: Iterable[int]) -> list[str]:
        known = self.names.get(field.target, {})
        return [known.get(one, self.say(_("(restricted)"))) for one in ids]

    def when(self, at: datetime) -> str:
        """The time of today, "yesterday" with it, or the day."""
        local, today = at.astimezone(self.formats.zone), self.env.today()
        day: date = local.date()
        clock = f"{local.hour:02}:{local.minute:02}"
        if day == today:
            return clock
        if (today - day).days == 1:
            return translate(_("yesterday, {time}", time=clock), self.env.language)
        return self.formats.date(day)


def _ids(value: Any) -> Iterable[int]:
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,)
    return value if isinstance(value, list | tuple) else ()
