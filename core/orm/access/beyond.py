"""What hangs on records of any model (messages, activities, files of theirs) is as visible as those records are.

Grant(user, Message, "read", where=lambda env: allowed_beyond(env, Message.record))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.access.declare import Action
from core.orm.fields.reference import Reference, models_of
from core.orm.filter import NONE, Either, Filter, Pointed

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.path import Path


def allowed_beyond(env: Env, reference: Path[Any], action: Action = "read") -> Filter:
    """The records whose reference points at one that the user may act on. For the `where` of grants and rules.

    reference: the path to an open reference, `Message.record` or `MessageFile.message.record`. The grants and rules of
    the model that it points at decide, each for its own records; a record that is gone, or of an addon that is not
    enabled any more, lets nobody in. Raises DeclarationError for a field that is no reference.
    """
    field = reference.field
    if not isinstance(field, Reference):
        raise DeclarationError(f"'{reference}' is no reference", where=reference.where, hint="fields.Reference(None)")
    parts: list[Filter] = []
    for model in models_of(field, env.models):
        rows = env._allowed(action, model)
        if rows is not None:
            parts.append(Pointed(reference.model, reference.names, model, rows, reference.where))
    return Either(tuple(parts)) if parts else NONE
