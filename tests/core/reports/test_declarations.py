"""Mistakes in reports and their templates: each is one message with addon, file, line and the nearest right name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.addons.discover import discover
from core.addons.registry import compose
from core.errors import DeclarationError
from core.reports import reports_of
from core.settings import Settings

from .conftest import FIXTURES

REPORTS = """
from addons.papers.models import Line, Paper
from addons.papers.reports import quotation
from core.reports import Labels, Overview, Report, Reworked

{}
"""
ONE = "one = Report(Paper, name='One', template='one.html')"
DOCUMENT = "{{% extends 'core/document.html' %}}\n{{% block body %}}\n{}\n{{% endblock %}}\n"


def addon(folder: Path, name: str, reports: str, **templates: str) -> None:
    place = folder / name / "reports"
    place.mkdir(parents=True)
    (folder / name / "manifest.toml").write_text(f'name = "{name}"\nversion = "1.0"\ndepends = ["papers"]\n', "utf-8")
    (place / "__init__.py").write_text(REPORTS.format(reports), "utf-8")
    for file, text in templates.items():
        (place / f"{file}.html").write_text(text, "utf-8")


def body(text: str) -> dict[str, str]:
    return {"one": DOCUMENT.format(text)}


MISTAKES = {
    "a template that is not there": (
        "one = Report(Paper, name='One', template='onne.html')", body(""),
        r"reports/__init__.py:6: there is no template 'onne.html'; nearest: 'one.html'",
    ),
    "a language that is none": (
        "one = Report(Paper, name='One', template='one.html', language=Paper.partner.name)", body(""),
        r"reports/__init__.py:6: 'partner.name' does not say a language; name a Selection of languages",
    ),
    "a company that is none": (
        "one = Report(Paper, name='One', template='one.html', company=Paper.partner)", body(""),
        r"reports/__init__.py:6: 'partner' is no company; name a link to res.company",
    ),
    "an unknown role": (
        "one = Report(Paper, name='One', template='one.html', roles=('papers.clerkk',))", body(""),
        r"reports/__init__.py:6: role 'papers.clerkk' is not declared; nearest: 'papers.clerk'",
    ),
    "an unknown field": (
        "one = Report(Paper, name='One', template='one.html', language=Paper.partner.languagee)", body(""),
        r"reports/__init__.py:6: field 'languagee' is not on res.partner; nearest: 'language'",
    ),
    "a key twice": (
        ONE.replace("template", "key='quotation', template"), body(""),
        r"reports/__init__.py:6: report 'quotation' is declared twice; first at \S*papers/reports/__init__.py:5",
    ),
    "a field in a template": (
        ONE, body("{{ record.partnerr.name }}"),
        r"reports/one.html:3: field 'partnerr' is not on papers.paper; nearest: 'partner'",
    ),
    "a field of a line": (
        ONE, body("{% for line in record.lines %}{{ line.prize }}{% endfor %}"),
        r"reports/one.html:3: field 'prize' is not on papers.line; nearest: 'price'",
    ),
    "a path in a template": (
        ONE, body("{{ show(record, 'partner.citty') }}"),
        r"reports/one.html:3: field 'citty' is not on res.partner; nearest: 'city'",
    ),
    "a variable": (
        ONE, body("{{ recrod.name }}"),
        r"reports/one.html:3: there is no 'recrod'; nearest: 'record'",
    ),
    "a filter": (
        ONE, body("{{ record.total | mony }}"),
        r"reports/one.html:3: No filter named 'mony'",
    ),
    "a template that is none": (
        ONE, body("{% if record.name %}"),
        r"reports/one.html:\d+: ",
    ),
    "a part that is not there": (
        ONE, body("{% from 'core/part.html' import lines %}"),
        r"reports/one.html:3: there is no template 'core/part.html'; nearest: 'core/parts.html'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("reports", "templates", "message"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_one_message(tmp_path: Path, reports: str, templates: dict[str, str], message: str) -> None:
    # Modules of addons stay imported, so each mistake is an addon of its own name.
    name = f"badpaper_{list(MISTAKES.values()).index((reports, templates, message))}"
    addon(tmp_path, name, reports, **templates)
    settings = Settings(data_dir=tmp_path / "data", addons_path=(FIXTURES, tmp_path))
    with pytest.raises(DeclarationError) as error:
        compose(discover(settings), [name])
    assert re.match(rf"addon '{name}': \S*/?{name}/{message}", str(error.value)), str(error.value)


def test_an_addon_reworks_the_template_of_another(tmp_path: Path) -> None:
    rework = "{% extends 'parent' %}\n{% block body %}<p>before</p>{{ super() }}{% endblock %}\n"
    addon(tmp_path, "stamped", "stamped = Reworked(quotation, template='stamped.html')", stamped=rework)
    settings = Settings(data_dir=tmp_path / "data", addons_path=(FIXTURES, tmp_path))
    models = compose(discover(settings), ["stamped"]).models
    reports = reports_of(models)
    (quotation,) = [one for one in reports if one.key == "quotation"]
    assert quotation.template == "stamped/stamped.html"
    assert reports.sandbox.parents == {"stamped/stamped.html": "papers/quotation.html"}
    blocks = reports.sandbox.get_template(quotation.template).blocks
    assert list(blocks) == ["body"]
