"""`banyan stubs`: the stubs of a database's addons, or of those that are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engine("sqlite")


def test_stubs_are_of_the_addons_that_the_database_has(fresh: Path, banyan: Any) -> None:
    assert banyan("init", "--addons", "base").exit_code == 0
    assert banyan("stubs", "stubs").exit_code == 0
    text = Path("stubs/core/orm/env.pyi").read_text()
    assert 'Literal["res.partner"]' in text
    assert "crm.lead" not in text


def test_without_a_database_the_addons_are_named(fresh: Path, banyan: Any) -> None:
    assert banyan("stubs").output.startswith("banyan: The database is empty.")
    result = banyan("stubs", "--addons", "crm")
    assert (result.exit_code, result.output) == (0, "Stubs in typings: 7 written, 0 as before, 0 removed.\n")
    partner = Path("typings/addons/base/models/partner.pyi").read_text()
    assert "    # from crm\n    sector: fields.Char\n" in partner
    assert "    leads: fields.One2many[Lead]\n" in partner
    assert partner.startswith("# Made by `banyan stubs` of the models that these addons compose: base, product, crm.\n")


def test_stubs_never_take_the_place_of_a_file_of_somebody_else(fresh: Path, banyan: Any) -> None:
    mine = Path("typings/core/orm/env.pyi")
    mine.parent.mkdir(parents=True)
    mine.write_text("mine\n")
    result = banyan("stubs", "--addons", "crm")
    assert result.exit_code == 1
    assert "typings/core/orm/env.pyi is not of `banyan stubs` and is in the way of a stub." in result.output
    assert [file.read_text() for file in Path("typings").rglob("*.pyi")] == ["mine\n"]


def test_a_misspelt_addon_is_told_with_the_nearest_one(fresh: Path, banyan: Any) -> None:
    result = banyan("stubs", "--addons", "crmm")
    assert (result.exit_code, result.output) == (1, "banyan: there is no addon 'crmm'; nearest: 'crm'\n")
