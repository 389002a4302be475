"""Whatever a person can set, call, listen to or meet as an error has its place in docs/."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import click
import pytest

import core
from core import errors, hooks
from core.cli import main
from core.settings import VARIABLES
from tests.contract.conftest import ROOT

DOCS = ROOT / "docs"


def _page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _commands(below, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(_commands(main, "banyan"))


def _below(error: type[Exception]) -> Iterator[type[Exception]]:
    for each in error.__subclasses__():
        if each.__module__.startswith("core.") and not each.__name__.startswith("_"):
            yield each
            yield from _below(each)


for found in pkgutil.walk_packages(core.__path__, "core."):
    if not found.name.startswith("core.testing"):
        importlib.import_module(found.name)

ERRORS = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)]
ERRORS += [error for error in _below(errors.UserError) if error not in ERRORS]
CORE_HOOKS = [name for name, value in vars(hooks).items() if hasattr(value, "banyan_spec")]


@pytest.mark.parametrize("key", VARIABLES)
def test_setting_is_documented(key: str) -> None:
    page = _page("configuration.md")
    assert f"`{key}`" in page
    assert f"`{VARIABLES[key]}`" in page


@pytest.mark.parametrize("path", COMMANDS)
def test_command_is_documented_with_its_options(path: str) -> None:
    page = _page("commands.md")
    assert f"`{path}" in page
    options = [
        option
        for parameter in COMMANDS[path].params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in parameter.opts[:1]
    ]
    missing = [option for option in options if f"{option}" not in page]
    assert not missing, f"docs/commands.md does not name {', '.join(missing)} of {path}"


@pytest.mark.parametrize("error", ERRORS)
def test_error_class_is_documented_with_its_code(error: type[Exception]) -> None:
    page = _page("errors.md")
    assert f"`{error.__name__}`" in page
    if issubclass(error, errors.UserError):
        assert f"| {error.status} | `{error.code}` |" in page


@pytest.mark.parametrize("name", CORE_HOOKS)
def test_hook_of_the_core_is_documented(name: str) -> None:
    assert f"`{name}`" in _page("hooks.md")


def test_hook_of_an_addon_is_documented_beside_it() -> None:
    missing = []
    for file in (ROOT / "addons").glob("*/hookspecs.py"):
        readme = (file.parent / "README.md").read_text(encoding="utf-8")
        names = [
            line.split("(")[0].removeprefix("def ") for line in file.read_text().splitlines() if line[:4] == "def "
        ]
        missing += [f"{file.parent.name}/README.md: {name}" for name in names if f"`{name}`" not in readme]
    assert not missing, "\n".join(missing)


def test_every_page_is_linked_from_the_index() -> None:
    index = _page("index.md")
    missing = [page.name for page in DOCS.glob("*.md") if page.name != "index.md" and f"({page.name})" not in index]
    assert not missing


def test_links_of_the_documentation_lead_somewhere() -> None:
    pages = [*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken, "\n".join(broken)
