"""What a template can do: nothing but show. Neither it nor what people typed reaches a file or the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core import AccessDenied, Identity
from core.addons.system import System
from core.reports import for_templates
from core.reports.assets import Assets
from core.reports.engine import Page, PlutoEngine
from core.reports.layout import FOLDER, FONTS, STYLES, Layout, font_faces
from core.reports.rendering import BrokenTemplate, Rendering
from core.reports.sandbox import Sandbox

from .conftest import Make, reading

Say = Callable[..., str]


@pytest.fixture
def say(system: System, make_paper: Make, clerk: Identity, tmp_path: Path) -> Iterator[Say]:
    """`say("{{ record.name }}")` → what a template of that text gives of a quotation, as its clerk sees it."""
    identity = make_paper("S00001", margin=12)
    with reading(system, clerk) as env:

        def render(text: str, **known: Any) -> str:
            (tmp_path / "one.html").write_text(text, encoding="utf-8")
            rendering = Rendering(Sandbox({"test": tmp_path}), "vi", "Asia/Ho_Chi_Minh", Layout())
            record = env["papers.paper"].get(identity)
            return rendering._rendered("test/one.html", record=record, records=env["papers.paper"].search(), **known)

        yield render


def test_values_are_shown_by_their_kind_in_the_language(say: Say) -> None:
    assert say("{{ show(record, 'total') }}").replace("\u00a0", " ") == "612.000 ₫"
    assert say("{{ show(record, 'dated_on') }} {{ show(record, 'is_confirmed') }}") == "15/12/2026 Không"
    assert say("{{ show(record, 'partner') }}, {{ show(record, 'partner.city') }}") == "Khách sạn Hoa Đào, Nha Trang"
    assert say("{{ label(record, 'partner') }}: {{ label(record.lines, 'price') }}") == "Khách hàng: Đơn giá"
    assert say("{{ 1234567.5 | num(1) }} {{ _('Page') }}") == "1.234.567,5 Trang"
    assert say("{{ words(record.total, record.currency) }}") == "Sáu trăm mười hai nghìn đồng"
    assert say("{% for line in record.lines[:1] %}{{ line.name | upper }}{% endfor %}") == "GHẾ ĂN GỖ SỒI BỌC NỈ 0000"


@pytest.mark.parametrize(
    "text",
    [
        "{{ record.delete() }}",
        "{{ record.write(name='x') }}",
        "{{ record.env }}",
        "{{ record.env.sudo() }}",
        "{{ record._view.env }}",
        "{{ record['delete']() }}",
        "{{ record | attr('delete') }}",
        "{{ record | attr('_view') }}",
        "{{ records.write(name='x') }}",
        "{{ record.__class__.__mro__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ show.__globals__ }}",
        "{{ '{0.__class__}'.format(record) }}",
        "{{ namespace.__init__ }}",
        "{{ values.secret() }}",
        "{{ values.plain() }}",
        "{{ range(10 ** 9) }}",
        "{{ record.nonsense }}",
        "{{ nobody }}",
        "{{ [].append(1) }}",
        "{% include '../../conftest.py' %}",
        "{% include '/etc/passwd' %}",
        "{% include 'test/../../conftest.py' %}",
    ],
)
def test_template_reaches_nothing_but_values(say: Say, text: str) -> None:
    with pytest.raises((BrokenTemplate, AccessDenied)):
        say(text, values={"secret": print, "plain": lambda: "x"})


def test_attribute_out_of_reach_is_nothing_in_a_list(say: Say) -> None:
    assert say("{{ records | map(attribute='env') | list }}") == "[Undefined]"


def test_function_of_an_addon_is_called_where_it_says_so(say: Say) -> None:
    assert say("{{ values.double(4) }}", values={"double": for_templates(lambda number: number * 2)}) == "8"


def test_field_of_a_role_is_refused_and_told_as_such(say: Say) -> None:
    with pytest.raises(AccessDenied, match="Margin"):
        say("{{ record.margin }}")


def test_failure_names_the_template_and_the_line(say: Say) -> None:
    with pytest.raises(BrokenTemplate, match=r"test/one.html:2: .*no attribute 'nonsense'"):
        say("\n{{ record.lines[0].nonsense }}")


SECRET = "cành mai vàng"


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file://{file}">',
        '<img src="{file}">',
        '<img src="asset:///../{file}">',
        '<img src="asset:///logo2">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<link rel="stylesheet" href="file://{file}">',
        '<style>@import url("file://{file}");</style>',
        '<style>@font-face {{ font-family: X; src: url("file://{file}") }} p {{ font-family: X }}</style><p>x</p>',
        '<div style="background: url(file://{file})">x</div>',
        '<object data="file://{file}"></object>',
        '<iframe src="file://{file}"></iframe>',
        '<svg width="9" height="9"><image href="file://{file}" width="9" height="9"/></svg>',
        '<svg width="9" height="9"><use href="file://{file}#a"/></svg>',
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='file://{file}'/></svg>\">",
        '<script>document.body.textContent = "run"</script>',
    ],
)
def test_document_loads_no_file_and_asks_no_network(tmp_path: Path, markup: str) -> None:
    from io import BytesIO

    import pypdf

    file = tmp_path / "secret.svg"
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text id="a">{SECRET}</text></svg>', encoding="utf-8")
    assets = Assets()
    page = Page(f"<style>{font_faces('Source Sans 3')}</style><p>here</p>" + markup.format(file=file), assets)
    data = PlutoEngine().pdf([page], datetime(2026, 11, 24, tzinfo=UTC))
    text = "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(data)).pages)
    assert "here" in text
    assert SECRET not in text
    assert "run" not in text
    assert SECRET.encode() not in data


def test_fonts_ship_with_banyan() -> None:
    files = [f"{prefix}-{style}.ttf" for prefix in FONTS.values() for style in STYLES]
    assert all((FOLDER / file).is_file() for file in files), "`pip install .` brings them"


def test_layout_takes_no_colour_that_is_more_than_one() -> None:
    with pytest.raises(ValueError, match="is no colour"):
        Layout(colour="red; } * { background: url(file:///etc/passwd) }")
    with pytest.raises(ValueError, match="is not one of"):
        Layout(font='x"; }')
