"""A name that would stand for two things is refused, and both places are told."""

from __future__ import annotations

import re
from typing import Any

import pytest

from addons.base.models import Attachment, Company, Country, Currency, CurrencyRate
from core import Model, computed, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.orm.reads import check_reads
from tests.core.orm.trade import TRADE, Lead, Tag


def _refused(*classes: type[Model], below: Any = TRADE) -> DeclarationError:
    parts = [*(Part("crm", cls) for cls in below), *(Part("sales", cls) for cls in classes)]
    with pytest.raises(DeclarationError) as error:
        check_reads(compose_models(parts, ()), {"sales"})
    return error.value


def test_one_wire_name_for_two_fields() -> None:
    class Bale(Model):
        _name = "test.bale"
        weight = fields.Integer(wire="size")
        size = fields.Integer()

    error = _refused(Bale)
    assert error.addon == "sales"
    told = r"test\.bale\.size and test\.bale\.weight, at .*test_naming\.py:\d+, are both known to programs as 'size'"
    assert re.fullmatch(told, error.message)


def test_one_wire_name_for_the_fields_of_two_addons() -> None:
    class Extended(Lead):
        customer = fields.Char(wire="partner_id")

    error = _refused(Extended)
    assert error.addon == "sales"
    assert "are both known to programs as 'partner_id'" in error.message


def test_one_column_for_two_fields() -> None:
    class Bale(Model):
        _name = "test.bale"
        tag = fields.Many2one(Tag, wire="label_id")
        tag_id = fields.Integer(wire="number")

    assert "are both kept in the column 'tag_id'" in _refused(Bale).message


@pytest.mark.parametrize("wire", ["size@vi", "of.size", "the size", "1st"])
def test_wire_name_that_no_program_could_write(wire: str) -> None:
    class Bale(Model):
        _name = "test.bale"
        size = fields.Integer(wire=wire)

    assert "which no program could name" in _refused(Bale).message


def test_company_that_separates_nothing() -> None:
    class Bale(Model):
        _name = "test.bale"
        company = fields.Char()

    error = _refused(Bale, below=(Attachment, Country, Currency, CurrencyRate, Company))
    assert "so it hides nothing of other companies" in error.message
    assert "company_name" in error.hint


def test_bounds_that_nothing_given_does_not_meet() -> None:
    class Bale(Model):
        _name = "test.bale"
        size = fields.Integer(within=(5, 10))

    error = _refused(Bale)
    assert error.message == "test.bale.size is 0 where nothing is given, and that must be between 5 and 10"
    assert error.hint == "give it a default=, or required=True"


def test_bounds_the_wrong_way_round() -> None:
    class Bale(Model):
        _name = "test.bale"
        size = fields.Integer(within=(10, 5))

    assert _refused(Bale).hint == "write (5, 10)"


class Counted(Model):
    """What methods of a model read counts as read by what calls them."""

    _name = "test.counted"
    name = fields.Char()
    plain = fields.Integer()

    def twice(self) -> int:
        return self.plain * 2

    @property
    def thrice(self) -> int:
        return self.twice() + self.plain


def test_read_by_a_method_that_is_called() -> None:
    class Bale(Counted):
        @computed(Counted.name, store=True)
        def size(self) -> int:
            return len(self.name) + self.twice()  # this line calls

    with open(__file__, encoding="utf-8") as file:
        line = next(number for number, text in enumerate(file, start=1) if "# this line calls" in text)
    error = _refused(Bale, below=(Counted,))
    assert error.message.startswith("test.counted.size reads 'plain', which it does not declare")
    assert error.where.endswith(f"test_naming.py:{line}")


def test_read_by_a_property_of_what_it_points_at() -> None:
    class Bale(Model):
        _name = "test.bale"
        of = fields.Many2one(Counted)

        @computed(of, store=True)
        def size(self) -> int:
            return self.of.thrice if self.of else 0

    assert _refused(Bale, below=(Counted,)).hint == 'add "of.plain" to its @computed(…)'


def test_read_by_name() -> None:
    class Bale(Counted):
        @computed(Counted.name, store=True)
        def size(self) -> int:
            return len(self.name) + int(getattr(self, "plain"))

    assert "reads 'plain'" in _refused(Bale, below=(Counted,)).message
