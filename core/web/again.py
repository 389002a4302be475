"""What somebody typed into a form survives that their session ends, and is shown to nobody but them.

    form page ──► names its user, signed ──► sent after the session ended
                                                      │ nothing is written
    log-in page ◄── typed text, sealed for that user ─┘
         │ the same user logs in: the form again, with what was typed, to be sent once more
         └ somebody else does: it is dropped, and they are told

The page says whose it is, since a session that ended need not know any more. Without a valid signature nothing is
kept. What is sealed stays in the page, not on the server: a server that keeps what comes from people who are not
logged in would have to bound and clear it. Files are not carried along; the form that is shown again names those that
have to be chosen again. A form that another site sent is refused, and never shown again.
"""

from __future__ import annotations

import base64
import hmac
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, request, session
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup, escape

from core.i18n import Text, _
from core.web.request import SESSION_USER

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

V = TypeVar("V", bound=Callable[..., Any])
Pairs = list[tuple[str, str]]

AGAIN = "_again"
"""The hidden input of a form that is to be shown again, not written."""
AUTHOR = "_by"
"""The hidden input that says whose page a form stands on."""
KEPT = "kept"
"""On the log-in page: the input that carries what was typed, sealed."""
NOT_KEPT = ("csrf_token", AGAIN)
LOST = ".lost"
"""Behind the name of an input: the name of a file that was chosen for it, and that the form has not any more."""

NOT_SAVED = _(
    "The session in which this page was opened has ended, so nothing has been saved. What you typed is still here: "
    "save it once more."
)
OF_ANOTHER = _("What had been typed here before was somebody else's. It was not saved, and is not shown.")


@dataclass(frozen=True)
class Typed:
    """What somebody sent. action: the address that it was sent to; back: that of the page it was typed on."""

    user_id: int
    action: str
    back: str
    pairs: Pairs


def shown_again(view: V) -> V:
    """Mark a view that shows what was typed, and writes nothing, when `asked()`."""
    setattr(view, "is_shown_again", True)
    return view


def author_field() -> Markup:
    """The hidden input that a form needs whose text is to be kept: it says who sees the page."""
    signed = _signer().dumps(g.identity.user_id)
    return Markup('<input type="hidden" name="{}" value="{}">').format(AUTHOR, escape(signed))


def author() -> int | None:
    """The user on whose page the form that is sent stands; None where it does not say so, signed by this database."""
    try:
        found = _signer().loads(request.form.get(AUTHOR, ""))
    except BadSignature:
        return None
    return found if isinstance(found, int) else None


def possible() -> bool:
    """Whether what this request sends may be shown again to who sends it: it was typed on a page of theirs."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "is_shown_again", False) or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return False
    return author() is not None and not is_of_another()


def is_of_another() -> bool:
    """Whether the session is another user's than the page that the form was typed on."""
    typed_by = author()
    return typed_by is not None and session.get(SESSION_USER, typed_by) != typed_by


def not_done(what: str) -> Text:
    """That the button with the label `what` was pressed in vain."""
    return _(
        "The session in which this page was opened has ended, so “{what}” was not carried out and nothing has been "
        "saved. What you typed is still here: press “{what}” once more.",
        what=what,
    )


def asked() -> bool:
    """Whether the form is to be shown again with what was typed."""
    return bool(g.get("again")) or AGAIN in request.form


def lost_files() -> dict[str, str]:
    """Name of an input → the name of the file that somebody chose for it, and that a page shown again cannot hold.

    A file is not carried along as text is: it may be large, and no browser lets a page choose one.
    """
    before = {name.removesuffix(LOST): text for name, text in request.form.items() if name.endswith(LOST)}
    return before | {name: sent.filename for name, sent in request.files.items() if sent.filename}


def choose_again(filename: str) -> Text:
    """That a file did not come along."""
    return _("The file “{name}” has to be chosen again.", name=filename)


def sealed(back: str) -> str:
    """What this request sends, for the log-in page to carry along: nobody can read it there."""
    pairs = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]
    pairs += [(f"{name}{LOST}", filename) for name, filename in lost_files().items()]
    action = request.full_path.rstrip("?")
    text = json.dumps([author(), action, back, pairs], ensure_ascii=False)
    return _lock().encrypt(zlib.compress(text.encode())).decode()


def opened(text: str, user_id: int) -> Typed | None:
    """What the log-in page carried along, for the user who typed it and nobody else."""
    from cryptography.fernet import InvalidToken

    try:
        typed_by, action, back, pairs = json.loads(zlib.decompress(_lock().decrypt(text.encode())))
    except InvalidToken:
        return None
    if typed_by != user_id:
        return None
    return Typed(typed_by, action, back, [(name, value) for name, value in pairs])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="typed-by")


def _lock() -> Fernet:
    from cryptography.fernet import Fernet  # only who types beyond the end of a session needs it

    key = hmac.digest(current_app.config["SECRET_KEY"], b"typed text", "sha256")
    return Fernet(base64.urlsafe_b64encode(key))
