"""What administrators are told of the overlay: which entries are set aside, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.addons.overlay import usage
from core.addons.overlay.entries import FIELDS, Added
from core.addons.overlay.fit import name_of
from core.addons.overlay.lay import laid_over
from core.addons.overlay.read import read
from core.i18n import translate

if TYPE_CHECKING:
    from core.orm.env import Env


def ids_set_aside(env: Env, source: str) -> list[int]:
    """The records of a source that were not laid, in whole or in part."""
    return [identity for name, identity in laid_over(env.models).aside if name == source]


def reason_of(env: Env, source: str, identity: int, language: str) -> str:
    """Why a record is set aside, in that language; empty where it is not."""
    problems = laid_over(env.models).aside.get((source, identity), {})
    fields = env.models[source].fields
    told = [
        " ".join([translate(fields[name].label, language) if name in fields else "", translate(reason, language)])
        for name, reasons in problems.items()
        for reason in reasons
    ]
    return "; ".join(text.strip() for text in told)


def values_in(env: Env, identity: int) -> int:
    """How many records have a value in an added field."""
    unit = env.sudo("how much an added field holds")._unit
    entry = read(unit.system_env(), 0).entry((FIELDS, identity))
    return usage.filled(unit, entry) if isinstance(entry, Added) and entry.model in env.models else 0


def field_called(env: Env, model: str, text: str) -> str:
    """The name of a model's field that somebody calls `text`, in any language; empty where there is none."""
    called = [models[model].fields.values() for models in (env.models, laid_over(env.models).code) if model in models]
    return name_of(text, *called)
