"""What mail tells others, and asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import Env, hookspec

if TYPE_CHECKING:
    from addons.mail.models import Activity, Alias
    from core.mail import Incoming
    from core.orm.model import Model


@hookspec(firstresult=True)
def record_from_mail(env: Env, alias: Alias, mail: Incoming, values: dict[str, Any]) -> Model | None:
    """A mail to an alias is to become a record of the alias's model.

    values: what the alias says that new records have, by Python name. When: a mail to that address answers nothing
    that is known. Transaction: the one that takes the mail. Returning: the new record; None leaves it to the next
    one, and to mail itself, which makes a record whose title is the subject. Raising: the mail is kept among those
    not understood, with the reason.
    """


@hookspec
def activity_done(env: Env, activity: Activity) -> None:
    """Somebody has marked an activity as done.

    When: after it has been written. Transaction: the one that marks it. Returning: nothing. Raising: it stays to be
    done.
    """
