"""What a mapping file may say, and what is told to somebody who wrote it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data import parse_mapping, read_mapping
from core.errors import Invalid

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"

GOOD = """
prefix = "old"
[csv]
delimiter = ";"
[files."deals.csv"]
date = "%d/%m/%Y"
[[step]]
name = "customers"
file = "customers.csv"
model = "res.partner"
id = "customer_{number}"
[step.fields]
name = "company"
country_id = { column = "country", by = "name", unknown = "report" }
[[step]]
name = "deals"
file = "deals.csv"
model = "crm.lead"
id = "deal_{number}_{year}"
only = { state = ["open", "won"] }
[step.fields]
name = { template = ["{title} ({customer})", "{title}"] }
partner_id = { column = "customer", step = "customers" }
"""


def test_mapping_is_read_whole() -> None:
    mapping = parse_mapping(GOOD, "old.toml")
    customers, deals = mapping.steps
    assert mapping.notation_of("customers.csv").date == "%Y-%m-%d"
    assert mapping.notation_of("deals.csv").date == "%d/%m/%Y"
    assert mapping.notation_of("deals.csv").delimiter == ";"
    assert customers.key == ("number",)
    assert deals.key == ("number", "year")
    assert deals.only == {"state": ("open", "won")}
    assert deals.sources[0].columns == ("title", "customer")
    assert customers.sources[1].line == 14


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('prefix = "old"\n', "", "old.toml: 'prefix' must be given"),
        ('id = "customer_{number}"', "", "old.toml:7: step 'customers' needs an id such as \"account_{account}\""),
        ('file = "customers.csv"', "", "old.toml:7: step 'customers' needs a file, or rows of its own"),
        ("unknown = ", "unknwon = ", "old.toml:14: 'unknwon' means nothing here; nearest: 'unknown'"),
        ('"report"', '"ignore"', "old.toml:14: 'unknown' cannot be 'ignore'; one of: report, skip, stop"),
        ('step = "customers" }', 'step = "customer" }', "old.toml:23: there is no step 'customer'; nearest"),
        ('"%d/%m/%Y"', "7", "old.toml: 'date' must be a text"),
        ("{ column = \"country\", ", "{ ", "old.toml:14: 'country_id' needs one of: column, columns, template, value"),
        ("id = \"customer_{number}\"", "id = \"customer\"", "old.toml:7: the id of step 'customers' must name"),
        ('"%d/%m/%Y"', '"%Q"', "old.toml:6: 'date' cannot be '%Q'; write dates as in %d/%m/%Y"),
        ('"%d/%m/%Y"', '"%Y/%Y"', "old.toml:6: 'date' cannot be '%Y/%Y'"),
        ('by = "name"', 'format = "%d-%q"', "old.toml:14: 'format' cannot be '%d-%q'"),
        ("[csv]", "[cvs]", "old.toml:3: 'cvs' means nothing here; nearest: 'csv'"),
        ("date = ", "dat = ", "old.toml:6: 'dat' means nothing here; nearest: 'date'"),
        ('name = "company"', 'name = 5', "old.toml:13: 'name' must be a column or a table; a constant is { value"),
    ],
)  # fmt: skip
def test_mistake_is_named_with_line_and_nearest_word(before: str, after: str, message: str) -> None:
    assert before in GOOD
    with pytest.raises(Invalid) as raised:
        parse_mapping(GOOD.replace(before, after, 1), "old.toml")
    assert message in str(raised.value)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(Invalid) as raised:
        parse_mapping(GOOD.replace("model", "modle"), "old.toml")
    assert str(raised.value).count("'modle' means nothing here") == 2


def test_file_that_is_no_toml_says_where() -> None:
    with pytest.raises(Invalid, match=r"old\.toml: .*line 1"):
        parse_mapping("prefix = ,\nname = 1", "old.toml")


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.toml cannot be read: No such file"):
        read_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.name)
def test_examples_are_good_mappings(file: Path) -> None:
    assert read_mapping(file).steps
