"""What somebody typed into a form survives that their session ends, or that the form's token is too old.

Nothing of it is written then: after they have logged in again, the form is shown with what was typed, and they
send it once more. A form that another site sent is refused, and never shown again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request, session
from itsdangerous import BadSignature, URLSafeSerializer

from core.i18n import _
from core.web.request import SESSION_USER

V = TypeVar("V", bound=Callable[..., Any])
Pairs = list[tuple[str, str]]

AGAIN = "_again"
"""The hidden input of a form that is to be shown again, not written."""
KEPT, OWNER = "kept.", "kept_for"
"""On the log-in page: the prefix of the inputs that carry what was typed, and whose it is."""
NOT_KEPT = ("csrf_token", AGAIN)

NOT_SAVED = _("This was not saved yet: the page was open too long. What you typed is still here; save it once more.")


def shown_again(view: V) -> V:
    """Mark a view that shows what was typed, and writes nothing, when `asked()`."""
    setattr(view, "is_shown_again", True)
    return view


def possible() -> bool:
    """Whether what this request sends may be shown again: the page that it comes from was ours."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "is_shown_again", False) and request.headers.get("Sec-Fetch-Site") == "same-origin"


def asked() -> bool:
    """Whether the form is to be shown again with what was typed."""
    return bool(g.get("again")) or AGAIN in request.form


def typed() -> Pairs:
    """What the request sends, without what belongs to the page that it was typed on."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]


def carried() -> Pairs:
    """What the log-in page carries along, as it was typed."""
    pairs = request.form.items(multi=True)
    return [(name.removeprefix(KEPT), value) for name, value in pairs if name.startswith(KEPT)]


def owner() -> str:
    """Who is logged in, or was until now, for the log-in page to carry along."""
    user = session.get(SESSION_USER)
    return "" if user is None else str(_signer().dumps(user))


def belongs_to(user_id: int) -> bool:
    """Whether what the log-in page carries is this user's: nobody is shown what somebody else typed."""
    carried_owner = request.form.get(OWNER, "")
    try:
        return not carried_owner or bool(_signer().loads(carried_owner) == user_id)
    except BadSignature:
        return False


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="typed-by")
