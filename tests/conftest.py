"""What all tests share beside the fixtures of `core.testing.plugin`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

MAVEN = "BANYAN_TEST_MAVEN_DATA"


@pytest.fixture(scope="session")
def maven() -> Path:
    """The folder with the four files of the CRM data set of Maven Analytics: the one that BANYAN_TEST_MAVEN_DATA names,
    else ../shared/data/maven_crm."""
    folder = Path(os.environ.get(MAVEN) or Path(__file__).parents[2] / "shared" / "data" / "maven_crm")
    if not (folder / "sales_pipeline.csv").is_file():
        pytest.skip(f"the data set is not in {folder}; name its folder in {MAVEN}")
    return folder


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashing a password takes a quarter of a second by intent; here it is asked for hundreds of times."""
    from addons.base.operations import passwords

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(passwords, "NOBODY", passwords._nobody())
        yield
