"""Automations on leads, made as an administrator's form would make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from addons.automation.models import Automation
from addons.base.models import CustomModel
from core import Env

Automate = Callable[..., Automation]


def automated(
    env: Env, name: str, *actions: dict[str, Any] | str, model: str = "crm.lead", **values: Any
) -> Automation:
    """An automation of `model`; an action that is a text sets values."""
    kind = env[CustomModel].search(CustomModel.key == model)[0]
    steps = [{"kind": "set", "words": one} if isinstance(one, str) else one for one in actions]
    return env[Automation].create(name=name, about=kind, actions=steps, **{"rights": "elevated", **values})


@pytest.fixture
def automate() -> Automate:
    """`automate(env, "Name", "priority = 1", trigger="changed", after='[…]')` makes an automation with all rights."""
    return automated
