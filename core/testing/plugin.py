"""The pytest plugin: fixtures for Banyan's own tests and for those of any addon.

Installing Banyan registers it, so a test only names what it wants:

    engine          "sqlite" or "postgresql": a test that needs a database runs on both
    engine_url      address of an empty database
    make_models     a bench: model classes composed, with their tables
    system          a running system with addons enabled; a copy of its own for each test
    run_jobs        runs the jobs of that system that are due
    make_user       a user of that system, as an Identity
    client          Flask clients of that system, logged in as somebody
    visit           a page in a real browser, on a server for that system
    count_statements  what the database was asked within a block

`@pytest.mark.engine("sqlite")` keeps a test to one engine; `@pytest.mark.addons("crm", demo=True)` says which
addons `system` has (by default "crm" without demo data).
"""

# What a fixture needs is imported inside it: every pytest run of an environment that has Banyan loads this file.

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser

    from core.addons.system import System
    from core.orm.access.declare import Access
    from core.orm.compose import Part
    from core.orm.identity import Identity
    from core.orm.model import Model
    from core.testing.bench import Bench
    from core.testing.browser import Visit
    from core.testing.databases import Databases
    from core.testing.jobs import RunJobs
    from core.testing.statements import Statements
    from core.testing.web import SignIn

ENGINES = ("sqlite", "postgresql")
_SERVER_FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and agree with the other processes of the run on a folder for the server."""
    config.addinivalue_line("markers", "engine(*names): the engines that the test runs on, instead of all")
    config.addinivalue_line("markers", "addons(*names, demo=False): the addons that `system` has enabled")
    config.addinivalue_line("markers", "visit(scripts=True, width=1280): how `visit` opens its page")
    given = getattr(config, "workerinput", {}).get("banyan_server_folder")
    name = f"banyan-test-{os.getpid()}-{secrets.token_hex(4)}"
    from core.testing.folders import server_folder
    from core.testing.outside import find_addons

    config.stash[_SERVER_FOLDER] = Path(given) if given else server_folder() / name

    find_addons(config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All processes of a parallel run (pytest-xdist) share one PostgreSQL server."""
    node.workerinput["banyan_server_folder"] = str(node.config.stash[_SERVER_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that runs the session stops the server, after its workers are gone."""
    folder = config.stash.get(_SERVER_FOLDER, None)
    if hasattr(config, "workerinput") or folder is None or not folder.exists():
        return
    from core.testing.postgres import stop_server

    stop_server(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that needs a database on every engine, or on those that it names."""
    if "engine" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("engine")
        metafunc.parametrize("engine", marker.args if marker else ENGINES, scope="session", indirect=True)


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """Name of the engine that the test runs on."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def databases_of(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Callable[[str], Databases]]:
    """Engine → where its databases come from. PostgreSQL starts with the first test that wants it."""
    from core.testing.databases import PostgresDatabases, SqliteDatabases
    from core.testing.postgres import NoServer, server_address

    made: dict[str, Databases] = {}

    def get(name: str) -> Databases:
        if name not in made:
            if name == "sqlite":
                made[name] = SqliteDatabases(tmp_path_factory.mktemp("sqlite"))
            else:
                try:
                    address = server_address(pytestconfig.stash[_SERVER_FOLDER] / "data")
                except NoServer as error:
                    pytest.skip(f"no PostgreSQL here: {error}")
                worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
                made[name] = PostgresDatabases(address, f"banyan_{worker}_{os.getpid()}")
        return made[name]

    yield get
    for databases in made.values():
        if isinstance(databases, PostgresDatabases):
            databases.close()


@pytest.fixture
def engine_url(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[str]:
    """Address of an empty database of the test's own."""
    databases = databases_of(engine)
    address = databases.empty()
    yield address
    databases.drop(address)


@pytest.fixture
def make_models(engine_url: str) -> Iterator[Callable[..., Bench]]:
    """`make_models(Lead, Stage, access=[…])` → a bench with these models in `engine_url`; once in a test."""
    from core.testing.bench import Bench, as_parts

    made: list[Bench] = []

    def make(*classes: type[Model] | Part, access: tuple[Access, ...] | list[Access] = ()) -> Bench:
        made.append(Bench(engine_url, as_parts(classes), access))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture(scope="session")
def kept_registries() -> list[object]:
    """Composed registries live as long as somebody holds them: here to the end, so that tests share them."""
    return []


@pytest.fixture
def system(
    engine: str,
    databases_of: Callable[[str], Databases],
    kept_registries: list[object],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Iterator[System]:
    """A running system in a database of the test's own, a copy of one that was prepared once for its addons."""
    from core.addons.system import System
    from core.testing.systems import prepare_system, settings_for

    marker = request.node.get_closest_marker("addons")
    addons: tuple[str, ...] = marker.args if marker else ("crm",)
    demo = bool(marker and marker.kwargs.get("demo"))
    databases = databases_of(engine)
    address = databases.copy(
        ("system", addons, demo), lambda empty: prepare_system(empty, addons, demo, tmp_path / "prepared")
    )
    opened = System.open(settings_for(address, tmp_path / "data"))
    if opened.registry not in kept_registries:
        kept_registries.append(opened.registry)
    yield opened
    opened.close()
    databases.drop(address)


@pytest.fixture
def run_jobs(system: System) -> RunJobs:
    """`run_jobs()` runs all jobs of `system` that are due, in this process and in order; see `RunJobs`."""
    from core.testing.jobs import RunJobs

    return RunJobs(system)


@pytest.fixture
def make_user(system: System) -> Callable[..., Identity]:
    """`make_user("lan", "crm.salesperson", password="…")` → the identity of a new user of `system`."""
    from core.testing.systems import UserMaker

    return UserMaker(system).make


@pytest.fixture
def client(system: System) -> Iterator[SignIn]:
    """`client(lan)` → a Flask client in which that user of `system` has logged in; `client()` is nobody's."""
    from core.testing.web import SignIn

    browser = SignIn(system)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; a test that wants it is skipped, with the reason, where there is none."""
    from core.testing.browser import NoBrowser, launched

    try:
        with launched() as opened:
            yield opened
    except NoBrowser as error:
        pytest.skip(f"no browser here: {error}")


@pytest.fixture
def visit(system: System, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh page on a server for `system`. `@pytest.mark.visit(scripts=False, width=390)` sets it up otherwise."""
    from core.testing.browser import served, visiting

    marker = request.node.get_closest_marker("visit")
    with served(system) as address, visiting(browser, address, **(marker.kwargs if marker else {})) as opened:
        yield opened


@pytest.fixture
def count_statements() -> Callable[[], AbstractContextManager[Statements]]:
    """`with count_statements() as counted: …` and then `counted.total` and `counted.texts`."""
    from core.testing.statements import count_statements

    return count_statements
