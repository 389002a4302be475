"""Loading: import what the enabled addons declare, and nothing of any other.

Of each addon these modules are looked for: `models`, `views`, `access`, `reports`, `hooks`, `hookspecs` and `jobs`. A
bridge, `bridges/<other>/`, has the same modules and loads where both addons are enabled, after both.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from core.addons.discover import NAMESPACE
from core.addons.manifest import Manifest
from core.errors import BanyanError, DeclarationError, SetupError, nearest
from core.i18n import _
from core.jobs.collect import collect_jobs
from core.jobs.declare import Job
from core.orm.access.declare import Access, Grant, Role, Rule
from core.orm.checks import check_nameless
from core.orm.compose import Part, collect_nameless, collect_parts
from core.orm.where import spot
from core.reports import jobs as reports_jobs
from core.reports.collect import collect_reports
from core.reports.declare import Declared as DeclaredReport
from core.views import collect_views

_KEYWORD = re.compile(r"(?P<callable>[\w.]+)\(\) got an unexpected keyword argument '(?P<keyword>\w+)'")


@dataclass(frozen=True)
class Section:
    """An addon, or one of its bridges: a package with the modules of an addon."""

    addon: str
    package: str
    folder: Path

    @property
    def name(self) -> str:
        """What templates call it: `crm`, `crm.bridges.sales`."""
        return self.package.removeprefix(f"{NAMESPACE}.")

    def has(self, name: str) -> bool:
        return (self.folder / f"{name}.py").is_file() or (self.folder / name).is_dir()

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.{name}")


@dataclass
class Declared:
    """All that a set of addons declares, in load order. templates: section → the folder of its reports."""

    parts: list[Part] = field(default_factory=list)
    nameless: list[Part] = field(default_factory=list)
    views: list[tuple[str, object]] = field(default_factory=list)
    access: list[Access] = field(default_factory=list)
    reports: list[tuple[str, str, DeclaredReport]] = field(default_factory=list)
    templates: dict[str, Path] = field(default_factory=dict)
    hooks: list[tuple[str, ModuleType]] = field(default_factory=list)
    hookspecs: list[tuple[str, ModuleType]] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)


def sections(manifests: Sequence[Manifest]) -> list[Section]:
    """The addons in load order, each followed by the bridges that are complete with it."""
    enabled = {manifest.name for manifest in manifests}
    found: list[Section] = []
    loaded: set[str] = set()
    waiting: list[tuple[str, Section]] = []
    for manifest in manifests:
        found.append(Section(manifest.name, manifest.package, manifest.folder))
        loaded.add(manifest.name)
        for other in manifest.bridges:
            folder = manifest.folder / "bridges" / other
            if not folder.is_dir():
                raise DeclarationError(
                    f"there is no folder bridges/{other}", addon=manifest.name,
                    where=manifest.line_of("bridges", other), hint=f"make it, or take '{other}' out of 'bridges'",
                )  # fmt: skip
            if other in enabled:
                waiting.append((other, Section(manifest.name, f"{manifest.package}.bridges.{other}", folder)))
        found += [section for other, section in waiting if other in loaded]
        waiting = [(other, section) for other, section in waiting if other not in loaded]
    return found


def load(manifests: Sequence[Manifest]) -> Declared:
    """Import the sections of these addons and collect what they declare. Raises DeclarationError."""
    declared = Declared(jobs=collect_jobs("core", reports_jobs))
    for manifest in manifests:
        _import_package(manifest)
    for section in sections(manifests):
        _load_section(section, declared)
    check_nameless(declared.parts, declared.nameless)
    return declared


def _import_package(manifest: Manifest) -> None:
    """Let the addon's folder join the namespace `addons`, and see that its package is the one in that folder.

    The path of the namespace is made anew by the import system whenever `sys.path` changes, so this is
    asked for at each load.
    """
    parent = str(manifest.folder.parent)
    namespace = importlib.import_module(NAMESPACE).__path__
    if manifest.package.startswith(f"{NAMESPACE}.") and parent not in namespace:
        namespace.append(parent)
    with located(manifest.name, manifest.folder):
        package = importlib.import_module(manifest.package)
    loaded = [Path(path).resolve() for path in package.__path__]
    if loaded[:1] != [manifest.folder]:
        raise SetupError(
            _(
                "The addon '{name}' was loaded from {loaded}; the one in {folder} needs a process of its own.",
                name=manifest.name,
                loaded=loaded[0],
                folder=manifest.folder,
            )
        )


def _load_section(section: Section, declared: Declared) -> None:
    with located(section.addon, section.folder):
        if section.has("models"):
            declared.parts += collect_parts(section.addon, section.module("models"))
            declared.nameless += collect_nameless(section.addon, section.module("models"))
        if section.has("views"):
            declared.views += collect_views(section.addon, section.module("views"))
        if section.has("access"):
            known = {id(item) for item in declared.access}
            for item in _access_objects(section.module("access")):
                if id(item) not in known:  # a role of another addon that this one imports
                    declared.access.append(item)
        if section.has("reports"):
            declared.reports += collect_reports(section.addon, section.name, section.module("reports"))
            declared.templates[section.name] = section.folder / "reports"
        if section.has("hookspecs"):
            declared.hookspecs.append((section.addon, section.module("hookspecs")))
        if section.has("hooks"):
            declared.hooks.append((section.addon, section.module("hooks")))
        if section.has("jobs"):
            declared.jobs += collect_jobs(section.addon, section.module("jobs"))


@contextmanager
def located(addon: str, folder: Path) -> Iterator[None]:
    """Whatever the addon's code raises becomes a DeclarationError with the addon and the line that raised."""
    try:
        yield
    except DeclarationError as error:
        if error.addon and error.where:
            raise
        where = error.where or _last_line(error, folder)
        raise DeclarationError(error.message, addon=error.addon or addon, where=where, hint=error.hint) from error
    except SyntaxError as error:
        where = spot(error.filename or str(folder), error.lineno or 1)
        raise DeclarationError(f"is no Python: {error.msg}", addon=addon, where=where) from error
    except (Exception, SystemExit) as error:  # an addon's module may raise anything; its author must be told where
        where = _last_line(error, folder)
        text = f"{type(error).__name__}: {error}"
        raise DeclarationError(text, addon=addon, where=where, hint=_nearest_to(error)) from error


@contextmanager
def located_in(manifests: Sequence[Manifest], otherwise: Manifest) -> Iterator[None]:
    """As `located`, for code of any of these addons: the one that the innermost line belongs to is named.

    What is raised on purpose stays as it is.
    """
    try:
        yield
    except BanyanError:
        raise
    except Exception as error:
        frames = [Path(frame.filename) for frame in reversed(traceback.extract_tb(error.__traceback__))]
        at = next((item for file in frames for item in manifests if file.is_relative_to(item.folder)), otherwise)
        with located(at.name, at.folder):
            raise


def _last_line(error: BaseException, folder: Path) -> str:
    """`file:line` of the innermost frame inside the folder, or the folder."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).is_relative_to(folder):
            return spot(frame.filename, frame.lineno or 1)
    return str(folder)


def _nearest_to(error: BaseException) -> str:
    """The nearest right name, where the error is about one that is not there."""
    if isinstance(error, NameError) and error.name and error.__traceback__ is not None:
        *_outer, (frame, _line) = traceback.walk_tb(error.__traceback__)
        return nearest(error.name, {**frame.f_builtins, **frame.f_globals, **frame.f_locals})
    if isinstance(error, AttributeError) and error.name:
        return nearest(error.name, dir(error.obj))
    if isinstance(error, ModuleNotFoundError) and error.name:
        parent, _dot, name = error.name.rpartition(".")
        paths = getattr(sys.modules.get(parent), "__path__", ())
        return nearest(name, (found.name for found in pkgutil.iter_modules(paths)))
    if isinstance(error, ImportError) and (missing := re.match(r"cannot import name '(\w+)'", str(error))):
        return nearest(missing[1], dir(sys.modules.get(error.name or "")))
    if isinstance(error, TypeError) and (unknown := _KEYWORD.search(str(error))):
        return nearest(unknown["keyword"], _keywords(error, unknown["callable"]))
    return ""


def _keywords(error: TypeError, called: str) -> set[str]:
    """The keywords that a callable takes which refused one: those of the class, where it has bases that take them."""
    *_outer, (frame, _line) = traceback.walk_tb(error.__traceback__)
    made = frame.f_locals.get("self") if called.endswith("__init__") else None
    names = called.removesuffix(".__init__").split(".")
    found: Any = type(made) if made is not None else None
    places: list[Any] = [frame.f_globals.get(name) for name in frame.f_code.co_names]
    for place in (frame.f_globals, *(vars(item) for item in places if isinstance(item, ModuleType))):
        found = found or place.get(names[-1])
    inits = [vars(base).get("__init__") for base in found.__mro__] if isinstance(found, type) else [found]
    return {
        name
        for function in inits
        if isinstance(function, FunctionType)
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self" and parameter.kind is not parameter.VAR_KEYWORD
    }


def _access_objects(module: ModuleType) -> list[Access]:
    """Roles of a module, and the members of its list `access`, each once."""
    found: dict[int, Access] = {}
    for name, value in vars(module).items():
        if isinstance(value, Role):
            found[id(value)] = value
        elif name == "access":
            if not isinstance(value, list | tuple):
                where = getattr(value, "declared_at", "") or spot(str(module.__file__), 1)
                raise DeclarationError(f"`access` is {value!r}", where=where, hint="it is a list of Grant and Rule")
            for item in value:
                if not isinstance(item, Role | Grant | Rule):
                    where = spot(str(module.__file__), 1)
                    raise DeclarationError(
                        f"`access` holds {item!r}", where=where, hint="only Role, Grant and Rule belong there"
                    )
                found[id(item)] = item
    for name, value in vars(module).items():
        for item in value if isinstance(value, list | tuple) else (value,):
            # A grant that is declared and not listed would be one that silently does not hold.
            if isinstance(item, Grant | Rule) and id(item) not in found:
                raise DeclarationError(f"'{name}' is not in `access`", where=item.declared_at,
                                       hint="only what stands in the list `access` holds")  # fmt: skip
    return list(found.values())
