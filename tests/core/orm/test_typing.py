"""What a type checker knows of models: the types that mypy --strict reveals, and the mistakes that it finds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

SAMPLE = """
from __future__ import annotations

from decimal import Decimal

from core import Env, Model, Records, computed, fields


class Partner(Model):
    _name = "test.partner"
    name = fields.Char()
    city = fields.Char()
    limit = fields.Decimal()
    leads: fields.One2many[Lead] = fields.One2many("test.lead", inverse="partner")
    leads_count = fields.Count(leads)


class Lead(Model):
    _name = "test.lead"
    name = fields.Char(required=True)
    partner = fields.Many2one(Partner)
    owner = fields.Many2one(Partner, required=True)
    revenue = fields.Monetary()
    closes_on = fields.Date()
    kind = fields.Selection((("a", "A"),))
    tags = fields.Many2many(Partner)

    @computed(revenue, store=True)
    def half(self) -> Decimal:
        return self.revenue / 2

    def mark_won(self) -> None: ...


class Extended(Lead):
    orders: fields.One2many[Order] = fields.One2many("test.order", inverse="lead")


class Order(Model):
    _name = "test.order"
    amount = fields.Decimal()
    lead = fields.Many2one(Extended)


def right(env: Env, lead: Extended, partner: Partner) -> None:
    reveal_type(lead.name)  # R: str
    reveal_type(lead.partner)  # R: Partner | None
    reveal_type(lead.owner)  # R: Partner
    reveal_type(lead.owner.city)  # R: str
    reveal_type(lead.revenue)  # R: Decimal
    reveal_type(lead.half)  # R: Decimal
    reveal_type(lead.closes_on)  # R: date | None
    reveal_type(lead.kind)  # R: str | None
    reveal_type(lead.orders)  # R: Records[Order]
    reveal_type(lead.orders[0])  # R: Order
    reveal_type(lead.orders[:1])  # R: Records[Order]
    reveal_type(lead.tags)  # R: Records[Partner]
    reveal_type(partner.leads_count)  # R: int
    reveal_type(Lead.name)  # R: Path[str]
    reveal_type(Lead.revenue)  # R: Path[Decimal]
    reveal_type(Lead.partner.city)  # R: Path[str]
    reveal_type(Lead.owner.limit)  # R: Path[Decimal]
    reveal_type((Lead.revenue > 5) & Lead.partner.city.ilike("hue"))  # R: Filter
    reveal_type(Lead.partner.is_(partner))  # R: Filter
    reveal_type(Extended.orders.any(Order.amount > 5))  # R: Filter
    reveal_type(env[Lead])  # R: Collection[Lead]
    reveal_type(env[Extended].get(1).orders)  # R: Records[Order]
    reveal_type(env[Lead].search(Lead.name == "x"))  # R: Records[Lead]
    reveal_type(env[Lead].create(name="x"))  # R: Lead
    for order in lead.orders:
        reveal_type(order.amount)  # R: Decimal
    lead.name = "x"
    lead.partner = None
    lead.partner = partner
    lead.revenue = Decimal(5)
    records: Records[Lead] = env[Extended].search()


def wrong(env: Env, lead: Extended, partner: Partner) -> None:
    lead.nmae  # E: "Extended" has no attribute "nmae"
    lead.nmae = "x"  # E: "Extended" has no attribute "nmae"
    lead.partner.city  # E: Item "None" of "Partner | None" has no attribute "city"
    lead.name = 5  # E: has type "int"
    lead.owner = None  # E: has type "None"
    lead.revenue = 0.5  # E: has type "float"
    Lead.partner.citi  # E: has no attribute "citi"
    Lead.revenue > "much"  # E: No overload variant of "__gt__"
    Lead.revenue.ilike("x")  # E: Invalid self argument
    lead.orders[0].amont  # E: "Order" has no attribute "amont"
    env[Lead].search(5)  # E: has incompatible type "int"
    env[Lead].serach()  # E: has no attribute "serach"
    lead.mark_wun()  # E: has no attribute "mark_wun"
    env[Lead].get(1).orders  # E: "Lead" has no attribute "orders"
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[str]]:
    """Line of the sample → what mypy says about it."""
    file = tmp_path_factory.mktemp("sample") / "sample.py"
    file.write_text(SAMPLE, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--no-pretty", "--no-color-output", "--hide-error-context", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found: dict[int, list[str]] = {}
    for line in done.stdout.splitlines():
        match = re.match(r".*sample\.py:(\d+): (\w+): (.*)", line)
        if match:
            found.setdefault(int(match[1]), []).append(f"{match[2]}: {match[3]}")
    return found


def _lines(mark: str) -> list[tuple[int, str, str]]:
    lines = enumerate(SAMPLE.splitlines(), start=1)
    return [(number, line.split("#")[0].strip(), line.partition(mark)[2]) for number, line in lines if mark in line]


@pytest.mark.parametrize(("line", "code", "expected"), _lines("# R: "))
def test_what_a_value_is(said: dict[int, list[str]], line: int, code: str, expected: str) -> None:
    revealed = said[line][0].removeprefix('note: Revealed type is "').rstrip('"')
    assert re.sub(r"[\w.]+\.(\w+)", r"\1", revealed) == expected, code


@pytest.mark.parametrize(("line", "code", "expected"), _lines("# E: "))
def test_what_is_a_mistake(said: dict[int, list[str]], line: int, code: str, expected: str) -> None:
    assert any(text.startswith("error: ") and expected in text for text in said.get(line, [])), (code, said.get(line))


def test_nothing_else_is_a_mistake(said: dict[int, list[str]]) -> None:
    marked = {line for line, _code, _expected in _lines("# E: ")}
    others = {line: texts for line, texts in said.items() if any("error: " in text for text in texts)}
    assert {line: texts for line, texts in others.items() if line not in marked} == {}
