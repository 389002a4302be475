"""What an addon's files may import: read from their source, before any of it runs.

An addon may use core, the standard library and third parties, itself, and the addons that its manifest
names. SQLAlchemy and the drivers below it it may not: a statement of one's own would go around access, versions and
history. Flask belongs to pages, so to the addon's `web/`. What hands
mail to a server belongs to the addon that asks first who has opted out. The files of its `tests/` are free.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.addons.manifest import Manifest
from core.errors import DeclarationError, nearest
from core.orm.where import spot

STORAGE = frozenset({"sqlalchemy", "alembic", "psycopg", "sqlite3"})
WEB = "flask"
POST = ("smtplib", "core.mail.transport")
POSTMAN = "mail"
"""The addon whose sending job holds what people have opted out of."""
BY_NAME = frozenset({"import_module", "__import__"})
"""What imports a module by a text; one that is put together while it runs is not seen."""


def check_imports(manifest: Manifest, packages: Mapping[str, str]) -> None:
    """Raise DeclarationError for the first import of the addon that its manifest or the layers do not allow.

    packages: import package → addon, of all addons that were found.
    """
    for file in sorted(manifest.folder.rglob("*.py")):
        inside = file.relative_to(manifest.folder).parts
        if inside[0] == "tests":
            continue
        for line, module in _imported(file, manifest, inside):
            problem = _problem(manifest, packages, inside, module)
            if problem is not None:
                message, hint = problem
                raise DeclarationError(message, addon=manifest.name, where=spot(str(file), line), hint=hint)


def _imported(file: Path, manifest: Manifest, inside: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, relative ones made absolute, wherever in the file they stand."""
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (SyntaxError, ValueError) as error:
        where = spot(str(file), getattr(error, "lineno", None) or 1)
        reason = getattr(error, "msg", None) or str(error)
        raise DeclarationError(f"is no Python: {reason}", addon=manifest.name, where=where) from error
    package = (*manifest.package.split("."), *inside[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            # `from addons import crm` imports addons.crm, so the names count as well.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            if called in BY_NAME and isinstance(node.args[0].value, str) and not node.args[0].value.startswith("."):
                yield node.lineno, node.args[0].value


def _problem(
    manifest: Manifest, packages: Mapping[str, str], inside: tuple[str, ...], module: str
) -> tuple[str, str] | None:
    root = module.split(".")[0]
    if root in STORAGE:
        return f"imports {root}", "read and write through env[Model], which keeps access, versions and history"
    if (root == WEB or root.startswith(f"{WEB}_")) and inside[0] != "web":
        return f"imports {root} outside of web/", "move what belongs to pages into the addon's web/ folder"
    if manifest.name != POSTMAN and any(f"{module}.".startswith(f"{name}.") for name in POST):
        return f"imports {module}", f"make a record of 'mail.mail' (addon '{POSTMAN}'), which asks who has opted out"
    addon = next((name for package, name in packages.items() if f"{module}.".startswith(f"{package}.")), None)
    if addon is None:
        if root == "addons" and not f"{module}.".startswith(f"{manifest.package}."):
            name = module.split(".")[1] if "." in module else ""
            return f"imports the addon '{name}', which is not installed", nearest(name, packages.values())
        return None
    allowed = {manifest.name, *(need.name for need in manifest.depends)}
    if inside[0] == "bridges" and len(inside) > 1:
        allowed.add(inside[1])
    if addon not in allowed:
        return (
            f"imports the addon '{addon}', on which it does not depend",
            f"add '{addon}' to 'depends' in its manifest.toml",
        )
    return None
