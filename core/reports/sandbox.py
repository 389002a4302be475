"""The Jinja environment of documents: what a template may name, and what it may not.

It may reach what `core.sandbox` lets any template reach. What it prints is escaped, unless a function of ours made it.

    "lines.html"          beside the template that names it
    "crm/lines.html"      of an addon, in its folder `reports`
    "core/document.html"  of the core
    "parent"              the template that this one takes the place of, as `Reworked` declares
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, TemplateNotFound, pass_context

from core.bytecode import CompiledTemplates
from core.sandbox import RecordSandbox

CORE = "core"
PARENT = "parent"
TEMPLATES = Path(__file__).resolve().parent / "templates"
FILTERS = ("t", "within", "num", "money", "date", "datetime")


class _Folders(BaseLoader):
    """Templates of the core and of each section, by `section/file`."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = {CORE: TEMPLATES, **folders}

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = self.path(template)
        if path is None:
            raise TemplateNotFound(template)
        return path.read_text(encoding="utf-8"), str(path), lambda: True

    def path(self, template: str) -> Path | None:
        """The file of a template; None where there is none, or the name leads out of the folder."""
        section, _slash, name = template.partition("/")
        folder = self.folders.get(section)
        if folder is None or not name:
            return None
        path = (folder / name).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None

    def list_templates(self) -> list[str]:
        return [
            f"{section}/{file.relative_to(folder).as_posix()}"
            for section, folder in self.folders.items()
            for file in sorted(folder.rglob("*.html"))
        ]


class Sandbox(RecordSandbox):
    """Templates of a registry. parents: template → the one that it takes the place of."""

    def __init__(self, folders: Mapping[str, Path], parents: Mapping[str, str] | None = None) -> None:
        self.folders = _Folders(folders)
        self.parents = dict(parents or {})
        super().__init__(
            loader=self.folders,
            bytecode_cache=CompiledTemplates(),
            autoescape=True,
            auto_reload=False,
            extensions=("jinja2.ext.loopcontrols",),
        )
        self.filters.update(
            dict.fromkeys(FILTERS, late(str))
        )  # each rendering has its own; here only their names count

    def join_path(self, template: str, parent: str) -> str:
        if template == PARENT:
            return self.parents.get(parent, PARENT)
        return template if "/" in template else f"{parent.partition('/')[0]}/{template}"


def late(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as a filter that is called when a document is rendered: never while its template is compiled, as
    filters of what is constant are, since a template is compiled once for all languages."""

    @pass_context
    def call(context: object, *given: Any, **named: Any) -> Any:
        return function(*given, **named)

    return call
