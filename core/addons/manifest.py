"""The manifest of an addon: what `manifest.toml` says, read without importing any of its code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from core.errors import DeclarationError, nearest

FILE_NAME = "manifest.toml"
DISTRIBUTION = "banyan-erp"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Dependency:
    """Another addon that this one needs, in one of these versions (any, where the set is empty)."""

    name: str
    versions: SpecifierSet

    def __str__(self) -> str:
        return f"'{self.name}' {self.versions}".rstrip()


@dataclass(frozen=True)
class Manifest:
    """An addon as its manifest describes it.

    bridges: other addons for which `bridges/<name>/` holds what this one adds where they are enabled too.
    banyan: versions of Banyan that it runs on. drops: columns (`crm_lead.nickname`) and tables that its
    models no longer have and that may go, with what they hold. folder: where the addon is. package: what
    it is imported as.
    """

    name: str
    version: Version
    label: str
    summary: str
    depends: tuple[Dependency, ...]
    bridges: tuple[str, ...]
    banyan: SpecifierSet
    drops: tuple[str, ...]
    folder: Path
    package: str

    @property
    def where(self) -> str:
        """The manifest's file, for messages."""
        return str(self.folder / FILE_NAME)

    def line_of(self, key: str, value: str = "") -> str:
        """`file:line` of a key, or of a value in its list where that stands on a line of its own."""
        text = (self.folder / FILE_NAME).read_text("utf-8")
        return f"{self.where}:{line_of(text, key, value)}"


def banyan_version() -> Version:
    """The version of Banyan that runs."""
    return Version(installed_version(DISTRIBUTION))


def read_manifest(folder: Path, package: str) -> Manifest:
    """The manifest in an addon's folder. Raises DeclarationError, with file and line, where it is wrong."""
    file = folder / FILE_NAME
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError(f"cannot be read: {error}", addon=folder.name, where=str(file)) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"is no TOML: {error}", addon=folder.name, where=str(file)) from error
    reader = _Reader(folder.name, file, text, values)
    reader.refuse_unknown()
    manifest = Manifest(
        name=reader.name(),
        version=reader.take("version", _version, required=True),
        label=reader.take("label", _text) or folder.name.replace("_", " ").capitalize(),
        summary=reader.take("summary", _text) or "",
        depends=reader.take("depends", _dependencies) or (),
        bridges=reader.take("bridges", _names) or (),
        banyan=reader.take("banyan", _versions) or SpecifierSet(),
        drops=reader.take("drops", _texts) or (),
        folder=folder,
        package=package,
    )
    if any(item.name == manifest.name for item in manifest.depends):
        raise reader.wrong("depends", "an addon cannot depend on itself")
    return manifest


KEYS = tuple(item.name for item in fields(Manifest) if item.name not in ("folder", "package"))


@dataclass(frozen=True)
class _Reader:
    """Takes values out of a manifest, and says file and line where one is wrong."""

    addon: str
    file: Path
    text: str
    values: dict[str, Any]

    def wrong(self, key: str, reason: str, hint: str = "") -> DeclarationError:
        return DeclarationError(reason, addon=self.addon, where=f"{self.file}:{line_of(self.text, key)}", hint=hint)

    def refuse_unknown(self) -> None:
        for key in self.values:
            if key not in KEYS:
                raise self.wrong(
                    key, f"'{key}' means nothing in a manifest", nearest(key, KEYS) or f"known: {', '.join(KEYS)}"
                )

    def name(self) -> str:
        name: str = self.take("name", _text, required=True)
        if not _NAME.fullmatch(name) or name == "core":
            raise self.wrong(
                "name", f"'{name}' is no name for an addon", "lower-case letters, digits and _, a letter first"
            )
        if name != self.addon:
            raise self.wrong(
                "name", f"the addon is called '{name}' and its folder '{self.addon}'", "give both one name"
            )
        return name

    def take(self, key: str, convert: Callable[[Any], Any], *, required: bool = False) -> Any:
        if key not in self.values:
            if required:
                raise DeclarationError(
                    f"'{key}' is missing", addon=self.addon, where=f"{self.file}:1", hint=f'add {key} = "…"'
                )
            return None
        try:
            return convert(self.values[key])
        except (InvalidVersion, InvalidSpecifier, InvalidRequirement, _Unfit) as error:
            raise self.wrong(key, f"{key} = {self.values[key]!r}: {error}") from error


def line_of(text: str, key: str, value: str = "") -> int:
    """The line of a key in a manifest, or of a value in its list; the first where there is none."""
    lines = text.splitlines()
    found = next((place for place, line in enumerate(lines) if re.match(rf"\s*\[*{re.escape(key)}\b", line)), 0)
    if value:
        said = re.compile(rf"""["']{re.escape(value)}\b""")
        found = next((place for place, line in enumerate(lines[found:], found) if said.search(line)), found)
    return found + 1


class _Unfit(ValueError):
    """A value of a manifest that is not of the kind that its key needs."""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Unfit("must be a text")
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Unfit("must be a list of texts")
    return tuple(_text(item) for item in value)


def _version(value: Any) -> Version:
    return Version(_text(value))


def _versions(value: Any) -> SpecifierSet:
    return SpecifierSet(_text(value))


def _names(value: Any) -> tuple[str, ...]:
    names = _texts(value)
    for name in names:
        if not _NAME.fullmatch(name):
            raise _Unfit(f"'{name}' is no name of an addon")
    return names


def _dependencies(value: Any) -> tuple[Dependency, ...]:
    found = []
    for text in _texts(value):
        need = Requirement(text)
        if need.url or need.extras or need.marker or not _NAME.fullmatch(need.name):
            raise _Unfit(f"'{text}' must be the name of an addon, with versions behind it if need be: 'crm >=1.4'")
        found.append(Dependency(need.name, need.specifier))
    return tuple(found)
