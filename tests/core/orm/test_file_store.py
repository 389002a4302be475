"""Bytes by their hash, in a folder and in an object store: here the one that fsspec keeps in memory."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from core.errors import Missing, SetupError
from core.orm.file_store import FileStore, ObjectStore, open_store

DATA = "hợp đồng".encode()


@pytest.fixture(params=["folder", "object store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    yield open_store(tmp_path / "files" if request.param == "folder" else "memory://banyan/files")
    MemoryFileSystem.store.clear()


def test_what_was_put_is_read(store: FileStore) -> None:
    assert store.put(DATA) == sha256(DATA).hexdigest()
    assert store.put(DATA) == sha256(DATA).hexdigest(), "the same file again"
    assert store.read(sha256(DATA).hexdigest()) == DATA


def test_what_is_not_there_is_missing(store: FileStore) -> None:
    with pytest.raises(Missing, match="not where files are kept"):
        store.read(sha256(b"never").hexdigest())


def test_an_object_is_named_by_its_hash_and_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    store, hash = ObjectStore("memory://banyan/files"), sha256(DATA).hexdigest()
    store.put(DATA)
    assert f"/banyan/files/{hash[:2]}/{hash}" in MemoryFileSystem.store
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", lambda *_arguments, **_options: pytest.fail("written again"))
    store.put(DATA)
    MemoryFileSystem.store.clear()


def test_store_without_its_library_says_what_to_install() -> None:
    with pytest.raises(SetupError, match="s3://….*s3fs"):
        ObjectStore("s3://bucket/files")
    with pytest.raises(SetupError, match="nosuch"):
        ObjectStore("nosuch://bucket/files")
