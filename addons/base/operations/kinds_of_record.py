"""Kinds of record: from the models that the addons declare to records that can be chosen, and called otherwise."""

from __future__ import annotations

from addons.base.models import CustomModel
from core import Env
from core.i18n import Worded, translate

INNER = ("ir.model", "ir.model.fields", "ir.field.change", "decimal.precision", "ir.attachment")
"""Models that customising itself is made of, and that hold no records of people's own."""


def sync_kinds(env: Env) -> None:
    """Let there be a record for each model of the enabled addons, with the words that the addons have for it."""
    known = {record.key: record for record in env[CustomModel].search()}
    new = []
    for name, info in env.models.items():
        if name in INNER or (name in known and isinstance(info.label, Worded)):
            continue  # called otherwise here: what the addons call it cannot be told from that
        words = {"name": str(info.label), "name_vi": translate(info.label, "vi")}
        record = known.get(name)
        if record is None:
            new.append({"key": name, **words})
        elif (record.name, record.name_vi) != (words["name"], words["name_vi"]):
            record.write(**words)
    env[CustomModel].create_many(new)
