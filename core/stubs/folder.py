"""The folder that stubs are written to: it may hold stubs of others, which stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import SetupError
from core.i18n import _
from core.stubs.compose import MARK


@dataclass(frozen=True)
class Written:
    """What writing did, as paths below the folder."""

    written: tuple[str, ...]
    same: tuple[str, ...]
    removed: tuple[str, ...]


def write_stubs(folder: Path, files: Mapping[str, str]) -> Written:
    """Write the stubs that differ, and take away those of a former run that are not among `files`.

    Raises SetupError, and does nothing, where a file that this command did not make stands in the place of one.
    """
    for path in files:
        place = folder / path
        if (place.exists() or place.is_symlink()) and not _is_ours(place):
            raise SetupError(
                _(
                    "{file} is not of `banyan stubs` and is in the way of a stub. "
                    "Take it away, or choose another folder.",
                    file=place,
                )
            )
    written = [path for path in sorted(files) if _write(folder / path, files[path])]
    removed = [file for file in _ours(folder) if file.relative_to(folder).as_posix() not in files]
    for file in removed:
        file.unlink()
        _remove_empty(file.parent, folder)
    return Written(
        tuple(written),
        tuple(path for path in sorted(files) if path not in written),
        tuple(file.relative_to(folder).as_posix() for file in removed),
    )


def _write(place: Path, text: str) -> bool:
    if place.is_file() and place.read_text("utf-8") == text:
        return False
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise SetupError(_("{file} cannot be written: {reason}", file=place, reason=error.strerror)) from error
    return True


def _ours(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*.pyi")) if _is_ours(file))


def _is_ours(file: Path) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(MARK)) == MARK.encode()


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
