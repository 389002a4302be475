"""The examples of docs/automation.md, run as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.addons.system import System
from tests.core.orm import test_docs as examples

pytestmark = pytest.mark.addons("crm", "automation")


@pytest.mark.engine("sqlite")
def test_examples_hold(system: System) -> None:
    assert (Path(examples.DOCS) / "automation.md").is_file()
    with system.unit(write=True) as unit:
        names: dict[str, Any] = {"env": unit.system_env()}
        checked = [
            examples._run("automation.md", line, code, names) for line, code in examples._blocks("automation.md")
        ]
        names["env"].sudo()["base.automation"].with_archived().search().delete()
    assert sum(checked) == 2
