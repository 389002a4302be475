"""PastEnv: an environment whose records are those of a moment. It reads, and never searches or writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, overload

from core.errors import Invalid, Refused
from core.i18n import _
from core.orm.collection import Collection
from core.orm.env import Env
from core.orm.fields.base import BadValue
from core.orm.instants import in_utc
from core.orm.past.values import Past
from core.orm.past.view import PastView
from core.orm.read.fetch import Some
from core.orm.records import Records

if TYPE_CHECKING:
    from core.orm.filter import Filter
    from core.orm.identity import Identity
    from core.orm.model import Model
    from core.orm.read.select import Counted

M = TypeVar("M", bound="Model")


def as_of(env: Env, moment: datetime) -> PastEnv:
    """The environment as of a moment, which belongs to it. Raises Invalid for one that is to come, or vague."""
    if moment.tzinfo is None:
        raise Invalid(_("The moment must say its time zone."))
    if moment > env.now():
        raise Invalid(_("{moment} is still to come.", moment=moment.isoformat(sep=" ", timespec="minutes")))
    try:
        moment = in_utc(moment)
    except BadValue as error:
        raise Invalid(_("The moment {reason}.", reason=error.reason)) from None
    present = env.present if isinstance(env, PastEnv) else env
    return PastEnv(present, Past(env._unit, moment))


class PastEnv(Env):
    """Who looks at the past. present: the environment that it is the past of."""

    def __init__(self, present: Env, past: Past) -> None:
        super().__init__(present._unit, present._identity, elevated=present.elevated, reason=present.reason)
        present._like(self)
        self.present, self._past = present, past
        self._pasts: dict[str, PastView] = {}
        self._elevated: PastEnv | None = None

    @property
    def moment(self) -> datetime:
        """The moment that the records are as of."""
        return self._past.moment

    @overload
    def __getitem__(self, model: type[M]) -> PastCollection[M]: ...
    @overload
    def __getitem__(self, model: str) -> PastCollection[Any]: ...
    def __getitem__(self, model: Any) -> PastCollection[Any]:
        return PastCollection(self._view(model if isinstance(model, str) else model._name))

    def sudo(self, reason: str = "") -> PastEnv:
        """The same moment with elevated rights."""
        if self.elevated:
            return self
        if self._elevated is None:
            self._elevated = PastEnv(self.present.sudo(reason), self._past)
        return self._elevated

    def as_user(self, identity: Identity) -> PastEnv:
        """The same moment for another user."""
        return PastEnv(self.present.as_user(identity), self._past)

    def as_of(self, moment: datetime) -> PastEnv:
        """Another moment."""
        return as_of(self, moment)

    def _view(self, model: str) -> PastView:
        view = self._pasts.get(model)
        if view is None:
            view = self._pasts[model] = PastView(self, self.models[model])
        return view


class PastCollection(Collection[M]):
    """The records of a model as of a moment, by their ids: the past cannot be searched."""

    __slots__ = ()

    def get(self, id: int) -> M:
        """One record as it was. Raises Missing where there was none then that the reader may see."""
        view: Any = self._view
        id = view.id_of(id)
        record: M = view.cls(view, id, Some((id,)))
        view._need(record)
        return record

    def search(
        self, *filters: Filter, order: Sequence[str] | None = None, limit: int | None = None, offset: int = 0
    ) -> Records[M]:
        """Refused."""
        raise _unsearchable()

    def count(self, *filters: Filter, most: int | None = None) -> Counted:
        """Refused."""
        raise _unsearchable()

    def values(
        self,
        fields: Sequence[str],
        *filters: Filter,
        order: Sequence[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """Refused."""
        raise _unsearchable()

    def sums(self, fields: Sequence[str], *filters: Filter) -> dict[str, Decimal]:
        """Refused."""
        raise _unsearchable()

    def groups(
        self,
        by: Sequence[str],
        sums: Sequence[str] = (),
        *filters: Filter,
        order: Sequence[str] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """Refused."""
        raise _unsearchable()

    def totals(
        self, by: Sequence[str], sums: Sequence[str], *filters: Filter, most: int
    ) -> tuple[Counted, list[dict[str, Any]]]:
        """Refused."""
        raise _unsearchable()

    def create_many(self, rows: Sequence[Mapping[str, object]]) -> NoReturn:
        """Refused."""
        raise Refused(_("This is the past, which cannot change."))


def _unsearchable() -> Refused:
    return Refused(_("The past cannot be searched: search now, and ask for the records that you find as of then."))
