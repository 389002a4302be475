"""Model: what addon authors subclass, and what a record is.

A record is an environment's view of a model, an id, and the set that it came from; reading one field
fetches it for the whole set. It keeps no values: those are in the store of the unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from core.errors import UnknownName, nearest
from core.orm.attributes import check_attributes
from core.orm.fields.base import Field
from core.orm.filter import Condition, Filter
from core.orm.path import Path
from core.orm.read.history import Change, read_history
from core.orm.records import Records
from core.orm.where import caller
from core.orm.write.deletion import DeletionPlan, plan_deletion

if TYPE_CHECKING:
    from core.orm.constraints import DatabaseConstraint
    from core.orm.env import Env
    from core.orm.states.declare import States
    from core.orm.view import View


class Members(Protocol):
    """The set that a record came from: reads of one of them are made for all."""

    @property
    def ids(self) -> Iterable[int]: ...


class ModelMeta(type):
    """Gives parts empty slots, so that a misspelt attribute of a record is an error, and names what is
    misspelt on a class."""

    _name: str

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> ModelMeta:
        namespace.setdefault("__slots__", ())
        namespace.setdefault("_where", caller())
        check_attributes(name, namespace, namespace["_where"])
        return super().__new__(mcls, name, bases, namespace, **options)

    def declared_fields(cls) -> dict[str, Field[Any]]:
        """Field name → field, of this class and all its bases; what is nearest in the MRO wins."""
        found: dict[str, Field[Any]] = {}
        for base in reversed(cls.__mro__):
            found.update({name: value for name, value in vars(base).items() if isinstance(value, Field)})
        return found

    def reachable_field(cls, name: str) -> Field[Any] | None:
        """The field of that name, of this class or of one that it delegates to."""
        known = cls.declared_fields()
        if name in known:
            return known[name]
        targets = (field.target_class for field in known.values() if field.delegate and field.target_class)
        return next((found for target in targets if (found := target.reachable_field(name)) is not None), None)

    def unknown(cls, name: str) -> UnknownName:
        """What to raise for a name that the class does not have: a verb where it is most like one, else a field."""
        fields = cls.declared_fields()
        verbs = [key for key in dir(cls) if not key.startswith("_") and isinstance(getattr(cls, key), FunctionType)]
        hint = nearest(name, (*fields, *verbs))
        kind = "verb" if hint and hint == nearest(name, verbs) and hint != nearest(name, fields) else "field"
        return UnknownName(f"{kind} '{name}' is not on {cls._name}", where=caller(), hint=hint)

    if not TYPE_CHECKING:  # or a type checker would take every misspelt name for a field

        def __getattr__(cls, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            beyond = cls.reachable_field(name)
            if beyond is not None:
                return Path(cls._name, (name,), beyond, caller())
            raise cls.unknown(name)

    def _as_term(cls) -> Path[int]:
        """What the class stands for in a query: the id of its record."""
        return Path(cls._name, ("id",), None, caller())

    # A many-to-one on a class is typed as the class that it points at, so these are what a type checker
    # finds for `Lead.partner.is_(…)`; asked of a model itself, they speak of its own records.

    def is_(cls, record: Model | int | None) -> Filter:
        """The record itself, or the one that the relation points at."""
        return Condition(cls._name, ("id",), "=", record, caller())

    def in_(cls, records: Iterable[Any]) -> Filter:
        """One of these records or ids."""
        return Condition(cls._name, ("id",), "in", tuple(records), caller())

    def not_in(cls, records: Iterable[Any]) -> Filter:
        """None of these records or ids."""
        return Condition(cls._name, ("id",), "not in", tuple(records), caller())

    def child_of(cls, records: Model | int | Iterable[Any]) -> Filter:
        """One of these records, or one below them in their tree."""
        return cls._as_term().child_of(records)

    def parent_of(cls, records: Model | int | Iterable[Any]) -> Filter:
        """One of these records, or one above them in their tree."""
        return cls._as_term().parent_of(records)

    def is_set(cls) -> Filter:
        """The relation points at a record."""
        return Condition(cls._name, ("id",), "!=", None, caller())


class Model(metaclass=ModelMeta):
    """A kind of record. Subclass it with a `_name` to declare one; subclass a declared one to extend it.

    _name: the model's name, `area.noun`. _label, _label_plural: what people call one and many.
    _title: the field that names a record. _order: fields, `-` for descending.
    _parent: the many-to-one to the same model that makes a tree of the records.
    _constraints: what the database itself refuses. _history: whether changes of its records are kept.
    _states: the selection that only moves change, see `core.orm.states`.
    """

    __slots__ = ("_set", "_view", "id")

    _name: ClassVar[str] = ""
    _label: ClassVar[str] = ""
    _label_plural: ClassVar[str] = ""
    _title: ClassVar[str] = "name"
    _order: ClassVar[tuple[str, ...]] = ()
    _parent: ClassVar[str] = ""
    _constraints: ClassVar[tuple[DatabaseConstraint, ...]] = ()
    _history: ClassVar[bool] = True
    _states: ClassVar[States | None] = None
    _where: ClassVar[str]

    id: int
    _view: View
    _set: Members

    def __init__(self, view: View, id: int, members: Members) -> None:
        self._view = view
        self.id = id
        self._set = members

    @property
    def env(self) -> Env:
        """The environment that this record is read and written with."""
        return self._view.env

    @property
    def display_name(self) -> str:
        """What people call this record: its title, or its model and number."""
        title = self._view.info.title
        text = str(getattr(self, title) or "") if title else ""
        return text or f"{self._view.info.label} {self.id}"

    @property
    def row_version(self) -> int:
        """The version of the record as first read in this unit of work; it rises with each change by a person."""
        return self._view.version(self)

    def exists(self) -> bool:
        """Whether the record is there and its reader may see it."""
        return self._view.sees(self)

    def write(self, **values: object) -> None:
        """Change several fields at once. Raises Invalid, AccessDenied, Missing or Conflict."""
        self._view.assign(self, values)

    def expect_version(self, version: int) -> None:
        """Say which version the person saw. Writing raises Conflict if it is no longer the stored one."""
        self._view.expect(self, version)

    def lock(self) -> Self:
        """Lock the record, and read it anew: nobody else changes it until the unit of work ends. See `Env.lock`."""
        self.env.lock(Records(self._view, (self.id,)))
        return self

    def history(self, limit: int = 50) -> list[Change]:
        """What happened to the record, the latest first: of the fields that the reader may see."""
        return read_history(self._view, self.id, limit)

    def as_of(self, moment: datetime) -> Self:
        """The record as it was at a moment, and its relations as they were. Reading it raises Missing where it was not
        there then; nothing of it can be changed."""
        past: Self = self.env.as_of(moment)[self._name].browse(self.id)[0]
        return past

    def deletion_plan(self) -> DeletionPlan:
        """What deleting the record would do to those that point at it: nothing has happened yet."""
        return plan_deletion(self._view, (self.id,))

    def deletion_warning(self) -> str:
        """What deleting the record loses beyond records that point at it: people read it before they do. For models
        to say; nothing of most."""
        return ""

    def deletion_refusal(self) -> str:
        """Why the record cannot be deleted as it is, and what to do first: for models to say; empty where it can."""
        return ""

    def delete(self) -> None:
        """Delete the record and apply what is declared for those that point at it."""
        self._view.delete((self.id,))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self.id == other.id and self._name == other._name

    def __hash__(self) -> int:
        return hash((self._name, self.id))

    def __repr__(self) -> str:
        return f"{self._name}({self.id})"
