"""What roles let people do, in words: for each model the actions, the records that they are for, and by which role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core import Env, Filter
from core.formats import Formats
from core.i18n import _, translate
from core.orm.access.declare import ACTIONS, Action, Grant
from core.web.screens.sentence import sentence

WORDS: dict[Action, str] = {"read": _("see"), "write": _("change"), "create": _("make"), "delete": _("delete")}


@dataclass
class Some:
    """Actions on those records that a sentence tells. by: labels of the roles that bring it, as given → as granted."""

    actions: list[Action]
    sentence: str
    by: tuple[str, ...] = ()


@dataclass
class Rights:
    """What somebody may do to the records of a model: some actions to all of them, others to some."""

    model: str
    label: str
    all: list[Action] = field(default_factory=list)
    some: list[Some] = field(default_factory=list)
    by: tuple[str, ...] = ()
    rules: list[str] = field(default_factory=list)

    def mark(self, action: Action) -> str:
        """“all”, “some” or empty."""
        if action in self.all:
            return "all"
        return "some" if any(action in one.actions for one in self.some) else ""


@dataclass(frozen=True)
class Told:
    """How filters are told. env: of the reader; who: whose filters they are; known: names for records in them."""

    env: Env
    who: Env
    formats: Formats
    known: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def sentence(self, model: str, condition: Filter) -> str:
        """A filter of a model in the reader's language."""
        return sentence(self.env, self.formats, self.env.models[model], condition, self.known)

    def rights(self, model: str, roles: frozenset[str]) -> Rights:
        """What these roles, with all that they imply, let people do to records of a model."""
        table, info = self.env.models.access, self.env.models[model]
        found = Rights(model, translate(info.label_plural, self.env.language))
        kept: dict[tuple[str, str], Some] = {}
        for action in ACTIONS:
            grants = table.grants(roles, action, model)
            free = [grant for grant in grants if grant.where is None]
            if free:
                found.all.append(action)
                found.by = tuple(dict.fromkeys((*found.by, *self._labels(free))))
                continue
            for grant in grants:
                if grant.where is None:
                    continue
                text = self.sentence(model, grant.where(self.who))
                one = kept.setdefault((grant.role.key, text), Some([], text, tuple(self._labels([grant]))))
                one.actions.append(action)
        found.some = list(kept.values())
        if found.all or found.some:
            told = [self.sentence(model, rule.where(self.who)) for rule in table.rules(model)]
            found.rules = [text for text in told if text]
        return found

    def _labels(self, grants: Iterable[Grant]) -> list[str]:
        return [translate(grant.role.label, self.env.language) for grant in grants]


def words(actions: Iterable[Action], language: str) -> str:
    """“see, change, make”."""
    return ", ".join(translate(WORDS[action], language) for action in actions)
