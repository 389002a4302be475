"""A backup is made while people write, comes back whole, and never over something that is there."""

from __future__ import annotations

import stat
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.addons.system import System
from core.backup import back_up, restore, verify
from core.errors import SetupError
from core.orm.files import Upload
from core.orm.identity import Identity
from core.settings import Settings
from core.testing.databases import Databases

PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture"


def names_in(settings: Settings) -> dict[str, bytes]:
    """Name of each visit → its photo."""
    opened = System.open(settings)
    try:
        with opened.unit() as unit:
            return {visit.name: visit.photo.read() for visit in unit.system_env()["survey.visit"].search()}
    finally:
        opened.close()


def add(system: System, number: int) -> str:
    with system.unit(write=True) as unit:
        picture = Upload("picture.png", PICTURE + str(number).encode())
        name: str = unit.system_env()["survey.visit"].create(name=f"Khách {number}", photo=picture).name
        return name


def test_what_was_acknowledged_before_comes_back_with_its_files(
    system: System, elsewhere: Settings, tmp_path: Path
) -> None:
    acknowledged: list[str] = []
    enough, stop = threading.Event(), threading.Event()

    def work(first: int) -> None:
        for number in range(first, first + 10_000):
            acknowledged.append(add(system, number))
            if len(acknowledged) >= 12:
                enough.set()
            if stop.is_set():
                return

    writers = [threading.Thread(target=work, args=(start,)) for start in (0, 100_000, 200_000)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    before = set(acknowledged)
    try:
        saved = back_up(system.settings, tmp_path / "backup.zip")
    finally:
        stop.set()
        for writer in writers:
            writer.join()

    assert saved.is_whole
    assert verify(tmp_path / "backup.zip") == saved == restore(tmp_path / "backup.zip", elsewhere)
    found = names_in(elsewhere)
    assert before <= set(found) <= set(acknowledged)
    assert all(found[name] == PICTURE + name.split()[1].encode() for name in found)


def test_restored_installation_is_the_same_to_its_users(
    system: System, elsewhere: Settings, tmp_path: Path, make_user: Callable[..., Identity]
) -> None:
    lan = make_user("lan", "crm.salesperson", password="đường-xa-vạn-dặm")
    back_up(system.settings, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", elsewhere)
    opened = System.open(elsewhere)
    try:
        assert opened.secret_key == system.secret_key
        with opened.unit() as unit:
            env = unit.system_env()
            verdict = env.hooks.authenticate(env=env, login="lan", password="đường-xa-vạn-dặm", address="::1")
        with opened.unit(write=True) as unit:
            assert verdict(unit.system_env()) == lan
            assert unit.env(lan)["res.partner"].create(name="Sau khi khôi phục").id
    finally:
        opened.close()


def test_database_that_is_there_is_never_overwritten(system: System, tmp_path: Path) -> None:
    add(system, 1)
    file = tmp_path / "backup.zip"
    back_up(system.settings, file)
    with pytest.raises(SetupError, match="a backup never overwrites one"):
        restore(file, system.settings)
    with pytest.raises(SetupError, match="is there already"):
        back_up(system.settings, file)
    assert names_in(system.settings) == {"Khách 1": PICTURE + b"1"}


def test_damage_is_told_before_anything_is_restored(system: System, elsewhere: Settings, tmp_path: Path) -> None:
    add(system, 1)
    whole, other = tmp_path / "whole.zip", tmp_path / "other.zip"
    back_up(system.settings, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(other, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, b"else" if name.startswith("files/") else source.read(name))
    with pytest.raises(SetupError, match=r"The backup is damaged: files/../[0-9a-f]{64} is not what was saved\."):
        restore(other, elsewhere)

    other.write_bytes(whole.read_bytes()[:-2000])
    with pytest.raises(SetupError, match="is no whole backup of Banyan"):
        restore(other, elsewhere)

    bytes_of = bytearray(whole.read_bytes())
    bytes_of[len(bytes_of) // 3] ^= 0xFF
    other.write_bytes(bytes_of)
    with pytest.raises(SetupError):
        verify(other)
    with pytest.raises(SetupError, match="The database is empty"):
        System.open(elsewhere)


def test_file_that_was_lost_before_is_named_and_the_rest_is_saved(
    system: System, elsewhere: Settings, tmp_path: Path
) -> None:
    add(system, 1)
    add(system, 2)
    files = system.settings.files
    assert isinstance(files, Path)
    lost, damaged = sorted(path for path in files.rglob("*") if path.is_file())
    lost.unlink()
    damaged.write_bytes(b"something else")
    saved = back_up(system.settings, tmp_path / "backup.zip")
    assert (saved.missing, saved.damaged, saved.files) == ((lost.name,), (damaged.name,), 0)
    assert not saved.is_whole
    restore(tmp_path / "backup.zip", elsewhere)
    opened = System.open(elsewhere)
    with opened.unit() as unit:
        assert unit.system_env()["survey.visit"].count() == 2
    opened.close()


def test_backup_is_for_its_owner_alone_and_leaves_nothing_half_done(system: System, tmp_path: Path) -> None:
    file = tmp_path / "backups" / "backup.zip"
    back_up(system.settings, file)
    assert [path.name for path in file.parent.iterdir()] == ["backup.zip"]
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    nowhere = replace(system.settings, database_url=f"sqlite:///{tmp_path / 'nothing.db'}")
    with pytest.raises(SetupError, match="The database is empty"):
        back_up(nowhere, tmp_path / "backups" / "nothing.zip")
    assert [path.name for path in file.parent.iterdir()] == ["backup.zip"]


def test_backup_returns_to_its_own_engine(system: System, engine: str, tmp_path: Path) -> None:
    back_up(system.settings, tmp_path / "backup.zip")
    other = "postgresql+psycopg://localhost/none" if engine == "sqlite" else f"sqlite:///{tmp_path / 'none.db'}"
    with pytest.raises(SetupError, match=f"of a database on {engine}"):
        restore(tmp_path / "backup.zip", Settings(data_dir=tmp_path / "other", database_url=other))


@pytest.mark.proof
def test_backups_under_load_for_a_minute(
    system: System, databases_of: Callable[[str], Databases], engine: str, tmp_path: Path
) -> None:
    acknowledged: list[str] = []
    stop = threading.Event()

    def work(first: int) -> None:
        number = first
        while not stop.is_set():
            acknowledged.append(add(system, number))
            number += 1

    writers = [threading.Thread(target=work, args=(place * 1_000_000,)) for place in range(8)]
    for writer in writers:
        writer.start()
    saved: list[tuple[Path, set[str]]] = []
    end = time.monotonic() + 60
    while time.monotonic() < end:
        before = set(acknowledged)
        file = tmp_path / f"{len(saved)}.zip"
        back_up(system.settings, file)
        saved.append((file, before))
        time.sleep(5)
    stop.set()
    for writer in writers:
        writer.join()
    for number, (file, before) in enumerate(saved):
        address = databases_of(engine).empty()
        settings = replace(system.settings, data_dir=tmp_path / f"elsewhere{number}", database_url=address)
        restore(file, settings)
        found = names_in(settings)
        assert before <= set(found) <= set(acknowledged)
        assert all(found[name] == PICTURE + name.split()[1].encode() for name in found)
        databases_of(engine).drop(address)
    print(f"{engine}: {len(saved)} backups while {len(acknowledged)} records with a file were made")  # noqa: T201 - a figure for whoever runs the proofs
