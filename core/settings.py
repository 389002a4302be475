"""Settings: where the database is, where files are kept, which port is served, where addons are looked for.

They come from a TOML file; environment variables go before it. The file is the one that BANYAN_CONFIG
names, else `banyan.toml` in the current folder, else `banyan.toml` in the data folder. Paths in the file
are relative to it, paths in variables to the current folder.

| key            | variable              | default                            |
|----------------|-----------------------|------------------------------------|
| `database_url` | `BANYAN_DATABASE_URL` | `sqlite:///<data folder>/banyan.db` |
| `data_dir`     | `BANYAN_DATA_DIR`     | `./var`                            |
| `files_url`    | `BANYAN_FILES_URL`    | the folder `files` of the data folder; else an object store |
| `queue_url`    | `BANYAN_QUEUE_URL`    | beside the database; else another database, or Redis |
| `host`         | `BANYAN_HOST`         | 127.0.0.1: this machine alone; 0.0.0.0 is every network |
| `port`         | `BANYAN_PORT`         | 8069                               |
| `processes`    | `BANYAN_PROCESSES`    | 1: so many processes answer, each with its threads |
| `log_format`   | `BANYAN_LOG_FORMAT`   | text: for a person; json: a line of JSON an event |
| `log_level`    | `BANYAN_LOG_LEVEL`    | warning as text, info as JSON |
| `proxies`      | `BANYAN_PROXIES`      | 0: so many proxies are believed about address, host and https |
| `addons_path`  | `BANYAN_ADDONS_PATH`  | none; in the variable separated as in `PATH` |
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from core.errors import SetupError, nearest
from core.i18n import _

FILE_NAME = "banyan.toml"
PREFIX = "BANYAN_"
CONFIG = "BANYAN_CONFIG"
DRIVER = "postgresql+psycopg"


@dataclass(frozen=True)
class Settings:
    """What one installation runs with. database_url: as SQLAlchemy writes it, with the driver named."""

    data_dir: Path = Path("var")
    database_url: str = field(default="", repr=False)  # may hold a password
    files_url: str = ""
    queue_url: str = field(default="", repr=False)  # may hold a password
    host: str = "127.0.0.1"
    port: int = 8069
    proxies: int = 0
    processes: int = 1
    log_format: str = "text"
    log_level: str = ""
    addons_path: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'banyan.db'}")

    @property
    def files(self) -> Path | str:
        """Where files of records are kept: a folder, or the address of an object store."""
        return self.files_url or self.data_dir / "files"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
        """The settings of this process. Raises SetupError naming the file or variable that is wrong.

        environ, folder: what stands for the environment and the current folder.
        """
        environ = os.environ if environ is None else environ
        folder = Path.cwd() if folder is None else folder
        _refuse_misspelt(environ)
        given = {key: environ[variable] for key, variable in VARIABLES.items() if environ.get(variable)}
        sources = {key: Source(VARIABLES[key], folder) for key in given}
        data_dir = _path(given["data_dir"], sources["data_dir"]) if "data_dir" in given else folder / "var"
        file = _file(environ, folder, data_dir)
        values: dict[str, Any] = {}
        if file is not None:
            values = _read(file)
            sources = dict.fromkeys(values, Source(str(file), file.parent)) | sources
        values |= given
        checked: dict[str, Any] = {key: CHECKS[key](value, sources[key]) for key, value in values.items()}
        checked.setdefault("data_dir", data_dir)
        return cls(**checked)

    def environ(self) -> dict[str, str]:
        """The variables that give another process the same settings."""
        values = {key: getattr(self, key) for key in VARIABLES}
        values["data_dir"] = self.data_dir.absolute()
        values["addons_path"] = os.pathsep.join(str(path) for path in self.addons_path)
        return {VARIABLES[key]: str(value) for key, value in values.items()}


VARIABLES = {item.name: PREFIX + item.name.upper() for item in fields(Settings)}


@dataclass(frozen=True)
class Source:
    """Where a value was given, for messages, and the folder that its relative paths start from."""

    name: str
    folder: Path


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    """A variable that is almost one of ours is a mistake; others that start alike belong to somebody else."""
    known = [*VARIABLES.values(), CONFIG]
    for name in environ:
        if name.startswith(PREFIX) and name not in known and (alike := get_close_matches(name, known, 1, 0.9)):
            raise SetupError(_("The variable {name} is no setting; nearest: {nearest}.", name=name, nearest=alike[0]))


def _file(environ: Mapping[str, str], folder: Path, data_dir: Path) -> Path | None:
    named = environ.get(CONFIG)
    if named:
        file = folder / Path(named).expanduser()
        if not file.is_file():
            raise SetupError(_("{variable} names {file}, which is no file.", variable=CONFIG, file=file))
        return file
    return next((file for file in (folder / FILE_NAME, data_dir / FILE_NAME) if file.is_file()), None)


def _read(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SetupError(_("{file} cannot be read: {reason}.", file=file, reason=error)) from error
    for key in values:
        if key not in VARIABLES:
            hint = nearest(key, VARIABLES) or _("known: {keys}", keys=", ".join(sorted(VARIABLES)))
            raise SetupError(_("{file}: '{key}' is no setting; {hint}.", file=file, key=key, hint=hint))
    return values


# -- one check for each setting: (value as given, its source) → value as kept -----------------------


def _wrong(source: Source, key: str, value: object, reason: str) -> SetupError:
    return SetupError(
        _("{place}: {key} cannot be {value}; {reason}.", place=source.name, key=key, value=repr(value), reason=reason)
    )


def _path(value: object, source: Source) -> Path:
    if not isinstance(value, str) or not value:
        raise _wrong(source, "data_dir", value, _("write the path of a folder"))
    path = source.folder / Path(value).expanduser()
    if path.exists() and not path.is_dir():
        raise _wrong(source, "data_dir", value, _("that is a file, not a folder"))
    return path


def _port(value: object, source: Source) -> int:
    number = _number(value)
    if number is None or not 0 < number < 65536:
        raise _wrong(source, "port", value, _("write a number from 1 to 65535"))
    return number


def _host(value: object, source: Source) -> str:
    if not isinstance(value, str) or not value or any(mark in value for mark in " /@"):
        raise _wrong(source, "host", value, _("write an address of this machine, or 0.0.0.0 for all of them"))
    return value


def _proxies(value: object, source: Source) -> int:
    number = _number(value)
    if number is None or not 0 <= number <= 9:
        raise _wrong(source, "proxies", value, _("write how many there are, from 0 to 9"))
    return number


def _processes(value: object, source: Source) -> int:
    number = _number(value)
    if number is None or not 1 <= number <= 64:
        raise _wrong(source, "processes", value, _("write how many there are to be, from 1 to 64"))
    return number


def _log_format(value: object, source: Source) -> str:
    return _one_of(value, source, "log_format", ("text", "json"))


def _log_level(value: object, source: Source) -> str:
    return _one_of(value, source, "log_level", ("debug", "info", "warning", "error"))


def _one_of(value: object, source: Source, key: str, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value.lower() not in known:
        raise _wrong(source, key, value, _("known: {keys}", keys=", ".join(known)))
    return value.lower()


def _number(value: object) -> int | None:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    return None if isinstance(number, bool) or not isinstance(number, int) else number


def _addons_path(value: object, source: Source) -> tuple[Path, ...]:
    if isinstance(value, str):
        value = [part for part in value.split(os.pathsep) if part]
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise _wrong(source, "addons_path", value, _("write a list of folders"))
    paths = tuple(source.folder / Path(part).expanduser() for part in value)
    for path in paths:
        if not path.is_dir():
            raise _wrong(source, "addons_path", str(path), _("there is no such folder"))
        if (path / "manifest.toml").exists():
            reason = _("that folder is an addon itself; name the one that holds it, {parent}", parent=path.parent)
            raise _wrong(source, "addons_path", str(path), reason)
    return tuple(dict.fromkeys(path.resolve() for path in paths))


def _database_url(value: object, source: Source, key: str = "database_url") -> str:
    form = _("write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    if not isinstance(value, str):
        raise _wrong(source, key, value, form)
    scheme, separator, rest = value.partition("://")
    # A message must not repeat the address: it may hold a password.
    if not separator:
        raise _wrong(source, key, "…", form)
    if scheme in ("postgresql", "postgres", DRIVER):
        return f"{DRIVER}://{rest}"
    if scheme in ("sqlite", "sqlite+pysqlite"):
        file, mark, options = rest.removeprefix("/").partition("?")
        if not rest.startswith("/") or file in ("", ":memory:"):
            raise _wrong(source, key, value, _("a database in memory is lost with the process; name a file"))
        return f"sqlite:///{source.folder / Path(file).expanduser()}{mark}{options}"
    if scheme.startswith("postgresql+"):
        form = _("the driver is psycopg; write {driver}:// or postgresql://", driver=DRIVER)
    raise _wrong(source, key, f"{scheme}://…", form)


def _files_url(value: object, source: Source) -> str:
    if not isinstance(value, str) or not value.partition("://")[2]:
        raise _wrong(source, "files_url", value, _("write s3://BUCKET/FOLDER, or leave it out for the data folder"))
    if "@" in value:
        raise _wrong(source, "files_url", "…", _("keys do not belong into the address; see docs/configuration.md"))
    return value


def _queue_url(value: object, source: Source) -> str:
    form = _("write redis://HOST/NUMBER, postgresql://USER:PASSWORD@HOST/NAME or sqlite:///FILE")
    if not isinstance(value, str):
        raise _wrong(source, "queue_url", value, form)
    scheme, separator, rest = value.partition("://")
    if value == "memory://" or (separator and rest and scheme in ("redis", "rediss", "unix")):
        return value
    if not separator or scheme.partition("+")[0] not in ("sqlite", "postgresql", "postgres"):
        raise _wrong(source, "queue_url", "…", form)
    return _database_url(value, source, "queue_url")


CHECKS: dict[str, Callable[[object, Source], Any]] = {
    "data_dir": _path,
    "database_url": _database_url,
    "files_url": _files_url,
    "queue_url": _queue_url,
    "host": _host,
    "port": _port,
    "proxies": _proxies,
    "processes": _processes,
    "log_format": _log_format,
    "log_level": _log_level,
    "addons_path": _addons_path,
}
