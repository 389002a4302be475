"""A bench for tests of a few models: composed, with their tables, and nothing of an addon around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from core.orm.compose import Part, compose_models
from core.orm.database import Database
from core.orm.identity import Identity
from core.orm.reads import check_reads

if TYPE_CHECKING:
    import sqlalchemy as sa

    from core.orm.access.declare import Access
    from core.orm.env import Env
    from core.orm.model import Model
    from core.orm.unit import UnitOfWork

T = TypeVar("T")


class Bench:
    """Models in a database of their own."""

    def __init__(self, address: str, parts: Sequence[Part], access: Sequence[Access] = ()) -> None:
        self.address = address
        self.models = compose_models(parts, access)
        check_reads(self.models, {part.addon for part in parts})
        self.database = Database(address)
        with self.database.migrating() as migration:
            self.models.metadata.create_all(migration.connection)
            for trigger in self.models.triggers:
                for statement in trigger.sqlite if self.database.dialect == "sqlite" else trigger.postgresql:
                    migration.connection.exec_driver_sql(statement)

    @contextmanager
    def unit(self, *, write: bool = True, reason: str = "") -> Iterator[UnitOfWork]:
        """A unit of work; unlike the server's it may write unless told otherwise."""
        with self.database.unit(self.models, write=write, reason=reason) as unit:
            yield unit

    def repeat(self, work: Callable[[UnitOfWork], T], *, write: bool = True) -> T:
        """Do a `@repeatable` function as `System.repeat` does."""
        return self.database.repeat(self.models, None, work, write=write)

    @contextmanager
    def env(self, identity: Identity | None = None, *, write: bool = True) -> Iterator[Env]:
        """An environment in a unit of its own: that of `identity`, or an elevated one."""
        with self.unit(write=write) as unit:
            yield unit.env(identity) if identity else unit.system_env("test")

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """The database as it is behind the model layer, in a transaction: to look at, or to break things on purpose."""
        with self.database.migrating() as migration:
            yield migration.connection

    def close(self) -> None:
        """Let go of the database."""
        self.database.dispose()


def as_parts(classes: Sequence[type[Model] | Part]) -> list[Part]:
    """Parts in the order given; a bare class belongs to the addon `test`."""
    return [item if isinstance(item, Part) else Part("test", item) for item in classes]


def identity(user_id: int = 1, *roles: str, company_id: int | None = None) -> Identity:
    """Somebody with these roles, whom no database needs to know."""
    companies = () if company_id is None else (company_id,)
    return Identity(user_id, f"user{user_id}", roles=frozenset(roles), company_id=company_id, company_ids=companies)
