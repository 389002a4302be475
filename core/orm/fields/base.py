"""The typed descriptor that every kind of field is.

On a record it reads and writes one value of the store; on a class it is a path (`core.orm.path`). A field
object belongs to the part that declared it and is shared by every registry, so it never changes after its
class is made; what a registry knows about it is in `ModelInfo`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

import sqlalchemy as sa

from core.i18n import Text, _
from core.orm.path import Path
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.compute import Compute
    from core.orm.env import Env
    from core.orm.model import Model

T = TypeVar("T")


class BadValue(ValueError):
    """A value that a field refuses; the text says why, for the person who gave it."""

    def __init__(self, reason: str, **values: object) -> None:
        self.reason = Text(getattr(reason, "source", reason), values) if values else reason
        super().__init__(str(self.reason))


class Field(Generic[T]):
    """A value of a record.

    label: what people call it. required: an absent value is refused. default: a value, or a function of
    the environment. help: a sentence for the form. unit: shown behind the value. readonly: not to be
    edited on forms and through the API; code may. index: looked for often. roles: only these roles see it
    and write it (field roles bind filters, order and groups too); an empty tuple is everybody, `None`
    nobody but elevated code. wire: its name in JSON, imports and addresses, where the rule does not fit.
    copy: taken over when a record is duplicated. company_dependent: each company may have a value of its own,
    and those without one see the value for all companies; see `core.orm.variants`.
    """

    kind: ClassVar[str] = ""
    absent: Any = None
    many: ClassVar[bool] = False
    target: str = ""
    target_class: type[Model] | None = None
    compute: Compute | None = None
    options: Any = ()
    digits: int = 0
    size: int | None = None
    search: bool = False
    inverse: str = ""
    sequence: str = ""
    flipped: bool = False
    shadow: str = ""
    delegate: bool = False
    via: str = ""
    """The relation behind which the value is kept; see `core.orm.delegate`."""
    via_stored: bool = False
    strict: bool = True
    """Whether the column itself refuses to be empty where the field is required. Not where a database adds the field
    while units of work are under way that do not know it yet."""
    varies: str = ""
    """What the value differs by: "language", "company", or nothing."""

    def __init__(
        self,
        label: str = "",
        *,
        required: bool = False,
        default: Any = None,
        help: str = "",
        unit: str = "",
        readonly: bool = False,
        index: bool = False,
        roles: tuple[str, ...] | None = (),
        wire: str = "",
        copy: bool = True,
        company_dependent: bool = False,
    ) -> None:
        self.name = ""
        self.label, self.help, self.unit = label, help, unit
        self.required, self.default, self.readonly, self.index = required, default, readonly, index
        self.roles, self.copy = roles, copy
        if company_dependent:
            self.varies = "company"
        self._wire = wire
        self.where = caller()

    def __set_name__(self, owner: type[Model], name: str) -> None:
        if not self.name:
            self.name = name
            if not self.label:
                self.label = name.replace("_", " ").capitalize()

    # -- access -------------------------------------------------------------------------------

    @overload
    def __get__(self, record: None, owner: type[Any]) -> Path[T]: ...
    @overload
    def __get__(self, record: Model, owner: type[Any]) -> T: ...
    def __get__(self, record: Model | None, owner: Any) -> Any:
        if record is None:
            return Path(owner._name, (self.name,), self, caller())
        view = record._view
        if record.id in view.shown:
            try:
                return view.columns[self.name][record.id]
            except KeyError:
                pass
        return view.read(self, record)

    def __set__(self, record: Model, value: T) -> None:
        record._view.assign(record, {self.name: value})

    # -- what it is in the database and on the wire ----------------------------------------------

    @property
    def wire_name(self) -> str:
        """The name in JSON, imports and addresses."""
        return self._wire or self.name

    @property
    def stored(self) -> bool:
        """Whether the model's own table has a column for it."""
        return not self.via and (self.compute is None or self.compute.store)

    @property
    def is_computed(self) -> bool:
        return self.compute is not None

    @property
    def dependencies(self) -> tuple[tuple[str, ...], ...]:
        """The paths of field names that a computed value depends on."""
        return () if self.compute is None else self.compute.names

    @property
    def editable(self) -> bool:
        """Whether people and programs may write it: not where it is only computed."""
        return self.compute is None or self.compute.editable or bool(self.compute.inverse)

    @property
    def nullable(self) -> bool:
        """Whether the column holds NULL for an absent value."""
        return self.absent is None

    def column_type(self) -> sa.types.TypeEngine[Any]:
        raise NotImplementedError(self.kind)

    def column_name(self) -> str:
        return self.name

    def columns(self, table: str) -> list[sa.Column[Any]]:
        """The columns that keep it in `table`; their keys are the field's own names."""
        nullable = self.nullable and not (self.required and self.strict and self.compute is None)
        return [
            sa.Column(
                self.column_name(),
                self.column_type(),
                key=self.name,
                nullable=nullable,
                server_default=None if self.nullable else self.server_default(),
            )
        ]

    def server_default(self) -> Any:
        """What rows that exist already get when the column is added; None where they may not be."""
        return sa.text("''")

    # -- values ---------------------------------------------------------------------------------

    def convert(self, value: Any) -> Any:
        """`value` as the store keeps it. Raises BadValue with the reason."""
        raise NotImplementedError(self.kind)

    def derived(self, value: Any) -> Any:
        """A computed `value` as the store keeps it; rounds where `convert` would refuse digits."""
        return self.convert(value)

    def shadows(self, value: Any) -> Mapping[str, Any]:
        """Values of further columns that follow from `value`."""
        return {}

    def compared(self, value: Any) -> Any:
        """What a filter on the field compares with, where it is given `value`."""
        return value

    def encode(self, value: Any) -> Any:
        """`value` for JSON in the history; `decode` is the way back."""
        return value

    def decode(self, value: Any) -> Any:
        return value

    def default_for(self, env: Env) -> Any:
        default: Any = self.default
        return default(env) if isinstance(default, Callable) else default  # type: ignore[arg-type]

    def is_absent(self, value: Any) -> bool:
        return value is None or value == ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


REQUIRED = _("is required")
