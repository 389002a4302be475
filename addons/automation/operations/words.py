"""What changed, in words, for the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addons.automation.operations.values import plain_text
from core import Env
from core.i18n import _, translate
from core.orm.changed import ModelChanges

LONGEST = 2000
SEVERAL = 5


def changes_of(env: Env, model: str, identity: int, found: Mapping[str, ModelChanges]) -> str:
    """What a run changed of its own record, a line for each field; and of which others it made or changed any."""
    own = found.get(model)
    lines = []
    if own is not None and identity in own.changed:
        info = env.models[model]
        for name, (old, new) in own.changed[identity].items():
            field = info.fields.get(name)
            if field is None or field.roles is None:
                continue
            label = translate(field.label, env.language)
            lines.append(f"{label}: {_shown(env, field, old)} → {_shown(env, field, new)}")
    for other, changes in found.items():
        ids = sorted(one for one in changes.changed if (other, one) != (model, identity))
        made = [one for one in ids if one in changes.created]
        lines += _others(env, other, made, _("Made: {records}"))
        if other != model:
            lines += _others(env, other, [one for one in ids if one not in changes.created], _("Changed: {records}"))
    return "\n".join(lines)[:LONGEST]


def _shown(env: Env, field: Any, value: Any) -> str:
    if field.kind == "selection":
        label = next((label for option, label in field.options if option == value), value)
        return translate(label, env.language) if label else "–"
    if field.kind == "many2one" and isinstance(value, int):
        record = env[field.target].browse(value)[0]
        return record.display_name if record.exists() else str(value)
    return plain_text(value) or "–"


def _others(env: Env, model: str, ids: list[int], text: str) -> list[str]:
    if not ids:
        return []
    names = ", ".join(record.display_name for record in env[model].browse(*ids[:SEVERAL]))
    more = f" (+{len(ids) - SEVERAL})" if len(ids) > SEVERAL else ""
    label = translate(env.models[model].label, env.language)
    return [translate(_(text, records=f"{label} {names}{more}"), env.language)]
