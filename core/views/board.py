"""Boards: records as cards in columns, which are moved from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from core.i18n import _
from core.orm.words import check_word
from core.views.binding import bind_column
from core.views.composed import ColumnAt, FieldAt, is_kept
from core.views.figures import PERIODS
from core.views.kinds import View
from core.views.nodes import Column, FieldRef, Node, Ref, Where, as_column

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.registry import ModelInfo
    from core.views.finding import Finder


@dataclass(frozen=True)
class BoardView:
    """A board of a model. where: which records of the relation make columns; fold: the field of these that says which
    are folded at first. order: of the cards of a column."""

    model: ModelInfo
    key: str
    group: FieldAt
    title: FieldAt | None
    cards: tuple[ColumnAt, ...]
    total: ColumnAt | None = None
    where: Where | None = None
    fold: FieldAt | None = None
    period: str = ""
    sequence: FieldAt | None = None
    quick: tuple[FieldAt, ...] = ()
    order: tuple[str, ...] = ()


class Board(View):
    """Records of a model as cards.

    group: what makes the columns: a many-to-one (each record that it can point at, in their order), a selection, the
    states of a model, or a date with a `period` ("month", "quarter"), whose columns are this period and the next ones.
    title: of a card, the record's own where none is given. fields: what else a card says: amounts and words with a
    tone stand in its last line, a person's face at its end, all else below the title. total: the amount that the head
    of a column adds up. columns: a filter on the records of the relation that make columns. fold: the yes-or-no field
    of these that says which are folded until somebody opens them. sequence: a whole number in which the order of cards
    is kept when they are moved within a column. quick: what is asked beside the title when a card is made at the foot
    of a column; where none is given, what is required and has no default. order: of the cards.
    name, caption, icon: of a further board of a model, what addresses and people call it.
    """

    kind = "board"
    parts: ClassVar[Mapping[str, tuple[type[Node], ...]]] = {"fields": (Column,)}
    place = 10
    caption = _("Board")
    icon = "layout-kanban"

    def __init__(
        self,
        model: type[Model] | str,
        *,
        group: FieldRef,
        title: FieldRef | None = None,
        fields: Sequence[FieldRef] = (),
        total: FieldRef | None = None,
        columns: Where | None = None,
        fold: FieldRef | None = None,
        period: str = "",
        sequence: FieldRef | None = None,
        quick: Sequence[FieldRef] = (),
        order: Sequence[str] = (),
        name: str = "",
        key: str = "",
        caption: str = "",
        icon: str = "",
    ) -> None:
        super().__init__(model, key, name=name, caption=caption, icon=icon)
        self.group, self.head = Ref(group), None if title is None else Ref(title)
        self.fields: tuple[Column, ...] = tuple(as_column(field) for field in fields)
        self.total = None if total is None else Column(total, total=True)
        self.limit, self.fold, self.period = columns, None if fold is None else Ref(fold), period
        self.sequence = None if sequence is None else Ref(sequence)
        self.quick, self.order = tuple(Ref(field) for field in quick), tuple(order)
        if period:
            check_word(period, PERIODS, "period", self.where)

    def bind(self, finder: Finder) -> BoardView:
        info = finder.model(self.model, self.where)
        group = self._group(finder, info)
        if (self.limit is not None or self.fold is not None) and group.target_info is None:
            raise finder.complain(f"'{self.group}' points at no records to choose among", self.group.where)
        target = group.target_info
        if self.limit is not None and target is not None:
            finder.filter(target, self.limit, self.where)
        title = self._field(finder, info, self.head, ("char",))
        return BoardView(
            info,
            self.key,
            group,
            title,
            tuple(bind_column(finder, info, column) for column in self.fields),
            None if self.total is None else bind_column(finder, info, self.total),
            self.limit,
            None if target is None else self._field(finder, target, self.fold, ("boolean",)),
            self.period,
            self._field(finder, info, self.sequence, ("integer",)),
            self._asked(finder, info, group, title),
            finder.order(info, self.order, self.where),
        )

    def _group(self, finder: Finder, info: ModelInfo) -> FieldAt:
        at = finder.field(info, self.group)
        kinds = ("date",) if self.period else ("many2one", "selection")
        if not at.direct or at.kind not in kinds or not is_kept(at):
            hint = f"name a {' or '.join(kinds)} that {info.name} keeps"
            if at.kind == "date" and not self.period:
                hint = 'say how long they are: period="month"'
            raise finder.complain(f"'{self.group}' makes no columns", self.group.where, hint)
        return at

    def _field(self, finder: Finder, info: ModelInfo, ref: Ref | None, kinds: tuple[str, ...]) -> FieldAt | None:
        if ref is None:
            return None
        at = finder.field(info, ref)
        if not at.direct or at.kind not in kinds or not is_kept(at):
            raise finder.complain(
                f"'{ref}' cannot stand there", ref.where, f"name a {' or '.join(kinds)} field of {info.name}"
            )
        return at

    def _asked(self, finder: Finder, info: ModelInfo, group: FieldAt, title: FieldAt | None) -> tuple[FieldAt, ...]:
        """What a new card is asked for: the title, and what was named or is needed."""
        named = [finder.field(info, ref) for ref in self.quick]
        for ref, at in zip(self.quick, named, strict=True):
            if not at.direct or at.field().many:
                raise finder.complain(f"'{ref}' cannot be asked for on a card", ref.where)
        if not named:
            named = [
                finder.at(((info, field),))
                for field in info.fields.values()
                if field.required and field.default is None and field.editable and not field.is_computed
                and not field.many
            ]  # fmt: skip
        first = title or (finder.at(((info, info.fields[info.title]),)) if info.title in info.fields else None)
        names = [*([first] if first is not None else []), *named]
        return tuple({at.path: at for at in names if at.path != group.path and at.field().editable}.values())

    @classmethod
    def default(cls, info: ModelInfo) -> Self | None:
        """By its states, where a model declares some."""
        if info.lifecycle is None:
            return None
        amount = next((one.name for one in info.fields.values() if one.kind == "monetary" and one.stored), "")
        fields = [name for name in (_second(info), amount) if name]
        return cls(info.name, group=info.lifecycle.field, fields=fields, total=amount or None)


def _second(info: ModelInfo) -> str:
    """What a card says below its title: the first thing that a record points at."""
    names = (
        one.name for one in info.fields.values() if one.kind == "many2one" and one.stored and one.roles is not None
    )
    return next((name for name in names if name not in ("currency", "company")), "")
