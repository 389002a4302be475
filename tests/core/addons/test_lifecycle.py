"""Enabling addons: all or nothing, one process at a time, repeatable, on both engines."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core import Refused
from core.addons.home_clock import HomeClock
from core.addons.ledger import read_entries, read_setting, read_state
from core.addons.lifecycle import enable, initialise
from core.addons.schema import Schema, plan
from core.addons.system import System
from core.errors import DeclarationError, SetupError
from core.orm.database import Database
from core.settings import Settings

from .conftest import FIXTURES, WriteAddon

STILL = HomeClock(datetime(2026, 3, 31, 20, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def place(engine_url: str, tmp_path: Path, folder: Path) -> Settings:
    """An empty database, the tiny addons, and those that the test writes."""
    return Settings(data_dir=tmp_path / "data", database_url=engine_url, addons_path=(FIXTURES, folder))


@pytest.fixture
def database(place: Settings) -> Iterator[Database]:
    """The same database, to look at what is in it."""
    database = Database(place.database_url)
    yield database
    database.dispose()


def books(place: Settings) -> dict[str, str]:
    """Title → notes of the books in a database."""
    system = System.open(place)
    try:
        with system.unit() as unit:
            return {row["name"]: row["notes"] for row in unit.system_env()["shelf.book"].values(["name", "notes"])}
    finally:
        system.close()


def test_fresh_database_gets_users_a_secret_and_no_second_start(place: Settings, database: Database) -> None:
    assert initialise(place)
    with database.looking() as connection:
        secret = read_setting(connection, "secret_key")
        assert list(read_state(connection)) == ["base", "core"]
    assert not initialise(place)
    system = System.open(place)
    assert system.secret_key == bytes.fromhex(secret or "")
    assert len(system.secret_key) == 32
    system.close()


def test_enabling_brings_tables_records_and_hooks(place: Settings) -> None:
    assert enable(place, ["shelf"]) == ("shelf",)
    assert books(place) == {"Truyện Kiều": "[shelf heard of shelf]"}


def test_demo_records_come_when_asked_for_and_later_too(place: Settings) -> None:
    enable(place, ["shelf"])
    assert "Dế Mèn phiêu lưu ký" not in books(place)
    assert enable(place, ["shelf"], demo=True) == ()
    assert "Dế Mèn phiêu lưu ký" in books(place)


def test_enabling_again_changes_nothing(place: Settings, database: Database) -> None:
    enable(place, ["reading"])
    with database.looking() as connection:
        ledger, state = read_entries(connection), read_state(connection)
    assert enable(place, ["reading"]) == ()
    with database.looking() as connection:
        assert read_entries(connection) == ledger
        assert read_state(connection) == state


def test_schema_of_crm_is_complete_after_it_is_enabled(place: Settings, database: Database) -> None:
    enable(place, ["crm", "loyalty", "courier"], demo=True)
    system = System.open(place)
    registry = system.registry
    with database.migrating() as migration:
        assert plan(migration.connection, Schema.of(registry.models, registry.manifests, STILL)).steps == ()
    system.close()


def test_ledger_knows_whose_each_part_is(place: Settings, database: Database) -> None:
    enable(place, ["reading"])
    with database.looking() as connection:
        ledger = {key: entry.addon for key, entry in read_entries(connection).items()}
    assert ledger["table", "shelf_book"] == "shelf"
    assert ledger["column", "shelf_book.pages"] == "shelf"
    assert ledger["column", "shelf_book.pages_read"] == "reading"
    assert ledger["table", "banyan_history"] == "core"
    assert ledger["trigger", "banyan_history_no_update"] == "core"


def test_running_system_goes_on_with_the_new_set(place: Settings) -> None:
    enable(place, ["shelf"])
    system = System.open(place)
    before = system.registry
    with system.unit() as unit:
        assert enable(system, ["reading"]) == ("reading",)
        assert unit.system_env()["shelf.book"].count() == 1  # an open unit keeps what it began with
    assert system.registry is not before
    with system.unit(write=True) as unit:
        kieu = unit.system_env()["shelf.book"].search()[0]
        kieu.finish()
        assert (kieu.pages_read, kieu.pages_left) == (240, 0)
        assert kieu.notes.endswith("[shelf][reading]")
    system.close()


def test_hook_that_raises_is_a_veto(place: Settings) -> None:
    enable(place, ["reading"])
    system = System.open(place)
    with pytest.raises(Refused, match="Nobody reads a thousand pages"), system.unit(write=True) as unit:
        unit.system_env()["shelf.book"].create(name="Từ điển", pages=2400).finish()
    assert "Từ điển" not in books(place)
    system.close()


def test_failure_while_records_load_leaves_the_old_state_whole(place: Settings, database: Database) -> None:
    enable(place, ["shelf"])
    with database.looking() as connection:
        ledger, state = read_entries(connection), read_state(connection)
    with pytest.raises(DeclarationError, match=r"(?s)addon 'spoiled': .*spoiled.pen.csv:2: column 'name'"):
        enable(place, ["spoiled"])
    with database.looking() as connection:
        assert read_entries(connection) == ledger
        assert read_state(connection) == state
    assert list(books(place)) == ["Truyện Kiều"]


def test_unsafe_change_is_refused_with_what_to_declare(place: Settings) -> None:
    enable(place, ["shelf"])
    with pytest.raises(SetupError, match=r"add column shelf_book.bought_on: .*give bought_on a default"):
        enable(place, ["demanding"])
    assert list(books(place)) == ["Truyện Kiều"]


def test_required_text_with_a_default_fills_the_rows_that_are_there(place: Settings, write_addon: WriteAddon) -> None:
    enable(place, ["shelf"])
    name = f"bound_{place.database_url[:6]}"  # modules stay imported, so each engine has an addon of its own name
    write_addon(name, depends=["shelf"], **{"models.py": """
        from addons.shelf.models import Book as ShelfBook
        from core import fields

        class Book(ShelfBook):
            binding = fields.Char("Binding", required=True, default="it's 100% Vải", search=True)
    """})  # fmt: skip
    enable(place, [name])
    system = System.open(place)
    with system.unit() as unit:
        books = unit.system_env()["shelf.book"]
        assert [book["binding"] for book in books.values(["binding"])] == ["it's 100% Vải"]
        assert [book.name for book in books.find("vai")] == ["Truyện Kiều"]
    system.close()


def test_required_moment_fills_the_rows_that_are_there(place: Settings, write_addon: WriteAddon, engine: str) -> None:
    enable(place, ["base", "shelf"])
    system = System.open(place)
    with system.unit(write=True) as unit:
        env = unit.system_env()
        dong = env["res.currency"].search(limit=1)[0]
        env["res.company"].create(name="Gỗ Việt", currency=dong, time_zone="Pacific/Kiritimati")
        env["shelf.book"].create(name="Số đỏ")
    system.close()
    write_addon(f"dated_{engine}", depends=["shelf"], **{"models.py": """
        from addons.shelf.models import Book as ShelfBook
        from core import fields

        class Book(ShelfBook):
            bought_on = fields.Date("Bought on", required=True, default=fields.today)
            seen_at = fields.DateTime("Seen at", required=True, default=fields.now)
    """})  # fmt: skip
    before = datetime.now(UTC)
    enable(place, [f"dated_{engine}"])
    after = datetime.now(UTC)
    system = System.open(place)
    with system.unit() as unit:
        rows = unit.system_env()["shelf.book"].values(["bought_on", "seen_at"])
    system.close()
    assert len(rows) == 2
    assert rows[0] == rows[1]
    zone = ZoneInfo("Pacific/Kiritimati")
    assert rows[0]["bought_on"] in {moment.astimezone(zone).date() for moment in (before, after)}
    assert before <= rows[0]["seen_at"] <= after


def test_added_field_that_an_addon_ships_is_there_when_it_is_enabled(
    place: Settings, write_addon: WriteAddon, engine: str
) -> None:
    enable(place, ["crm"])
    system = System.open(place)
    name = f"shipping_{engine}"
    rows = "id,field_description,model_id:model,ttype,default_value\nrival,Rival,crm.lead,char,none\n"
    write_addon(name, depends=["crm"], **{"data/ir.model.fields.csv": rows})
    enable(system, [name])
    assert "x_rival" in system.registry.models["crm.lead"].fields
    with system.unit(write=True) as unit:
        env = unit.system_env()
        lead = env["crm.lead"].create(name="Bàn", currency=env["res.currency"].search(limit=1)[0])
        assert lead.x_rival == "none"
    system.close()


@pytest.mark.engine("sqlite")
def test_added_field_that_an_addon_ships_and_that_cannot_be_is_told(place: Settings, write_addon: WriteAddon) -> None:
    enable(place, ["crm"])
    rows = "id,field_description,model_id:model,ttype\nheat,Heat,crm.lead,selection\n"
    write_addon("misshipping", depends=["crm"], **{"data/ir.model.fields.csv": rows})
    with pytest.raises(SetupError, match="ship for customising cannot be: is empty: write a line for each choice"):
        enable(place, ["misshipping"])


def test_clock_tells_the_day_at_home() -> None:
    assert STILL.today() == date(2026, 4, 1)


def test_empty_database_says_which_command_makes_it_ready(place: Settings) -> None:
    with pytest.raises(SetupError, match="The database is empty. `banyan init` makes it ready"):
        System.open(place)


def test_system_does_not_start_without_an_addon_that_it_has(place: Settings) -> None:
    enable(place, ["reading"])
    with pytest.raises(DeclarationError, match="there is no addon 'reading'"):
        System.open(replace(place, addons_path=()))


def test_two_at_once_enable_once(place: Settings, database: Database) -> None:
    enable(place, ["shelf"])
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda name: enable(place, [name]), ["reading", "reading"]))
    assert ("reading",) in done
    with database.looking() as connection:
        assert {"shelf", "reading"} < set(read_state(connection))
    assert books(place) == {"Truyện Kiều": "[shelf heard of shelf][shelf heard of reading]"}


# -- what needs a process of its own: new code, and an end in the middle --------------------------------------

SCRIPT = """
import sys
from pathlib import Path
from core.addons.lifecycle import enable
from core.addons.system import System
from core.settings import Settings

url, data, path, *names = sys.argv[1:]
place = Settings(data_dir=Path(data), database_url=url, addons_path=(Path(path),))
if names:
    enable(place, names)
system = System.open(place)
with system.unit() as unit:
    for info in unit.models.values():
        if info.name.startswith("e."):
            print(info.name, unit.system_env()[info.name].values(sorted(info.fields)))
"""


def run(place: Settings, *names: str) -> subprocess.CompletedProcess[str]:
    arguments = [place.database_url, str(place.data_dir), str(place.addons_path[-1]), *names]
    command = [sys.executable, "-c", SCRIPT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))


PEN = """
from core import Model, fields

class Pen(Model):
    _name = "e.pen"
    name = fields.Char(required=True)
"""


def test_new_code_is_followed_at_the_next_start(place: Settings, write_addon: WriteAddon) -> None:
    addon = write_addon("e_pens", **{"models.py": PEN, "data/e.pen.csv": "id,name\nred,Bút đỏ\n"})
    assert run(place, "e_pens").stdout == "e.pen [{'name': 'Bút đỏ'}]\n"
    with (addon / "models.py").open("a") as file:
        file.write("    price = fields.Integer()\n")
    (addon / "data" / "e.pen.csv").write_text("id,name\nred,Bút đỏ\nblue,Bút xanh\n", "utf-8")
    assert run(place).stdout == "e.pen [{'name': 'Bút đỏ', 'price': 0}, {'name': 'Bút xanh', 'price': 0}]\n"


@pytest.mark.engine("sqlite")
def test_broken_new_code_stops_the_start_and_leaves_the_database(place: Settings, write_addon: WriteAddon) -> None:
    addon = write_addon("e_pens", **{"models.py": PEN})
    assert run(place, "e_pens").returncode == 0
    (addon / "models.py").write_text(PEN.replace("required", "requird"), "utf-8")
    failed = run(place)
    assert failed.returncode != 0
    assert "addon 'e_pens': " in failed.stderr
    assert "models.py:6: " in failed.stderr
    (addon / "models.py").write_text(PEN, "utf-8")
    assert run(place).returncode == 0


def test_killed_process_leaves_nothing(place: Settings, database: Database, write_addon: WriteAddon) -> None:
    enable(place, ["shelf"])
    hook = """
        import os
        import signal
        from core import hookimpl

        @hookimpl
        def addon_enabled(env, addon):
            if addon == "e_killed":
                os.kill(os.getpid(), signal.SIGKILL)
    """
    write_addon("e_killed", **{"models.py": PEN, "hooks.py": hook, "data/e.pen.csv": "id,name\nred,Bút đỏ\n"})
    killer = replace(place, addons_path=(FIXTURES, place.addons_path[-1]))
    script = SCRIPT.replace("(Path(path),)", f"(Path({str(FIXTURES)!r}), Path(path))")
    arguments = [killer.database_url, str(killer.data_dir), str(killer.addons_path[-1]), "e_killed"]
    ended = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == -9
    with database.looking() as connection:
        assert "e_killed" not in read_state(connection)
        assert ("table", "e_pen") not in read_entries(connection)
        assert not connection.dialect.has_table(connection, "e_pen")
    assert list(books(place)) == ["Truyện Kiều"]
