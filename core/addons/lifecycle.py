"""The life cycle of the addons of one database: enabling them, and following when their code has changed.

    look       which addons the database has, in which state
    compose    the registry of those and the wanted ones; may take a second, so nothing is locked yet
    lock       one process at a time migrates; has the state changed meanwhile, all begins again
    migrate    schema, ledger, shipped records, hooks, versions: one transaction

An error, or the end of the process, at any point leaves the database as it was. On SQLite tables that have
to be built anew need foreign keys off before the transaction begins; then it begins again that way, and the
references are checked before it ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.addons.discover import Found, discover
from core.addons.home_clock import HomeClock
from core.addons.ledger import CORE, Enabled, read_setting, read_state, record_addon, write_setting
from core.addons.load import located_in
from core.addons.manifest import banyan_version
from core.addons.overlay.entries import Overlay
from core.addons.overlay.keep import settle, stored
from core.addons.overlay.lay import lay
from core.addons.rebuild import check_references
from core.addons.registry import Registry, compose
from core.addons.schema import RebuildNeeded, Schema, bring_up, plan
from core.errors import Invalid, Refused, SetupError, nearest
from core.i18n import LANGUAGES, _
from core.orm.database import Database, Migration, utc_now
from core.orm.unit import UnitOfWork
from core.orm.write.tree import fill_paths
from core.settings import Settings

if TYPE_CHECKING:
    from core.addons.system import System

SECRET, LANGUAGE = "secret_key", "language"
MAIN_LANGUAGE = "en"
"""The main language of a database that was given no other."""
EMPTY = _("The database is empty. `banyan init` makes it ready.")
FIRST = ("base",)
"""What a fresh database gets: users and companies, without which nobody could enter."""


def initialise(
    settings: Settings, names: Sequence[str] = FIRST, *, demo: bool = False, language: str = MAIN_LANGUAGE
) -> bool:
    """Make a fresh database ready: core tables, a secret of its own, the first addons.

    language: the main one, in which a text is that has none in its reader's language; it stays so for good.
    Gives False, and does nothing, where the database is initialised already. Raises SetupError and
    DeclarationError.
    """
    if language not in LANGUAGES:
        hint = nearest(language, LANGUAGES) or ", ".join(LANGUAGES)
        raise SetupError(_("There is no language '{language}'; {hint}", language=language, hint=hint))
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SetupError(
            _("The data folder {folder} cannot be made: {reason}.", folder=settings.data_dir, reason=reason)
        ) from error
    database = Database(settings.database_url, files=settings.files)
    try:
        with database.looking() as connection:
            if read_state(connection):
                return False
            _check_encoding(connection)
        database.language = language
        follow(database, settings, names, demo=demo)
        return True
    finally:
        database.dispose()


def _check_encoding(connection: sa.Connection) -> None:
    """PostgreSQL keeps texts in the encoding that a database was made with; only one has room for all of them."""
    if connection.dialect.name != "postgresql":
        return
    encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
    if encoding != "UTF8":
        raise SetupError(
            _(
                "The database is kept in {encoding}, which does not hold every language. Make another one with "
                "`createdb --encoding=UTF8 --template=template0 NAME`, and name it in BANYAN_DATABASE_URL.",
                encoding=encoding,
            )
        )


def enable(place: Settings | System, names: Sequence[str], *, demo: bool = False) -> tuple[str, ...]:
    """Enable addons, and those that they depend on, in the database of `place`; give those that are new.

    demo: with their demo records, also of a named addon that is enabled already. A system goes on with the
    new set at once. Raises DeclarationError where the set does not compose, SetupError where the database
    cannot follow; then nothing has changed.
    """
    if not isinstance(place, Settings):
        before = {manifest.name for manifest in place.registry.manifests}
        place.follow(names, demo=demo)
        return tuple(item.name for item in place.registry.manifests if item.name not in before)
    database = Database(place.database_url, files=place.files)
    try:
        with database.looking() as connection:
            before = set(read_state(connection))
        registry = follow(database, place, names, demo=demo)
        return tuple(item.name for item in registry.manifests if item.name not in before)
    finally:
        database.dispose()


def follow(database: Database, settings: Settings, names: Sequence[str] = (), *, demo: bool = False) -> Registry:
    """The registry of the addons that the database has and of `names`, with the database brought to it.

    Nothing is migrated where the database has met all files of the set as they are now.
    """
    found = discover(settings)
    rebuilding = False
    while True:
        state, overlay, registry = _composed(database, found, names)
        if not names and not _changed(registry, state):
            return registry
        try:
            with database.migrating(rebuilding=rebuilding) as migration:
                if _is_as_seen(migration.connection, state, overlay):
                    registry = _migrate(migration, registry, state, names if demo else ())
                    if rebuilding:
                        check_references(migration.connection)
                    return registry
        except RebuildNeeded:
            rebuilding = True


def look(database: Database, settings: Settings) -> Registry:
    """The registry of the addons that the database has, for who only reads: nothing is brought up.

    Raises SetupError where the database lacks what they declare, and says what brings it up.
    """
    state, _overlay, registry = _composed(database, discover(settings), ())
    changed = _changed(registry, state)
    if changed:
        with database.looking() as connection:
            clock = HomeClock.of(connection, utc_now())
            steps = plan(connection, Schema.of(registry.models, registry.manifests, clock)).steps
        if steps:
            raise SetupError(
                _(
                    "The database is not yet what the addons declare:\n{steps}\nThis command only reads: it brings "
                    "nothing up. `banyan addons enable {name}` does, and so does `banyan serve`.",
                    steps="\n".join(f"- {step.text}" for step in steps),
                    name=next((name for name in changed if name != CORE), FIRST[0]),
                )
            )
    return registry


def registry_of(settings: Settings) -> Registry:
    """What the addons compose to that the database of these settings has, whatever its tables are.

    Raises SetupError where it is empty.
    """
    database = Database(settings.database_url, files=settings.files)
    try:
        state, _overlay, registry = _composed(database, discover(settings), ())
        if not state:
            raise SetupError(EMPTY)
        return registry
    finally:
        database.dispose()


def _composed(
    database: Database, found: Mapping[str, Found], names: Sequence[str]
) -> tuple[Mapping[str, Enabled], Overlay, Registry]:
    """(what the database has enabled, its overlay, the registry of both and of `names`)."""
    with database.looking() as connection:
        state = read_state(connection)
        overlay = stored(connection) if state else Overlay()
        if state:
            database.language = read_setting(connection, LANGUAGE) or MAIN_LANGUAGE
    met = {item.fingerprint for item in state.values()}
    code = compose(found, [*(name for name in state if name != CORE), *names], met)
    return state, overlay, lay(code, overlay)


def _is_as_seen(connection: sa.Connection, state: Mapping[str, Enabled], overlay: Overlay) -> bool:
    """Whether nobody has migrated since the database was looked at."""
    return read_state(connection) == state and (not state or stored(connection).number == overlay.number)


def _changed(registry: Registry, state: Mapping[str, Enabled]) -> list[str]:
    """Those of the set, and the core, that the database has not met in their present state."""
    return [
        name
        for name, fingerprint in registry.fingerprints.items()
        if name not in state or state[name].fingerprint != fingerprint
    ]


def _migrate(
    migration: Migration, registry: Registry, state: Mapping[str, Enabled], with_demo: Sequence[str]
) -> Registry:
    """Bring the database to a registry; gives that with what the addons ship for its overlay."""
    # What reads files of records takes a tenth of a second to import, and only a process that migrates needs it.
    from core.data.records import load_addon_data

    connection = migration.connection
    clock = HomeClock.of(connection, migration.now())
    bring_up(connection, Schema.of(registry.models, registry.manifests, clock))
    if read_setting(connection, SECRET) is None:
        write_setting(connection, SECRET, secrets.token_hex(32))
        write_setting(connection, LANGUAGE, migration.language)
    changed = set(_changed(registry, state))
    demo = {
        item.name for item in registry.manifests if with_demo and (item.name not in state or item.name in with_demo)
    }
    with migration.unit(registry.models, registry.hooks.hook, reason=_("enable addons")) as unit:
        env = unit.system_env()
        for info in registry.models.values():
            if info.parent:
                fill_paths(unit, info)
        for manifest in registry.manifests:
            if manifest.name in changed:
                load_addon_data(unit, manifest)
                with located_in(registry.manifests, manifest):
                    env.hooks.addon_enabled(env=env, addon=manifest.name)
            if manifest.name in demo:
                load_addon_data(unit, manifest, demo=True)
        now = unit.now()
        laid = _laid(unit, registry)
    versions = {CORE: str(banyan_version())} | {item.name: str(item.version) for item in registry.manifests}
    for name in changed:
        record_addon(connection, name, Enabled(versions[name], registry.fingerprints[name]), now)
    return laid


def _laid(unit: UnitOfWork, registry: Registry) -> Registry:
    """The registry with what the addons have just shipped for the overlay. Raises SetupError for what cannot be."""
    try:
        return settle(unit, registry.code) or registry
    except (Invalid, Refused) as error:
        text = _("What the addons ship for customising cannot be: {reason}", reason=error.args[0])
        raise SetupError(text) from error
