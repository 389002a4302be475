"""The examples of the pages on models, run as they stand: `expression  # → value` must give that value."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core import Model
from core.orm.file_store import FolderStore
from core.testing.bench import Bench, identity
from tests.core.orm.conftest import undone

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = DOCS / "models.md"
PAGES = (
    ("models.md", 50),
    ("fields.md", 17),
    ("variants.md", 14),
    ("queries.md", 23),
    ("concurrency.md", 5),
    ("states.md", 11),
)
"""Page, and how many promises it makes at least."""
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ARROW = "# → "


def _blocks(page: str) -> list[tuple[int, str]]:
    """(line before the first of the code, code) of each block."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [(text.count("\n", 0, found.start(1)), found[1]) for found in BLOCK.finditer(text)]


def _declares(code: str) -> bool:
    """Whether a block declares models or access: these are composed before the others run."""
    return re.search(r"^class |Grant\(", code, re.MULTILINE) is not None


def _run(page: str, line: int, code: str, names: dict[str, Any]) -> int:
    """Run a block, and check what it promises; says how many promises there were."""
    lines, checked = code.splitlines(), 0
    tree = ast.parse(code, page)
    ast.increment_lineno(tree, line)
    for statement in tree.body:
        promise = lines[(statement.end_lineno or 0) - line - 1].partition(ARROW)[2]
        if not isinstance(statement, ast.Expr):
            exec(compile(ast.Module([statement], []), page, "exec"), names)
            assert not promise, f"line {statement.lineno}: only an expression gives a value"
            continue
        value = eval(compile(ast.Expression(statement.value), page, "eval"), names)
        if promise:
            expected = eval(promise, names)
            assert value == expected, f"docs/{page}:{statement.lineno}: {value!r} is not {expected!r}"
            checked += 1
    return checked


@pytest.mark.parametrize(("page", "promises"), PAGES)
def test_the_examples_of_the_page_do_what_it_says(
    page: str, promises: int, make_models: Callable[..., Bench], tmp_path: Path
) -> None:
    module = ModuleType("docs_page")
    names = vars(module)
    sys.modules[module.__name__] = module
    try:
        blocks = _blocks(page)
        for line, code in blocks:
            if _declares(code):
                _run(page, line, code, names)
        models = [value for value in names.values() if isinstance(value, type) and issubclass(value, Model)]
        declared = [model for model in models if model is not Model]
        bench = make_models(*declared, access=names.get("access", ()))
        bench.database.files = FolderStore(tmp_path / "files")
        with undone(bench) as unit:
            names["env"] = unit.system_env()
            names["as_user"] = lambda id, *roles: unit.env(identity(id, *roles))
            names["identity"] = identity
            names["finish"] = unit.finish  # as a unit of work does before it commits
            checked = sum(_run(page, line, code, names) for line, code in blocks if not _declares(code))
        assert checked >= promises
    finally:
        del sys.modules[module.__name__]


def test_the_page_names_every_field_and_every_error() -> None:
    import core
    from core import errors, fields

    page = PAGE.read_text(encoding="utf-8")
    kinds = [name for name in fields.__all__ if name not in ("BadValue", "Field")]
    missing = [name for name in kinds if f"`{name}`" not in page]
    missing += [name for name in core.__all__ if hasattr(errors, name) and f"`{name}`" not in page]
    assert not missing
