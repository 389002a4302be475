"""Settings: a file, variables before it, and messages that name where a value was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SetupError
from core.settings import Settings


def test_without_anything_the_database_is_a_file_in_var(tmp_path: Path) -> None:
    settings = Settings.load({}, tmp_path)
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/banyan.db"
    assert settings.port == 8069
    assert settings.addons_path == ()


def test_file_in_the_current_folder_is_read_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "banyan.toml").write_text('port = 8070\ndata_dir = "files"\naddons_path = ["partners"]\n', "utf-8")
    settings = Settings.load({}, tmp_path)
    assert settings.port == 8070
    assert settings.data_dir == tmp_path / "files"
    assert settings.database_url == f"sqlite:///{tmp_path}/files/banyan.db"
    assert settings.addons_path == (tmp_path / "partners",)


def test_variables_go_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "banyan.toml").write_text("port = 8070\n", "utf-8")
    assert Settings.load({"BANYAN_PORT": "9000"}, tmp_path).port == 9000


def test_file_in_the_data_folder_is_read_where_there_is_none_here(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "banyan.toml").write_text("port = 8071\n", "utf-8")
    assert Settings.load({"BANYAN_DATA_DIR": "data"}, tmp_path).port == 8071


def test_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="BANYAN_CONFIG names .*absent.toml, which is no file"):
        Settings.load({"BANYAN_CONFIG": "absent.toml"}, tmp_path)


def test_unknown_key_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "banyan.toml").write_text("prot = 8070\n", "utf-8")
    with pytest.raises(SetupError, match=r"banyan.toml: 'prot' is no setting; nearest: 'port'"):
        Settings.load({}, tmp_path)


def test_misspelt_variable_is_told_and_a_foreign_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="BANYAN_DATABASEURL is no setting; nearest: BANYAN_DATABASE_URL"):
        Settings.load({"BANYAN_DATABASEURL": "sqlite:///x.db"}, tmp_path)
    assert Settings.load({"BANYAN_TEST_POSTGRESQL_URL": "x"}, tmp_path).port == 8069


def test_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "banyan.toml").write_text("port: 8070\n", "utf-8")
    with pytest.raises(SetupError, match=r"banyan.toml cannot be read: .*line 1"):
        Settings.load({}, tmp_path)


@pytest.mark.parametrize("value", ["0", "65536", "eighty", "-1"])
def test_port_must_be_one(tmp_path: Path, value: str) -> None:
    with pytest.raises(SetupError, match=f"BANYAN_PORT: port cannot be '{value}'; write a number from 1 to 65535"):
        Settings.load({"BANYAN_PORT": value}, tmp_path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgresql://lan@db/crm", "postgresql+psycopg://lan@db/crm"),
        ("postgres://lan@db/crm", "postgresql+psycopg://lan@db/crm"),
        ("postgresql+psycopg://lan@db/crm?sslmode=require", "postgresql+psycopg://lan@db/crm?sslmode=require"),
        ("sqlite:////srv/banyan/crm.db", "sqlite:////srv/banyan/crm.db"),
    ],
)
def test_addresses_are_brought_to_one_form(tmp_path: Path, given: str, kept: str) -> None:
    assert Settings.load({"BANYAN_DATABASE_URL": given}, tmp_path).database_url == kept


def test_relative_file_starts_where_it_was_written(tmp_path: Path) -> None:
    assert (
        Settings.load({"BANYAN_DATABASE_URL": "sqlite:///crm.db"}, tmp_path).database_url
        == f"sqlite:///{tmp_path}/crm.db"
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("mysql://u:secret@db/crm", "write sqlite:///FILE or postgresql"),
        ("postgresql+psycopg2://u:secret@db/crm", r"the driver is psycopg; write postgresql\+psycopg://"),
        ("crm", "write sqlite:///FILE"),
        ("sqlite://", "a database in memory is lost"),
        ("sqlite:///:memory:", "a database in memory is lost"),
    ],
)
def test_other_addresses_are_refused_without_repeating_a_password(tmp_path: Path, given: str, reason: str) -> None:
    with pytest.raises(SetupError, match=reason) as caught:
        Settings.load({"BANYAN_DATABASE_URL": given}, tmp_path)
    assert "BANYAN_DATABASE_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_password_does_not_show_in_the_settings_themselves(tmp_path: Path) -> None:
    settings = Settings.load({"BANYAN_DATABASE_URL": "postgresql://u:secret@db/crm"}, tmp_path)
    assert "secret" not in repr(settings)


def test_addons_path_is_a_list_of_folders_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    settings = Settings.load({"BANYAN_ADDONS_PATH": "one:two:one"}, tmp_path)
    assert settings.addons_path == (tmp_path / "one", tmp_path / "two")
    with pytest.raises(
        SetupError, match="BANYAN_ADDONS_PATH: addons_path cannot be '.*three'; there is no such folder"
    ):
        Settings.load({"BANYAN_ADDONS_PATH": "three"}, tmp_path)


def test_addons_path_that_names_an_addon_is_told_which_folder_to_name(tmp_path: Path) -> None:
    (tmp_path / "partners" / "sales").mkdir(parents=True)
    (tmp_path / "partners" / "sales" / "manifest.toml").write_text("", "utf-8")
    with pytest.raises(SetupError, match=f"is an addon itself; name the one that holds it, {tmp_path}/partners"):
        Settings.load({"BANYAN_ADDONS_PATH": "partners/sales"}, tmp_path)


def test_files_are_in_the_data_folder_or_in_an_object_store(tmp_path: Path) -> None:
    assert Settings.load({}, tmp_path).files == tmp_path / "var" / "files"
    assert Settings.load({"BANYAN_FILES_URL": "s3://bucket/files"}, tmp_path).files == "s3://bucket/files"
    with pytest.raises(SetupError, match="BANYAN_FILES_URL: files_url cannot be 'here'; write s3://BUCKET"):
        Settings.load({"BANYAN_FILES_URL": "here"}, tmp_path)
    with pytest.raises(SetupError, match="keys do not belong") as refused:
        Settings.load({"BANYAN_FILES_URL": "s3://key:secret@bucket"}, tmp_path)
    assert "secret" not in str(refused.value)
