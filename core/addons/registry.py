"""The code registry: what a set of addons composes to, checked, immutable, and shared by all databases
that have this set in these versions."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from functools import lru_cache
from pathlib import Path
from weakref import WeakValueDictionary

import pluggy

from core.addons.discover import Found
from core.addons.imports import check_imports
from core.addons.ledger import CORE
from core.addons.load import Declared, load
from core.addons.manifest import Manifest
from core.addons.overlay.entries import PREFIX, Overlay
from core.addons.plugins import make_plugin_manager
from core.addons.resolve import resolve
from core.addons.tables import system_tables
from core.errors import DeclarationError
from core.i18n import add_folder
from core.jobs.collect import keep_jobs
from core.orm.checks import check_roles
from core.orm.compose import compose_models
from core.orm.probe import check_access
from core.orm.reads import check_reads
from core.orm.registry import Models
from core.orm.states.compose import check_lifecycles
from core.reports.compose import compose_reports
from core.views import Views, compose_views

HASHED = frozenset({".py", ".toml", ".csv"})
"""The files that say what an addon is; others (templates, translations) are read when they are used."""


@dataclass(frozen=True, eq=False)
class Registry:
    """A composed set of addons. key: the same for the same addons, versions and files.

    declared: what it is composed of. overlay: what a database adds; base: the registry that it is laid over.
    manifests: in load order. fingerprints: addon, and "core" → hash of its files.
    """

    key: str
    manifests: tuple[Manifest, ...]
    fingerprints: Mapping[str, str]
    models: Models
    views: Views
    hooks: pluggy.PluginManager
    declared: Declared
    overlay: Overlay = member(default_factory=Overlay)
    base: Registry | None = None

    @property
    def code(self) -> Registry:
        """The registry of the addons alone, without what a database has of its own."""
        return self.base or self

    def manifest(self, name: str) -> Manifest:
        """The manifest of an enabled addon. Raises KeyError."""
        return next(item for item in self.manifests if item.name == name)


_composed: WeakValueDictionary[str, Registry] = WeakValueDictionary()
_composing = threading.Lock()


def compose(found: Mapping[str, Found], names: Iterable[str], checked: Container[str] = ()) -> Registry:
    """The registry of these addons and all that they depend on. Raises DeclarationError for what is wrong.

    checked: fingerprints of addons whose imports need no other look, since a database has met them as they
    are. The same set in the same state gives the same registry as long as anybody holds it.
    """
    manifests = resolve(found, names)
    fingerprints = {CORE: fingerprint(Path(__file__).resolve().parents[1])}
    fingerprints |= {manifest.name: fingerprint(manifest.folder) for manifest in manifests}
    for manifest in manifests:
        add_folder(manifest.folder / "locale")
    key = _key(manifests, fingerprints)
    with _composing:
        registry = _composed.get(key)
        if registry is None:
            registry = _composed[key] = _compose(found, manifests, fingerprints, checked, key)
        return registry


def _compose(
    found: Mapping[str, Found],
    manifests: Sequence[Manifest],
    fingerprints: Mapping[str, str],
    checked: Container[str],
    key: str,
) -> Registry:
    packages = {item.package: item.name for item in found.values()}
    for manifest in manifests:
        if fingerprints[manifest.name] not in checked:
            check_imports(manifest, packages)
    declared = load(manifests)
    try:
        models = compose_models(declared.parts, declared.access)
        check_roles(models)
        check_lifecycles(models)
        _check_names(models)
        check_reads(models, {item.name for item in manifests if fingerprints[item.name] not in checked})
        check_access(models)
        system_tables(models.metadata)
        keep_jobs(models, declared.jobs)
        views = compose_views(models, declared.views)
        compose_reports(models, declared.reports, declared.templates)
        hooks = make_plugin_manager(declared.hookspecs, declared.hooks)
    except DeclarationError as error:
        raise _attributed(error, manifests) from error
    return Registry(key, tuple(manifests), fingerprints, models, views, hooks, declared)


def _check_names(models: Models) -> None:
    """What a database adds has names of its own, so that no addon's field ever takes the place of one."""
    for info in models.values():
        for field in info.fields.values():
            if field.name.startswith(PREFIX) and not field.via:
                name = field.name.removeprefix(PREFIX)
                raise DeclarationError(
                    f"{info.name}.{field.name}: names that begin with {PREFIX} are for fields that a database adds",
                    addon=info.field_addons[field.name],
                    where=field.where,
                    hint=f"call it '{name}', and move what databases hold in {field.name}",
                )


def _attributed(error: DeclarationError, manifests: Sequence[Manifest]) -> DeclarationError:
    """The error with the addon that the line belongs to; a model's own addon is named where a part is meant."""
    for manifest in manifests if error.where else ():
        if error.where.startswith(f"{manifest.name}/") or Path(error.where).is_relative_to(manifest.folder):
            return DeclarationError(error.message, addon=manifest.name, where=error.where, hint=error.hint)
    return error


def fingerprint(folder: Path) -> str:
    """A hash of an addon's files: it changes when any of them does."""
    digest = hashlib.sha256()
    for path, state in _files(str(folder)):
        digest.update(path.removeprefix(str(folder)).encode())
        digest.update(_digest(path, state.st_mtime_ns, state.st_size))
    return digest.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """The files of a folder that count, in the order of their paths; what Python has compiled is not looked through."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__":
            yield from _files(entry.path)
        elif os.path.splitext(entry.name)[1] in HASHED and entry.is_file():
            yield entry.path, entry.stat()


@lru_cache(maxsize=20_000)
def _digest(path: str, changed_at: int, size: int) -> bytes:
    """The hash of a file in the state that it has been in since a moment."""
    return hashlib.sha256(Path(path).read_bytes()).digest()


def _key(manifests: Sequence[Manifest], fingerprints: Mapping[str, str]) -> str:
    lines = [fingerprints[CORE]]
    lines += [f"{item.name} {item.version} {fingerprints[item.name]} {item.folder}" for item in manifests]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
