"""Every error that Banyan raises on purpose, in one hierarchy.

Two families answer two readers. A `DeclarationError` tells a partner which declaration is wrong, with
addon, file, line and the nearest right name. A `UserError` tells a person what happened to which thing,
why, and what to do now; the web shell and the API show its text as it is, with the HTTP status that the
class names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from core.i18n import _, listed


def hinted(text: str, hint: str) -> str:
    """`text`, which does not end in a full stop yet, as a sentence, with what `nearest` found if it found anything."""
    return _("{text}; {hint}.", text=text, hint=hint) if hint else _("{text}.", text=text)


class BanyanError(Exception):
    """The root of all errors raised on purpose."""


class SetupError(BanyanError):
    """The installation or its settings are at fault; the text says what to change."""


class DeclarationError(BanyanError):
    """An addon declares something that cannot be composed.

    where: `file:line` of the declaration, or the addon's folder; empty where neither is known.
    hint: what to do, or the nearest right name.
    """

    def __init__(self, message: str, *, addon: str = "", where: str = "", hint: str = "") -> None:
        self.message, self.addon, self.where, self.hint = message, addon, where, hint
        text = f"{where}: {message}" if where else message
        if addon:
            text = f"addon '{addon}': {text}"
        super().__init__(f"{text}; {hint}" if hint else text)


class UnknownName(DeclarationError, AttributeError):
    """A name that the model does not have, at the place where it was written."""


class UserError(BanyanError):
    """Something that a person asked for cannot be done; `str(error)` is fit for their eyes."""

    status = 400
    code = "bad_request"


class Invalid(UserError):
    """Values that a field or a constraint refuses.

    fields: field name (as the caller wrote it) → reasons; the empty name holds reasons for the whole record.
    """

    status = 422
    code = "invalid"

    def __init__(self, message: str = "", *, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        self.fields = {name: list(reasons) for name, reasons in (fields or {}).items()}
        if not message:
            message = listed((reason for reasons in self.fields.values() for reason in reasons), " ")
        super().__init__(message)


class AccessDenied(UserError):
    """The user may not do this; the text names the action and the kind of record, never a hidden record."""

    status = 403
    code = "access_denied"


class Missing(UserError):
    """No such record, or none that this user may see: the two are never told apart."""

    status = 404
    code = "not_found"


class Restricted(AccessDenied):
    """A record that the user may see points at one that they may not."""

    code = "restricted"


class Conflict(UserError):
    """Someone else changed the record since it was read.

    theirs: field → the value that is stored now; yours: field → the value that was to be written. is_final: a person
    saw another version, so doing the same again does not help.
    """

    status = 409
    code = "conflict"

    def __init__(
        self,
        message: str,
        *,
        theirs: Mapping[str, object] | None = None,
        yours: Mapping[str, object] | None = None,
        is_final: bool = False,
    ) -> None:
        super().__init__(message)
        self.is_final = is_final
        self.theirs, self.yours = dict(theirs or {}), dict(yours or {})


class Refused(UserError):
    """A rule of the business forbids the step; the text says which, and what would be possible."""

    status = 409
    code = "refused"


class NeedsApproval(Refused):
    """A step that others have to agree to first: it is asked for, and happens when they have agreed."""

    code = "needs_approval"


class TooManyAttempts(UserError):
    """Too many failed log-ins of late. retry_after: seconds until the next one is listened to."""

    status = 429
    code = "too_many_attempts"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(UserError):
    """Others held what this needed, and the engine ended the wait: a deadlock, a lock or a full queue of writers.

    Nothing was written. retry_after: seconds until trying again makes sense.
    """

    status = 503
    code = "busy"

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unguarded(BanyanError):
    """A statement that did not pass one of the two doors reached a guarded connection."""


def nearest(name: str, known: Iterable[str]) -> str:
    """`"nearest: 'x'"` for the known name most like `name`, or an empty text where none is alike."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return _("nearest: '{name}'", name=matches[0]) if matches else ""
