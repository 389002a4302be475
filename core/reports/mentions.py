"""What a template names, found without printing anything: variables, filters, templates, and fields of records.

Followed are `record`, `records`, what `{% for line in record.lines %}` makes of them, and paths that stand in
`show(record, "partner.name")` and its like. What a macro is given is the macro's own affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import nodes

from core.errors import nearest
from core.orm.where import spot
from core.reports.declare import Overview, Report
from core.views.finding import Finder

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.reports.sandbox import Sandbox

ALWAYS = ("id", "display_name")
JINJA = ("super", "self", "caller", "varargs", "kwargs")
"""Names that Jinja itself gives a meaning within blocks and macros."""
FUNCTIONS = ("_", "show", "label", "is_right", "words", "qr", "image", "vietqr")
KNOWN = (
    "layout", "language", "title", "report", "logo", "paper", "small", "side", "landscape", "foot_space", "font_faces",
    "values", *FUNCTIONS,
)  # fmt: skip
"""What every template finds, beside the record or the records."""
_PATHS = ("show", "label", "is_right")

Scope = Mapping[str, "ModelInfo | None"]
"""Name → the model of the record, or the records, that it stands for; None for what is not followed."""


def check_template(
    sandbox: Sandbox, finder: Finder, info: ModelInfo, report: Report, template: str, path: Path
) -> None:
    """Raises DeclarationError for what is not there, TemplateSyntaxError for what is no template."""
    tree = sandbox.parse(path.read_text(encoding="utf-8"), template, str(path))
    subject = "records" if isinstance(report, Overview) else "record"
    _Check(sandbox, finder, path, template).body(tree, {subject: info})


class _Check:
    def __init__(self, sandbox: Sandbox, finder: Finder, path: Path, template: str) -> None:
        self.sandbox, self.finder, self.path, self.template = sandbox, finder, path, template

    def body(self, node: nodes.Node, scope: Scope) -> None:
        """All that stands in a node, names that it sets included from there on."""
        scope = {**scope, **dict.fromkeys(_set_in(node))}
        for child in node.iter_child_nodes():
            self.visit(child, scope)

    def visit(self, node: nodes.Node, scope: Scope) -> None:
        match node:
            case nodes.For():
                self.visit(node.iter, scope)
                names = dict.fromkeys(_targets(node.target)) | {"loop": None}
                if isinstance(node.target, nodes.Name):
                    names[node.target.name] = self.resolved(node.iter, scope)
                inner = {**scope, **names}
                for part in (*node.body, *([node.test] if node.test else [])):
                    self.visit(part, inner)
                for part in node.else_:
                    self.visit(part, scope)
            case nodes.Macro() | nodes.CallBlock():
                given = dict.fromkeys(argument.name for argument in node.args)
                inner = {**scope, **given, "caller": None, "varargs": None, "kwargs": None}
                for child in node.iter_child_nodes():
                    if child not in node.args:
                        self.visit(child, inner)
            case nodes.Name(ctx="load"):
                known = (*scope, *KNOWN, *JINJA, *self.sandbox.globals)
                if node.name not in known:
                    self.complain(f"there is no '{node.name}'", node, nearest(node.name, known))
            case nodes.Getattr():
                self.visit(node.node, scope)
                if (found := self.resolved(node.node, scope)) is not None and not self.is_list(node.node, scope):
                    self.field(found, node.attr, node)
            case nodes.Call(node=nodes.Name(name=name)) if name in _PATHS:
                self.body(node, scope)
                self.paths(node, scope)
            case nodes.Extends() | nodes.Include() | nodes.Import() | nodes.FromImport():
                self.body(node, scope)
                self.template_of(node)
            case _:
                self.body(node, scope)

    def paths(self, node: nodes.Call, scope: Scope) -> None:
        """`show(record, "partner.name")`: the path leads somewhere."""
        if len(node.args) < 2 or not isinstance(node.args[1], nodes.Const):
            return
        info, text = self.resolved(node.args[0], scope), node.args[1].value
        if info is None or not isinstance(text, str):
            return
        *steps, last = text.split(".")
        for name in steps:
            self.field(info, name, node)
            target = info.fields[name].target if name in info.fields else ""
            if not target:
                self.complain(f"'{name}' of {info.name} has no fields of its own", node)
            info = self.finder.models[target]
        self.field(info, last, node)

    def field(self, info: ModelInfo, name: str, node: nodes.Node) -> None:
        if name not in ALWAYS and name not in info.fields:
            self.complain(f"field '{name}' is not on {info.name}", node, nearest(name, info.fields))

    def resolved(self, node: nodes.Node, scope: Scope) -> ModelInfo | None:
        """The model of the record or the records that an expression gives; None where it cannot be told."""
        if isinstance(node, nodes.Name):
            return scope.get(node.name)
        if isinstance(node, nodes.Getattr):
            info = self.resolved(node.node, scope)
            field = info.fields.get(node.attr) if info is not None else None
            return self.finder.models[field.target] if field is not None and field.target else None
        return None

    def is_list(self, node: nodes.Node, scope: Scope) -> bool:
        if isinstance(node, nodes.Name):
            return node.name == "records"
        if isinstance(node, nodes.Getattr) and (info := self.resolved(node.node, scope)) is not None:
            return node.attr in info.fields and info.fields[node.attr].many
        return False

    def template_of(self, node: nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport) -> None:
        if not isinstance(node.template, nodes.Const):
            return
        name = self.sandbox.join_path(node.template.value, self.template)
        if self.sandbox.folders.path(name) is None:
            self.complain(
                f"there is no template '{node.template.value}'", node, nearest(name, self.sandbox.list_templates())
            )
        self.sandbox.get_template(name)

    def complain(self, message: str, node: nodes.Node, hint: str = "") -> None:
        raise self.finder.complain(message, spot(str(self.path), node.lineno), hint)


def _set_in(node: nodes.Node) -> set[str]:
    """Names that a node sets for what comes after: assignments, imports and macros, not those of loops within."""
    found: set[str] = set()
    for child in node.iter_child_nodes():
        match child:
            case nodes.Assign() | nodes.AssignBlock():
                found |= set(_targets(child.target))
            case nodes.Import():
                found.add(child.target)
            case nodes.FromImport():
                found |= {name if isinstance(name, str) else name[1] for name in child.names}
            case nodes.Macro():
                found.add(child.name)
            case nodes.With():
                found |= {name for target in child.targets for name in _targets(target)}
            case nodes.If():
                found |= _set_in(child)
    return found


def _targets(node: nodes.Node) -> list[str]:
    if isinstance(node, nodes.Name):
        return [node.name]
    if isinstance(node, nodes.Tuple):
        return [name for item in node.items for name in _targets(item)]
    return []
