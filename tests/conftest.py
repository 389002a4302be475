"""What all tests share beside the fixtures of `core.testing.plugin`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashing a password takes a quarter of a second by intent; here it is asked for hundreds of times."""
    from addons.base.operations import passwords

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(passwords, "NOBODY", passwords._nobody())
        yield
