"""A record of a company that its maker does not see is refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from core import AccessDenied


def test_administrator_is_told_which_company_is_not_theirs(system: Any, make_user: Any) -> None:
    boss = make_user("boss", "base.administrator")
    with system.unit(write=True) as unit:
        currency = unit.system_env()["res.currency"].search(limit=1)[0]
        second = unit.system_env()["res.company"].create(name="Second", currency=currency).id
    refused = pytest.raises(AccessDenied, match="Users cannot be of Second: it is none of the companies")
    with refused, system.unit(write=True) as unit:
        unit.env(boss)["res.users"].create(name="An", login="an", company=second)
