"""A filter as a sentence that somebody can read: “Stage: Means won is yes, and Closed on is from 01/01/2017”."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.orm.filter import All, Condition, Either, Everything, Filter, Nothing, Opposite, Pointed, Some
from core.orm.relative import Relative
from core.web.screens.titles import titles_of

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo

SAID = {
    "=": _("{field} is {value}"),
    "!=": _("{field} is not {value}"),
    "<": _("{field} is below {value}"),
    "<=": _("{field} is at most {value}"),
    ">": _("{field} is above {value}"),
    ">=": _("{field} is at least {value}"),
    "in": _("{field} is one of {value}"),
    "not in": _("{field} is none of {value}"),
    "ilike": _("{field} contains “{value}”"),
    "not ilike": _("{field} does not contain “{value}”"),
    "=ilike": _("{field} is {value}"),
    "like": _("{field} contains “{value}”"),
    "not like": _("{field} does not contain “{value}”"),
    "=like": _("{field} is {value}"),
    "child_of": _("{field} is {value}, or below"),
    "parent_of": _("{field} is {value}, or above"),
}
OF_DAYS = {
    "<": _("{field} is before {value}"),
    "<=": _("{field} is until {value}"),
    ">": _("{field} is after {value}"),
    ">=": _("{field} is from {value}"),
}
SOME = 5  # values of a list that are said; the rest is counted


Known = Mapping[tuple[str, int], str]
"""(model, id) → what to call a record, instead of its title."""


class _Speaker:
    def __init__(self, env: Env, formats: Formats, known: Known) -> None:
        self.env, self.formats, self.known = env, formats, known

    def say(self, text: str, **values: object) -> str:
        return translate(_(getattr(text, "source", text), **values), self.env.language)

    def sentence(self, info: ModelInfo, condition: Filter, nested: bool = False) -> str:
        match condition:
            case Condition():
                return self.comparison(info, condition)
            case Some():
                return self.some(info, condition)
            case Opposite(part=part):
                return self.say(_("not ({condition})"), condition=self.sentence(info, part))
            case Pointed(names=names):
                return self.say(_("{field} is something that they may see"), field=self.way(info, names)[0])
            case All(parts=parts) | Either(parts=parts):
                # What hangs on records of any model is told once, and not for each model.
                told = [self.sentence(info, part, nested=True) for part in parts]
                word = self.say(_(" and ") if isinstance(condition, All) else _(" or "))
                distinct = list(dict.fromkeys(told))
                text = word.join(distinct)
                return f"({text})" if nested and isinstance(condition, Either) and len(distinct) > 1 else text
            case Everything():
                return self.say(_("everything"))
            case Nothing():
                return self.say(_("nothing"))
        return ""

    def comparison(self, info: ModelInfo, condition: Condition) -> str:
        label, field, target = self.way(info, condition.names)
        value = condition.plain()
        if value is None or value == "":
            return self.say(_("{field} is set") if condition.operator == "!=" else _("{field} is not set"), field=label)
        days = field is not None and field.kind in ("date", "datetime")
        pattern = OF_DAYS.get(condition.operator, SAID[condition.operator]) if days else SAID[condition.operator]
        return self.say(pattern, field=label, value=self.value(field, target, value))

    def some(self, info: ModelInfo, condition: Some) -> str:
        label, _field, target = self.way(info, condition.names)
        if condition.condition is None:
            return self.say(_("{field}: there are some"), field=label)
        inner = self.sentence(self.env.models[target], condition.condition)
        return self.say(_("{field}: one where {condition}"), field=label, condition=inner)

    def way(self, info: ModelInfo, names: tuple[str, ...]) -> tuple[str, Field[Any] | None, str]:
        """(labels along the path, the last field, the model that a relation or an id is about)."""
        labels, field, about = [], None, info.name
        for name in names:
            field = self.env.models[about].fields.get(name)
            if field is None:
                break
            labels.append(self.say(field.label))
            about = field.target or about
        is_number = field is None and names[-1] == "id"
        if is_number and not labels:
            labels = [self.say(_("Record"))]
        return ": ".join(labels), field, about if is_number or (field is not None and field.target) else ""

    def value(self, field: Field[Any] | None, target: str, value: Any) -> str:
        if isinstance(value, tuple):
            told = [self.value(field, target, one) for one in value[:SOME]]
            more = len(value) - SOME
            return ", ".join([*told, self.say(_("{count} more"), count=more)] if more > 0 else told)
        if isinstance(value, Relative):
            return value.text
        if target and (target, value) in self.known:
            return self.known[target, value]
        if target and isinstance(value, int):
            return titles_of(self.env, target, [value]).get(value, f"#{value}")
        match field.kind if field is not None else "":
            case "boolean":
                return self.say(_("yes") if value else _("no"))
            case "date":
                return self.formats.date(value)
            case "datetime":
                return self.formats.datetime(value)
            case "selection":
                return self.say(getattr(field, "label_of")(value))
            case "integer" | "float" | "decimal" | "monetary":
                return self.formats.number(value)
        return str(value)


def sentence(
    env: Env, formats: Formats, info: ModelInfo, condition: Filter, known: Known = MappingProxyType({})
) -> str:
    """`condition` in words, in the reader's language. It asks for the titles of records that it names.

    known: what to call records that have no title, or another one here.
    """
    text = _Speaker(env, formats, known).sentence(info, condition)
    return text[:1].upper() + text[1:]
