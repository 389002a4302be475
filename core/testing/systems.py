"""A running system for tests, and users in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.addons.lifecycle import initialise
from core.addons.system import System
from core.settings import Settings

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.identity import Identity


def settings_for(address: str, folder: Path, addons_path: tuple[Path, ...] | None = None) -> Settings:
    """Settings of a system in the database at `address`, with its files in `folder`.

    addons_path: unless given, that of this process's own settings, so that an addon in a folder of its own is
    found by its tests as it is by its server. Jobs run where a test says so (`run_jobs`), so their queue is in memory.
    """
    if addons_path is None:
        addons_path = Settings.load().addons_path
    return Settings(data_dir=folder, database_url=address, addons_path=addons_path, queue_url="memory://")


def prepare_system(address: str, addons: tuple[str, ...], demo: bool, folder: Path) -> None:
    """Enable the addons in the empty database at `address`, and make a company where the demo brings none."""
    settings = settings_for(address, folder)
    initialise(settings, addons, demo=demo)
    system = System.open(settings)
    try:
        with system.unit(write=True, reason="a company for tests") as unit:
            env = unit.system_env()
            if not env["res.company"].count():
                dong = env["res.currency"].search(_named(env, "res.currency").name == "VND")[0]
                env["res.company"].create(name="Banyan", currency=dong, time_zone="Asia/Ho_Chi_Minh")
    finally:
        system.close()


def _named(env: Env, model: str) -> Any:
    """A class that this file cannot import: core knows the models of no addon."""
    return env[model].info.cls


class UserMaker:
    """Makes users in a system: people of the model `res.users` with roles of `res.groups`."""

    def __init__(self, system: System) -> None:
        self._system = system

    def make(self, login: str, *roles: str, password: str = "", **values: Any) -> Identity:
        """The identity of a new user with these roles; values: other fields of theirs, by Python name."""
        with self._system.unit(write=True, reason="a user for a test") as unit:
            env = unit.system_env()
            groups: Any = env["res.groups"]
            given = groups.search(_named(env, "res.groups").key.in_(roles))
            unknown = set(roles) - {group.key for group in given}
            if unknown:
                raise LookupError(f"no enabled addon declares the roles {', '.join(sorted(unknown))}")
            user: Any = env["res.users"].create(login=login, **{"name": login.title(), "groups": given, **values})
            if password:
                user.set_password(password)
            user_id = user.id
        return self.identity(user_id)

    def identity(self, user_id: int) -> Identity:
        """The identity of a user as the log-in would give it now."""
        with self._system.unit() as unit:
            env = unit.system_env("who a user is")
            found: Identity | None = env.hooks.identity_of(env=env, user_id=user_id)
        if found is None:
            raise LookupError(f"no active user has the id {user_id}")
        return found
