"""Ids that no record can have."""

from __future__ import annotations

from typing import Any

import pytest

from core import Missing, Model, fields


class Thing(Model):
    _name = "test.thing"
    _label = "Thing"

    name = fields.Char("Name")


@pytest.mark.parametrize("id", [10**30, -(10**30), 2**63, "x", "1", None, True, 1.5, 999])
def test_what_no_record_is_called_is_missing(make_models: Any, id: Any) -> None:
    with make_models(Thing).env() as env:
        env[Thing].create(name="one")
        with pytest.raises(Missing, match="There is no such Thing, or you may not see it"):
            env[Thing].get(id)
        with pytest.raises(Missing):
            env[Thing].as_of(env.now()).get(id)
