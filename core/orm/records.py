"""Records: several records of one model, in an order, read and written together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from core.orm.filter import Filter

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Members, Model
    from core.orm.view import View

M = TypeVar("M", bound="Model", covariant=True)


class Records(Sequence[M], Generic[M]):
    """An immutable list of records; reading a field of one fetches it for all of them."""

    __slots__ = ("_among", "_view", "ids")

    def __init__(self, view: View, ids: Iterable[int], among: Members | None = None) -> None:
        self._view = view
        self.ids: tuple[int, ...] = tuple(ids)
        self._among: Members = self if among is None else among
        """The larger set that these are part of, as far as reading goes: the lists of all records of a set."""

    @property
    def env(self) -> Env:
        return self._view.env

    def __iter__(self) -> Iterator[M]:
        view, cls, among = self._view, self._view.cls, self._among
        return (cls(view, identity, among) for identity in self.ids)  # type: ignore[misc]

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> M: ...
    @overload
    def __getitem__(self, index: slice) -> Records[M]: ...
    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Records(self._view, self.ids[index], self._among)
        return self._view.cls(self._view, self.ids[index], self._among)

    def __contains__(self, record: object) -> bool:
        return getattr(record, "_name", None) == self._view.info.name and getattr(record, "id", None) in self.ids

    def __add__(self, other: Records[Any]) -> Records[M]:
        return Records(self._view, dict.fromkeys((*self.ids, *other.ids)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Records) and self._view.info.name == other._view.info.name and self.ids == other.ids

    def __hash__(self) -> int:
        return hash((self._view.info.name, self.ids))

    def filtered(self, condition: Filter | Callable[[M], bool]) -> Records[M]:
        """Those that meet a filter or a function."""
        test = condition.matches if isinstance(condition, Filter) else condition
        return Records(self._view, (record.id for record in self if test(record)), self._among)

    def write(self, **values: object) -> None:
        """Give all of them the same values."""
        self._view.assign_all(self.ids, values)

    def lock(self) -> Self:
        """Lock all of them, and read them anew; see `Env.lock`."""
        self.env.lock(self)
        return self

    def delete(self) -> None:
        """Delete all of them."""
        self._view.delete(self.ids)

    def __repr__(self) -> str:
        return f"{self._view.info.name}{self.ids}"
