"""A system with the addon `papers`: quotations with lines, and what is printed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from core import Env, Identity
from core.addons.lifecycle import enable
from core.addons.system import System
from core.reports import Printed, ReportAt, reports_of
from core.testing.databases import Databases
from core.testing.systems import UserMaker, prepare_system, settings_for

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "addons"
GOODS = ("Ghế ăn gỗ sồi bọc nỉ", "Bàn tròn mặt đá", "Tủ quần áo hai cánh", "Kệ trưng bày", "Đèn thả trần")

Make = Callable[..., int]


@pytest.fixture
def system(
    engine: str, databases_of: Callable[[str], Databases], kept_registries: list[object], tmp_path: Path
) -> Iterator[System]:
    """A running system with papers, in a database of the test's own."""

    def prepare(address: str) -> None:
        prepare_system(address, ("base",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ("papers",))

    databases = databases_of(engine)
    address = databases.copy("papers", prepare)
    opened = System.open(settings_for(address, tmp_path / "data", (FIXTURES,)))
    kept_registries.append(opened.registry)
    yield opened
    opened.close()
    databases.drop(address)


@pytest.fixture
def clerk(system: System) -> Identity:
    return UserMaker(system).make("lan", "papers.clerk", language="en")


@pytest.fixture
def make_paper(system: System) -> Make:
    """`make_paper("S00001", lines=3, language="vi")` → the id of a quotation for a customer of that language."""

    def make(name: str = "S00001", *, lines: int = 3, language: str | None = "vi", **values: Any) -> int:
        with system.unit(write=True) as unit:
            env = unit.system_env()
            partner = env["res.partner"].create(name="Khách sạn Hoa Đào", city="Nha Trang", language=language)
            rows = [
                {"name": f"{GOODS[n % 5]} {n:04}", "quantity": Decimal(1 + n % 7), "price": Decimal(100_000 + n * 1500)}
                for n in range(lines)
            ]
            paper = env["papers.paper"].create(
                name=name, partner=partner, dated_on=date(2026, 12, 15), lines=rows, **values
            )
            return int(paper.id)

    return make


@contextmanager
def reading(system: System, who: Identity | None = None) -> Iterator[Env]:
    with system.unit() as unit:
        yield unit.env(who) if who is not None else unit.system_env()


def report(env: Env, key: str, model: str = "papers.paper") -> ReportAt:
    return reports_of(env.models).get(key, model, env)


def pages_of(printed: Printed) -> list[str]:
    """The text of each page of a PDF, on one line."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(printed.data)).pages]
