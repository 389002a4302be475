"""Discovery: which addons there are. Reads manifests only, so that a broken addon can be listed and diagnosed.

Three sources: the folder `addons/` beside `core`, the folders of the addons path, and installed
distributions that name their addons in the entry point group `banyan.addons`:

    [project.entry-points."banyan.addons"]
    sales = "addons.sales"
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, distributions
from pathlib import Path

import core
from core.addons.manifest import FILE_NAME, Manifest, read_manifest
from core.errors import BanyanError, DeclarationError, SetupError
from core.i18n import _
from core.orm.model import Model
from core.settings import Settings

NAMESPACE = "addons"
GROUP = "banyan.addons"


@dataclass(frozen=True)
class Found:
    """An addon that was found. manifest: None where `error` says why it cannot be read.

    source: where it came from, for people: a folder, or a distribution with its version.
    """

    name: str
    folder: Path
    package: str
    source: str
    manifest: Manifest | None = None
    error: BanyanError | None = None

    def checked(self) -> Manifest:
        """The manifest. Raises the error that reading it gave."""
        if self.manifest is None:
            raise self.error or DeclarationError("has no manifest", addon=self.name, where=str(self.folder))
        return self.manifest


def discover(settings: Settings) -> dict[str, Found]:
    """Name → addon, of all sources, sorted by name. A broken one is in it, with its error.

    Raises SetupError where `core` itself is not ours.
    """
    check_core()
    found: dict[str, Found] = {}
    for item in _all(settings):
        known = found.get(item.name)
        if known is None:
            found[item.name] = item
        elif known.folder != item.folder:
            error = DeclarationError(
                f"two addons have this name: {known.folder} and {item.folder}",
                addon=item.name,
                hint="rename one of them, or take one of the two places away",
            )
            found[item.name] = replace(known, manifest=None, error=error)
    return dict(sorted(found.items()))


def check_core() -> None:
    """Nothing else that is called `core` may stand in our place. Raises SetupError naming the other one."""
    ours = Path(__file__).resolve().parents[1]
    paths = [Path(path).resolve() for path in core.__path__]
    if paths != [ours] or getattr(core, "Model", None) is not Model:
        others = ", ".join(str(path) for path in paths if path != ours) or str(ours)
        raise SetupError(
            _(
                "Another package is called 'core' and gets in the way of Banyan's own: {others}. "
                "Uninstall it, or take its folder off the Python path.",
                others=others,
            )
        )


def _all(settings: Settings) -> Iterator[Found]:
    yield from _in_folder(Path(__file__).resolve().parents[2] / NAMESPACE)
    for folder in settings.addons_path:
        yield from _in_folder(folder)
    yield from _installed()


def _in_folder(folder: Path) -> Iterator[Found]:
    if folder.is_dir():
        for child in sorted(folder.iterdir()):
            if (child / FILE_NAME).is_file():
                yield _found(child.name, child, f"{NAMESPACE}.{child.name}", str(folder))


def _found(name: str, folder: Path, package: str, source: str) -> Found:
    folder = folder.resolve()
    try:
        return Found(name, folder, package, source, manifest=read_manifest(folder, package))
    except DeclarationError as error:
        return Found(name, folder, package, source, error=error)


def _installed() -> Iterator[Found]:
    for distribution in distributions():
        for point in distribution.entry_points.select(group=GROUP):
            source = f"{distribution.name} {distribution.version}"
            folder = _folder_of(distribution, point.value)
            if folder is None:
                error = DeclarationError(
                    f"distribution {source} names {point.value} as an addon and ships no {FILE_NAME} with it",
                    addon=point.name,
                    hint=f"add {point.value.replace('.', '/')}/{FILE_NAME} to its package data",
                )
                yield Found(point.name, Path(str(distribution.locate_file(""))), point.value, source, error=error)
            else:
                yield _found(point.name, folder, point.value, source)


def _folder_of(distribution: Distribution, package: str) -> Path | None:
    """The folder of a package by the distribution's own file list: to ask the import system for `a.b` imports `a`."""
    manifest = f"{package.replace('.', '/')}/{FILE_NAME}"
    for file in distribution.files or ():
        if file.as_posix() == manifest:
            return Path(str(distribution.locate_file(file))).parent
    project = _editable(distribution)
    if project is not None:
        for root in (project, project / "src"):
            if (root / manifest).is_file():
                return (root / manifest).parent
    return None


def _editable(distribution: Distribution) -> Path | None:
    """The project's folder of an editable install, whose file list names none of its sources."""
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    url = origin.get("url", "")
    if origin.get("dir_info", {}).get("editable") and url.startswith("file://"):
        from urllib.request import url2pathname  # brings an HTTP client along, for few installs

        return Path(url2pathname(url.removeprefix("file://")))
    return None
