"""Many2one, One2many and Many2many: how records point at one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args, overload

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import BadValue, Field, T
from core.orm.path import ManyPath, Path
from core.orm.where import caller
from core.orm.words import check_word

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.records import Records

M = TypeVar("M", bound="Model")
OnDelete = Literal["clear", "refuse", "delete", "archive"]
ON_DELETE: tuple[OnDelete, ...] = get_args(OnDelete)


def table_name(model: str) -> str:
    """The table of a model: `crm.lead` is kept in `crm_lead`."""
    return model.replace(".", "_")


class Relation(Field[T]):
    """What all relations share: the model at the other end, given as its class or, where that would be a
    circle of imports, as its name."""

    def __init__(self, target: Any, label: str = "", **common: Any) -> None:
        super().__init__(label, **common)
        self.target_class = None if isinstance(target, str) else target
        self.target = target if isinstance(target, str) else target._name


class Many2one(Relation[T], Generic[T, M]):
    """Points at one record, or at none.

    on_delete: what deleting that record does: "refuse" it (where required, and in doubt), "clear" this
    field, "archive" the record that points (and clear the field), or "delete" it. delegate: the target's
    fields are the record's own to read and write, and it is made together with the record; see
    `core.orm.delegate`.
    """

    kind = "many2one"

    @overload
    def __init__(
        self: Many2one[M, M],
        target: type[M],
        label: str = ...,
        *,
        required: Literal[True],
        on_delete: OnDelete | None = ...,
        delegate: bool = ...,
        **common: Any,
    ) -> None: ...
    @overload
    def __init__(
        self: Many2one[M | None, M],
        target: type[M],
        label: str = ...,
        *,
        required: Literal[False] = ...,
        on_delete: OnDelete | None = ...,
        **common: Any,
    ) -> None: ...
    @overload
    def __init__(
        self,
        target: str,
        label: str = ...,
        *,
        required: bool = ...,
        on_delete: OnDelete | None = ...,
        delegate: bool = ...,
        **common: Any,
    ) -> None: ...
    def __init__(
        self,
        target: Any,
        label: str = "",
        *,
        required: bool = False,
        on_delete: OnDelete | None = None,
        delegate: bool = False,
        **common: Any,
    ) -> None:
        common.setdefault("index", True)
        super().__init__(target, label, required=required, **common)
        self.delegate = delegate
        self.on_delete: OnDelete = ("refuse" if required else "clear") if on_delete is None else on_delete
        check_word(self.on_delete, ON_DELETE, "value of on_delete", self.where)

    @overload  # type: ignore[override]
    def __get__(self, record: None, owner: type[Any]) -> type[M]: ...
    @overload
    def __get__(self, record: Model, owner: type[Any]) -> T: ...
    def __get__(self, record: Model | None, owner: Any) -> Any:
        if record is None:
            return Path(owner._name, (self.name,), self, caller())
        view = record._view
        if record.id in view.shown:
            try:
                identity = view.columns[self.name][record.id]
            except KeyError:
                identity = view.read(self, record)
        else:
            identity = view.read(self, record)
        if identity is None:
            return None
        return view.follow(self, record, identity)

    @property
    def wire_name(self) -> str:
        return self._wire or f"{self.name}_id"

    def column_name(self) -> str:
        return f"{self.name}_id"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.BigInteger().with_variant(sa.Integer(), "sqlite")

    def columns(self, table: str) -> list[sa.Column[Any]]:
        constraint = sa.ForeignKey(f"{table_name(self.target)}.id", name=f"fk_{table}__{self.column_name()}")
        return [
            sa.Column(
                self.column_name(),
                self.column_type(),
                constraint,
                key=self.name,
                nullable=not (self.required and self.strict),
            )
        ]

    def convert(self, value: Any) -> int | None:
        if value is None:
            return None
        if hasattr(value, "_view"):
            if value._name != self.target:
                raise BadValue(_("must be a record of {target}, not of {model}"), target=self.target, model=value._name)
            return int(value.id)
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadValue(_("must be a record or its number"))
        return value


class ToMany(Relation["Records[M]"], Generic[M]):
    """A list of records at the other end."""

    many = True

    @overload
    def __get__(self, record: None, owner: type[Any]) -> ManyPath[M]: ...
    @overload
    def __get__(self, record: Model, owner: type[Any]) -> Records[M]: ...
    def __get__(self, record: Model | None, owner: Any) -> Any:
        if record is None:
            return Path(owner._name, (self.name,), self, caller())
        return record._view.members(self, record)

    @property
    def stored(self) -> bool:
        return False

    def columns(self, table: str) -> list[sa.Column[Any]]:
        return []

    def convert(self, value: Any) -> tuple[int, ...]:
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise BadValue(_("must be a list of records"))
        return tuple(dict.fromkeys(self._member(member) for member in value))

    def decode(self, value: Any) -> Any:
        return tuple(value)

    def _member(self, member: Any) -> int:
        """The id of a member that is given as a record or by its id. Raises BadValue."""
        if hasattr(member, "_view"):
            if member._name != self.target:
                text = _("must be a record of {target}, not of {model}")
                raise BadValue(text, target=self.target, model=member._name)
            return int(member.id)
        if isinstance(member, bool) or not isinstance(member, int):
            raise BadValue(_("must be a list of records"))
        return member


class One2many(ToMany[M]):
    """The records whose many-to-one `inverse` points here. order: theirs, unless their model's own serves.

    sequence: a whole number of theirs that keeps the order of the list that is assigned: 1, 2, 3 …
    """

    kind = "one2many"

    def __init__(
        self,
        target: Any,
        label: str = "",
        *,
        inverse: str,
        order: tuple[str, ...] = (),
        sequence: str = "",
        **common: Any,
    ) -> None:
        super().__init__(target, label, **common)
        self.inverse, self.sequence = inverse, sequence
        self.order = (sequence, "id") if sequence else order

    def convert(self, value: Any) -> tuple[Any, ...]:
        """Ids of records that are there, and mappings of values for lines to be made."""
        if isinstance(value, Mapping):
            raise BadValue(_("must be a list of records"))
        if value is None or isinstance(value, str) or not isinstance(value, Iterable):
            return super().convert(value)
        return tuple(member if isinstance(member, Mapping) else self._member(member) for member in value)


class Many2many(ToMany[M]):
    """Any number of records, each of which may belong to any number of these.

    relation: the name of the link table, where two fields share one from both ends; `flipped` says that
    this field reads it from the far end. through: a model whose records are the links, with fields of their
    own; near, far: its many-to-ones to this model and to the target, where they are not the only ones.
    on_delete: what deleting a member does: it leaves the list ("clear"), or is refused ("refuse").
    """

    kind = "many2many"

    @overload
    def __init__(
        self: Many2many[M],
        target: type[M],
        label: str = ...,
        *,
        relation: str = ...,
        flipped: bool = ...,
        through: type[Model] | str = ...,
        near: str = ...,
        far: str = ...,
        on_delete: Literal["clear", "refuse"] = ...,
        **common: Any,
    ) -> None: ...
    @overload
    def __init__(
        self,
        target: str,
        label: str = ...,
        *,
        relation: str = ...,
        flipped: bool = ...,
        through: type[Model] | str = ...,
        near: str = ...,
        far: str = ...,
        on_delete: Literal["clear", "refuse"] = ...,
        **common: Any,
    ) -> None: ...
    def __init__(
        self,
        target: Any,
        label: str = "",
        *,
        relation: str = "",
        flipped: bool = False,
        through: Any = "",
        near: str = "",
        far: str = "",
        on_delete: Literal["clear", "refuse"] = "clear",
        **common: Any,
    ) -> None:
        super().__init__(target, label, **common)
        self.on_delete = on_delete
        check_word(on_delete, ("clear", "refuse"), "value of on_delete of a many-to-many", self.where)
        self.relation, self.flipped = relation, flipped
        self.through: str = through if isinstance(through, str) else through._name
        self.near, self.far = near, far

    def link_table(self, model: str) -> str:
        return self.relation or f"{table_name(model)}__{self.name}"
