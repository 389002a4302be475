"""From the declared reports of all enabled addons to the checked reports of one registry.

Everything that a report and its template name is looked up here; what is missing stops the composition with addon,
file, line and the nearest right name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import TemplatesNotFound, TemplateSyntaxError

from core.errors import DeclarationError, nearest
from core.orm.mentions import check_mentions
from core.orm.where import spot
from core.reports.composed import LabelsAt, ReportAt, Reports
from core.reports.declare import Declared, Labels, Report, Reworked
from core.reports.mentions import check_template
from core.reports.sandbox import CORE, Sandbox
from core.views.composed import FieldAt
from core.views.finding import Finder

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Models

COMPANIES = "res.company"
COMPANY = "company"
"""The field whose company's head a document has unless told otherwise."""


def compose_reports(
    models: Models, declared: Sequence[tuple[str, str, Declared]], folders: Mapping[str, Path]
) -> Reports:
    """The checked reports of `declared`: (addon, section, report) in load order. folders: section → its templates.

    A report that several addons import counts for the first. Raises DeclarationError.
    """
    owners: dict[int, tuple[str, str]] = {}
    items: list[tuple[str, str, Declared]] = []
    for addon, section, item in declared:
        if id(item) not in owners:
            owners[id(item)] = (addon, section)
            items.append((addon, section, item))
    reworked = [(addon, section, item) for addon, section, item in items if isinstance(item, Reworked)]
    parents, last = _chains(owners, reworked)
    sandbox = Sandbox(folders, parents)
    reports: dict[str, ReportAt] = {}
    places: dict[str, str] = {}
    for addon, section, item in items:
        if isinstance(item, Reworked):
            continue
        finder = Finder(models, addon)
        first = places.setdefault(item.key, item.where)
        if item.key in reports:
            raise finder.complain(f"report '{item.key}' is declared twice", item.where, f"first at {first}")
        own = f"{section}/{item.template}"
        _check(sandbox, finder, item, own, item.where)
        reports[item.key] = _bound(finder, item, last.get(id(item), own))
    for addon, section, item in reworked:
        _check(sandbox, Finder(models, addon), item.report, f"{section}/{item.template}", item.where)
    composed = Reports(reports, sandbox)
    models.caches["reports"] = {"composed": composed}
    return composed


def _chains(
    owners: Mapping[int, tuple[str, str]], reworked: Sequence[tuple[str, str, Reworked]]
) -> tuple[dict[str, str], dict[int, str]]:
    """(template → the one that it takes the place of, id of a report → the template that is printed)."""
    parents: dict[str, str] = {}
    last: dict[int, str] = {}
    for addon, section, item in reworked:
        if id(item.report) not in owners:
            raise DeclarationError(
                f"report '{item.report.key}' is not enabled", addon=addon, where=item.where,
                hint="does the manifest depend on the addon that declares it?",
            )  # fmt: skip
        own = f"{section}/{item.template}"
        before = last.get(id(item.report), f"{owners[id(item.report)][1]}/{item.report.template}")
        parents[own], last[id(item.report)] = before, own
    return parents, last


def _bound(finder: Finder, report: Report, template: str) -> ReportAt:
    info = finder.model(report.model, report.where)
    for condition in (report.when, report.final):
        if condition is not None:
            finder.filter(info, condition, report.where)
    finder.roles(report.roles, report.where)
    for function in (report.file_name, report.values):
        check_mentions(function, finder.addon)
    common: dict[str, Any] = {
        "key": report.key, "name": report.name, "model": info, "template": template, "each": report.each,
        "language": _language(finder, info, report), "company": _company(finder, info, report),
        "file_name": report.file_name, "values": report.values, "when": report.when, "final": report.final,
        "roles": report.roles, "paper": report.paper, "landscape": report.landscape,
    }  # fmt: skip
    return LabelsAt(**common, sheet=report.sheet) if isinstance(report, Labels) else ReportAt(**common)


def _language(finder: Finder, info: ModelInfo, report: Report) -> FieldAt | None:
    if report.language is None:
        return None
    at = finder.field(info, report.language)
    if at.kind != "selection" or any(field.many for _info, field in at.steps):
        raise finder.complain(
            f"'{report.language}' does not say a language", report.language.where, "name a Selection of languages"
        )
    return at


def _company(finder: Finder, info: ModelInfo, report: Report) -> FieldAt | None:
    if report.company is None:
        own = info.fields.get(COMPANY)
        return None if own is None or own.target != COMPANIES else finder.at([(info, own)])
    at = finder.field(info, report.company)
    if at.target != COMPANIES or any(field.many for _info, field in at.steps):
        raise finder.complain(f"'{report.company}' is no company", report.company.where, f"name a link to {COMPANIES}")
    return at


def _check(sandbox: Sandbox, finder: Finder, report: Report, template: str, where: str) -> None:
    """Raises DeclarationError where a template is not there, does not compile, or names what is not there."""
    path = sandbox.folders.path(template)
    if path is None:
        section = template.partition("/")[0]
        known = [name.partition("/")[2] for name in sandbox.folders.list_templates() if name.startswith(f"{section}/")]
        name = template.partition("/")[2]
        raise finder.complain(
            f"there is no template '{name}'", where, nearest(name, known) or "it stands in the addon's folder `reports`"
        )
    info = finder.model(report.model, report.where)
    try:
        check_template(sandbox, finder, info, report, template, path)
        sandbox.get_template(template)
    except TemplateSyntaxError as error:
        file = sandbox.folders.path(error.name or template) or path
        raise finder.complain(str(error.message), spot(str(file), error.lineno)) from None
    except TemplatesNotFound as error:
        names = ", ".join(str(name) for name in error.templates) or str(error.name)
        raise finder.complain(f"there is no template '{names}'", spot(str(path), 1)) from None


__all__ = ["CORE", "compose_reports"]
