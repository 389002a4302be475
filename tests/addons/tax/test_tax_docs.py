"""The examples of docs/taxes.md and docs/calendars.md, run as they stand."""

from __future__ import annotations

import pytest

from tests.core.orm.test_docs import _blocks, _run


@pytest.mark.parametrize(("page", "promises"), [("taxes.md", 5), ("calendars.md", 4)])
def test_the_examples_of_the_page_do_what_it_says(page, promises):
    names = {}
    assert sum(_run(page, line, code, names) for line, code in _blocks(page)) >= promises
