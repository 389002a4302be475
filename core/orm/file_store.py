"""Where the bytes of files are: a folder, or an object store; under the hash of what they are, so each is there once.

    <place>/3f/3fa1…      one file, named by the SHA-256 of its bytes; it never changes

A file stays as long as anybody might look back at it: histories name attachments.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from core.errors import Missing, SetupError
from core.i18n import _


class FileStore(ABC):
    """Keeps bytes under their hash."""

    def put(self, data: bytes) -> str:
        """Keep `data` for good, and give its hash. Nobody ever sees half of a file."""
        hash = sha256(data).hexdigest()
        self._put(f"{hash[:2]}/{hash}", data)
        return hash

    def read(self, hash: str) -> bytes:
        """The bytes of that hash. Raises Missing."""
        try:
            return self._read(f"{hash[:2]}/{hash}")
        except FileNotFoundError:
            raise Missing(_("The file is not where files are kept.")) from None

    @abstractmethod
    def hashes(self) -> Iterator[str]:
        """The hash of each file that is kept, in no order."""

    @abstractmethod
    def check(self) -> None:
        """Whether files can be kept here now. Raises OSError or SetupError."""

    @abstractmethod
    def _put(self, name: str, data: bytes) -> None: ...

    @abstractmethod
    def _read(self, name: str) -> bytes: ...


class FolderStore(FileStore):
    """Files in a folder of this machine, or of a network that it mounts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self._folder, os.W_OK):
            raise SetupError(_("Nothing can be written to the folder {folder}.", folder=self._folder))

    def hashes(self) -> Iterator[str]:
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if not path.name.startswith("."):  # half of a file, of a process that was killed
                yield path.name

    def _put(self, name: str, data: bytes) -> None:
        path = self._folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as half:
                half.write(data)
                half.flush()
                os.fsync(half.fileno())
            os.replace(half.name, path)

    def _read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()


class ObjectStore(FileStore):
    """Files in an object store that fsspec speaks with, such as `s3://bucket/folder`.

    Keys and the address of the service come from where its library looks for them, as in AWS_ACCESS_KEY_ID.
    Raises SetupError where the library for that kind of store is not installed, or the address is none.
    """

    def __init__(self, address: str) -> None:
        from fsspec.core import url_to_fs  # a second of imports that a folder does not need

        try:
            found: tuple[Any, str] = url_to_fs(address)
        except (ImportError, ValueError) as error:
            kind = address.partition("://")[0]
            text = _("Files cannot be kept at {kind}://…: {reason}.", kind=kind, reason=str(error).rstrip("."))
            raise SetupError(text) from error
        self._service, self._root = found

    def check(self) -> None:
        self._service.exists(self._root)

    def hashes(self) -> Iterator[str]:
        for place in self._service.find(self._root):
            yield str(place).rpartition("/")[2]

    def _put(self, name: str, data: bytes) -> None:
        place = f"{self._root}/{name}"
        if not self._service.exists(place):
            self._service.pipe_file(place, data)  # an object appears whole, or not at all

    def _read(self, name: str) -> bytes:
        data: bytes = self._service.cat_file(f"{self._root}/{name}")
        return data


class TrialStore(FileStore):
    """A store whose new files are gone with it: for what is done to see how it would go, and taken back."""

    def __init__(self, below: FileStore) -> None:
        self._below = below
        self._given: dict[str, bytes] = {}

    def check(self) -> None:
        self._below.check()

    def hashes(self) -> Iterator[str]:
        yield from self._below.hashes()

    def _put(self, name: str, data: bytes) -> None:
        self._given[name] = data

    def _read(self, name: str) -> bytes:
        return self._given[name] if name in self._given else self._below._read(name)


def open_store(place: Path | str) -> FileStore:
    """The store at a folder, or at the address of an object store. Raises SetupError."""
    return FolderStore(place) if isinstance(place, Path) else ObjectStore(place)
