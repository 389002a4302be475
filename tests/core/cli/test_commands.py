"""The commands, as a person at a terminal meets them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.addons.ledger import Enabled, record_addon
from core.addons.system import System
from core.addons.tables import ADDON
from core.orm.filter import Condition
from core.settings import Settings

PASSWORD = r"Log in as admin with the password ([a-z0-9]{4}(-[a-z0-9]{4}){3})"


def _identity(login: str, password: str) -> Any:
    system = System.open(Settings.load())
    try:
        with system.unit(write=True) as unit:
            env = unit.system_env()
            return env.hooks.authenticate(env=env, login=login, password=password, address="127.0.0.1")(env)
    finally:
        system.close()


def test_init_makes_a_company_and_an_administrator_once(fresh: Path, banyan: Any) -> None:
    result = banyan("init", "--company", "Gỗ Việt", "--country", "vn")
    assert result.exit_code == 0
    password = re.search(PASSWORD, result.output)
    assert password is not None
    identity = _identity("admin", password[1])
    assert {"base.administrator", "crm.administrator", "product.manager"} <= identity.roles
    shown = banyan("shell", input="print([(c.name, c.currency.name) for c in env[Company].search()])\n")
    assert "[('Gỗ Việt', 'VND')]" in shown.output

    again = banyan("init")
    assert again.exit_code == 1
    assert again.output.startswith("banyan: The database is set up already.")
    assert banyan("init", "--if-missing").exit_code == 0


@pytest.mark.engine("postgresql")
def test_init_refuses_a_database_that_does_not_hold_every_language(
    fresh: Path, engine_url: str, banyan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = sa.create_engine(engine_url, isolation_level="AUTOCOMMIT")
    name = f"{engine.url.database}_latin"
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"))
    try:
        url = engine.url.set(database=name).render_as_string(hide_password=False)
        monkeypatch.setenv("BANYAN_DATABASE_URL", url.replace("postgresql+psycopg", "postgresql"))
        result = banyan("init")
        assert result.exit_code == 1
        assert result.output.startswith("banyan: The database is kept in LATIN1, which does not hold every language.")
        assert "createdb --encoding=UTF8" in result.output
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@pytest.mark.engine("sqlite")
def test_init_names_the_nearest_country_and_can_be_run_again(fresh: Path, banyan: Any) -> None:
    result = banyan("init", "--country", "VX")
    assert (result.exit_code, result.output) == (1, "banyan: There is no Country 'VX'; nearest: 'VU'.\n")
    assert banyan("init", "--country", "VN").exit_code == 0


@pytest.mark.engine("sqlite")
def test_main_language_is_chosen_at_the_beginning(fresh: Path, banyan: Any) -> None:
    banyan("init", "--language", "vi")
    system = System.open(Settings.load())
    try:
        with system.unit() as unit:
            env = unit.system_env()
            won = env["crm.stage"].search(Condition("crm.stage", ("is_won",), "=", True))[0]
            assert (env.language, won.name, won.env.in_language("en")["crm.stage"].get(won.id).name) == (
                "vi", "Thắng", "Won",
            )  # fmt: skip
            germany = Condition("res.country", ("code",), "=", "DE")
            assert env["res.country"].values(["name", "name@en"], germany) == [{"name": "Đức", "name@en": "Germany"}]
    finally:
        system.close()


def test_init_after_a_failed_one_still_brings_what_it_is_asked_for(fresh: Path, banyan: Any) -> None:
    assert banyan("init", "--addons", "base", "--country", "VX").exit_code == 1
    result = banyan("init", "--addons", "crmm")
    assert (result.exit_code, result.output) == (1, "banyan: there is no addon 'crmm'; nearest: 'crm'\n")
    result = banyan("init", "--addons", "crm", "--demo")
    assert result.exit_code == 0
    assert "as one of: demo, " in result.output


@pytest.mark.engine("sqlite")
def test_data_folder_that_cannot_be_made_is_told_in_one_line(
    fresh: Path, banyan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANYAN_DATA_DIR", "/proc/banyan")
    result = banyan("init")
    assert result.exit_code == 1
    assert result.output.startswith("banyan: The data folder /proc/banyan cannot be made: ")


@pytest.mark.engine("sqlite")
def test_demo_shows_its_log_in_again(fresh: Path, banyan: Any) -> None:
    first = banyan("init", "--demo", "--if-missing")
    password = re.search(PASSWORD, first.output)
    assert password is not None
    again = banyan("init", "--demo", "--if-missing")
    assert password[1] in again.output
    people = re.search(r"as one of: (.+)", first.output)
    assert people is not None
    assert _identity(people[1].split(", ")[0], password[1]) is not None
    assert (fresh / "demo-log-in.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.engine("sqlite")
def test_command_without_a_database_says_what_to_do(fresh: Path, banyan: Any) -> None:
    for command in (["user", "role", "admin"], ["addons", "enable", "crm"], ["shell"]):
        result = banyan(*command)
        assert (result.exit_code, result.output) == (
            1,
            "banyan: The database is empty. `banyan init` makes it ready.\n",
        )


@pytest.mark.engine("sqlite")
def test_users_get_passwords_roles_and_keys(fresh: Path, banyan: Any) -> None:
    banyan("init")
    made = banyan(
        "user", "add", "lan", "--name", "Lan Phạm", "--role", "crm.salesperson", "--stdin", input="sáo trúc 12\n"
    )
    assert made.output == "User lan is there, with crm.salesperson.\n"
    assert _identity("lan", "sáo trúc 12").name == "Lan Phạm"

    assert banyan("user", "password", "lan", input="bamboo flute\nbamboo flute\n").exit_code == 0
    assert _identity("lan", "bamboo flute") is not None
    assert _identity("lan", "sáo trúc 12") is None

    given = banyan("user", "role", "lan", "crm.manager")
    assert given.output == "crm.manager  Sales manager\ncrm.salesperson  Salesperson\n"
    assert banyan("user", "role", "lan", "crm.salesperson", "--take").output == "crm.manager  Sales manager\n"
    assert banyan("user", "role", "lan").output == "crm.manager  Sales manager\n"

    key = banyan("user", "key", "lan", "--name", "spreadsheet").output.strip()
    system = System.open(Settings.load())
    with system.unit() as unit:
        env = unit.system_env()
        assert env.hooks.identity_of_key(env=env, key=key).login == "lan"
    system.close()


@pytest.mark.engine("sqlite")
def test_password_is_never_shown_nor_taken_from_the_command_line(fresh: Path, banyan: Any) -> None:
    banyan("init")
    asked = banyan("user", "add", "lan", input="bamboo flute\nbamboo flute\n")
    assert asked.exit_code == 0
    assert "bamboo flute" not in asked.output
    assert banyan("user", "password", "lan", "bamboo flute").exit_code == 2


REFUSALS = [
    (("user", "password", "admn"), "banyan: There is no user 'admn'; nearest: 'admin'."),
    (("user", "role", "admin", "crm.manger"), "banyan: There is no role 'crm.manger'; nearest: 'crm.manager'."),
    (("user", "add", "admin", "--no-password"), "banyan: login: A user with this log-in exists already."),
    (("user", "add", "Lan Phạm", "--no-password"), "banyan: login: must be in small letters and without spaces"),
    (("addons", "enable", "crmm"), "banyan: there is no addon 'crmm'; nearest: 'crm'"),
    (("import", "none.toml", "--from", "."), "banyan: The mapping none.toml cannot be read: No such file"),
    (("shell", "--user", "x"), "banyan: There is no user 'x'."),
]


@pytest.mark.engine("sqlite")
def test_refusal_is_one_message_and_never_a_traceback(fresh: Path, banyan: Any) -> None:
    banyan("init")
    for command, message in REFUSALS:
        result = banyan(*command)
        assert (result.exit_code, result.output[: len(message)]) == (1, message)
        assert "Traceback" not in result.output


@pytest.mark.engine("sqlite")
def test_short_password_is_refused_with_the_reason(fresh: Path, banyan: Any) -> None:
    banyan("init")
    result = banyan("user", "password", "admin", "--stdin", input="short\n")
    assert (result.exit_code, result.output) == (1, "banyan: password: must have 8 to 1000 characters\n")


@pytest.mark.engine("sqlite")
def test_addons_are_listed_and_enabled(fresh: Path, banyan: Any) -> None:
    banyan("init", "--addons", "product")
    rows = {line.split()[0]: line.split()[2] for line in banyan("addons", "list").output.splitlines()[1:]}
    assert (rows["base"], rows["product"]) == ("enabled", "enabled")
    assert rows["crm"] != "enabled"
    assert banyan("addons", "enable", "crm").output == "Enabled: crm.\n"
    assert banyan("addons", "enable", "crm").output == "Enabled already; nothing to do.\n"
    _outdate("")
    brought = banyan("addons", "enable", "crm").output
    assert brought == "Brought the database up to what has changed in: base, core, crm, product.\n"
    assert banyan("addons", "enable", "crm").output == "Enabled already; nothing to do.\n"


@pytest.mark.engine("sqlite")
def test_shell_keeps_changes_only_when_told(fresh: Path, banyan: Any) -> None:
    banyan("init")
    change = "t = env[Tag].create(name='{}')\n"
    banyan("shell", input=change.format("read"))
    banyan("shell", "--write", input=change.format("left"))
    banyan("shell", "--write", input=change.format("rolled back") + "rollback()\ncommit()\n")
    banyan("shell", "--write", input=change.format("kept") + "commit()\n" + change.format("left"))
    shown = banyan("shell", input="print([tag.name for tag in env[Tag].search()])\n")
    assert "['kept']" in shown.output


def _outdate(lacking: str) -> None:
    """Let the database have met other files of its addons, and lack what `lacking` drops."""
    engine = sa.create_engine(Settings.load().database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {ADDON} SET fingerprint = 'of the code before'")
        if lacking:
            connection.exec_driver_sql(lacking)
    engine.dispose()


def _fingerprints() -> set[str]:
    engine = sa.create_engine(Settings.load().database_url)
    with engine.begin() as connection:
        found = set(connection.exec_driver_sql(f"SELECT fingerprint FROM {ADDON}").scalars())
    engine.dispose()
    return found


READERS = [["shell"], ["user", "role", "admin"], ["user", "explain", "admin", "res.users"], ["history", "list"]]


@pytest.mark.parametrize("reads", READERS, ids=" ".join)
def test_command_that_only_reads_brings_nothing_up(fresh: Path, banyan: Any, reads: list[str]) -> None:
    banyan("init", "--addons", "base")
    _outdate("")
    assert banyan(*reads, input="").exit_code == 0
    assert _fingerprints() == {"of the code before"}, "whose tables are as they should be is read as it is"
    _outdate("ALTER TABLE res_partner DROP COLUMN website")
    refused = banyan(*reads, input="")
    assert refused.exit_code == 1
    assert "- add column res_partner.website\n" in refused.output
    assert "`banyan addons enable base` does, and so does `banyan serve`." in refused.output
    assert _fingerprints() == {"of the code before"}
    assert banyan("addons", "enable", "base").exit_code == 0
    assert banyan(*reads, input="").exit_code == 0


@pytest.mark.engine("sqlite")
def test_stubs_are_of_the_code_and_leave_the_database_alone(fresh: Path, banyan: Any) -> None:
    banyan("init", "--addons", "base")
    _outdate("ALTER TABLE res_partner DROP COLUMN website")
    assert banyan("stubs").exit_code == 0
    assert _fingerprints() == {"of the code before"}


@pytest.mark.engine("sqlite")
def test_enabled_addon_that_is_broken_or_gone_is_listed_as_such(
    fresh: Path, banyan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    banyan("init", "--addons", "base")
    folder = tmp_path / "more" / "cracked"
    (folder / "models").mkdir(parents=True)
    (folder / "manifest.toml").write_text('name = "cracked"\nversion = "1.0"\nsummary = "x"\ndepends = ["base"]\n')
    (folder / "models" / "__init__.py").write_text("from core import fieldz\n")
    monkeypatch.setenv("BANYAN_ADDONS_PATH", str(folder.parent))
    engine = sa.create_engine(Settings.load().database_url)
    with engine.begin() as connection:
        for name in ("cracked", "vanished"):
            record_addon(connection, name, Enabled("1.0", "x"), datetime(2026, 11, 1, tzinfo=UTC))
    engine.dispose()
    listed = banyan("addons", "list")
    rows = {line.split()[0]: line for line in listed.output.splitlines()[1:] if line.strip()}
    assert rows["cracked"].split()[2] == "broken"
    assert rows["vanished"].split()[1] == "missing"
    assert rows["base"].split()[2] == "enabled"
    assert "cracked" in listed.stderr
    assert "nearest: 'fields'" in listed.stderr


@pytest.mark.engine("sqlite")
def test_explanation_names_the_rule_of_companies_in_words(fresh: Path, banyan: Any) -> None:
    banyan("init")
    text = banyan("user", "explain", "admin", "ir.sequence").output
    assert "rule, for every model that has a company" in text
    assert "compose.py" not in text
    assert "lay.py" not in text


@pytest.mark.engine("sqlite")
def test_shell_of_a_user_has_their_rights(fresh: Path, banyan: Any) -> None:
    banyan("init")
    banyan("user", "add", "lan", "--no-password")
    shown = banyan("shell", "--user", "lan", input="print(env.login, env[Lead].can('read'))\n")
    assert "lan False" in shown.output


MAPPING = """
prefix = "old"
[[step]]
name = "customers"
file = "customers.csv"
model = "res.partner"
id = "customer_{number}"
[step.fields]
name = "name"
country_id = { column = "country", by = "name", unknown = "report" }
"""


def test_import_shows_what_it_did_and_writes_the_report(fresh: Path, banyan: Any, tmp_path: Path) -> None:
    banyan("init")
    (tmp_path / "old.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "customers.csv").write_text("number,name,country\n1,Hoa Đào,Viet Nam\n2,Sao Mai,Singapur\n", "utf-8")
    command = ("import", "old.toml", "--from", ".", "--report", "report.csv")

    dry = banyan(*command, "--dry-run")
    assert dry.exit_code == 0
    assert "Dry run: nothing was written. 2 records would be new, 0 changed." in dry.output
    report = (tmp_path / "report.csv").read_text("utf-8-sig").splitlines()
    assert report == [
        "file,line,column,value,level,reason,done",
        (
            "customers.csv,2,country,Viet Nam,note,"
            "'Viet Nam' is spelt otherwise in Countries: 'Vietnam','Vietnam' was used"
        ),
        (
            "customers.csv,3,country,Singapur,note,"
            "'Singapur' is not in Countries; nearest: 'Singapore',imported without Country"
        ),
    ]

    real = banyan(*command)
    assert "2 records are new, 0 were changed." in real.output
    assert (
        "1 × note, customers.csv line 3, country: 'Singapur' is not in Countries; nearest: 'Singapore'" in real.output
    )
    assert "0 records are new, 0 were changed." in banyan(*command).output


@pytest.mark.engine("sqlite")
def test_import_with_mistakes_writes_nothing_and_fails(fresh: Path, banyan: Any, tmp_path: Path) -> None:
    banyan("init")
    (tmp_path / "old.toml").write_text(MAPPING.replace(', unknown = "report"', ""), encoding="utf-8")
    (tmp_path / "customers.csv").write_text("number,name,country\n1,Hoa Đào,\n2,Sao Mai,Singapur\n", "utf-8")
    result = banyan("import", "old.toml", "--from", ".")
    assert result.exit_code == 1
    assert "Nothing was imported: 1 mistake must be mended first." in result.output
    shown = banyan("shell", input="print(env[Partner].count())\n")
    assert "0" in shown.output.split()


@pytest.mark.engine("sqlite")
def test_help_names_every_command(banyan: Any) -> None:
    output = banyan("--help").output
    for name in ("addons", "import", "init", "serve", "shell", "user"):
        assert f"\n  {name} " in output
    assert banyan("usre").exit_code == 2
