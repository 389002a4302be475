"""From Python values to JSON values, a page of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.orm.files import ATTACHMENT, KINDS
from core.orm.filter import Condition
from core.orm.registry import Models
from core.orm.wire.titles import titles_of
from core.orm.wire.values import writer
from core.orm.wire.way import wire_path

if TYPE_CHECKING:
    from core.orm.env import Env

Step = tuple[str, str, Callable[[Any], Any] | None, str]


class Dumper:
    """Writes rows of `Collection.values` for a list of fields.

    columns: what to ask `Collection.values` for, a title for each many-to-one included.
    """

    def __init__(self, models: Models, model: str, paths: Sequence[str]) -> None:
        self._steps: list[Step] = []
        self._references: list[str] = []
        self._files: list[str] = []
        columns: dict[str, None] = {}
        for path in paths:
            names = tuple(path.split("."))
            field = _end(models, model, names)
            columns[path] = None
            title = ""
            if field is not None and field.kind == "many2one":
                title = f"{path}.display_name"
                columns[title] = None
            if field is not None and field.kind == "reference":
                self._references.append(wire_path(models, model, names))
            if field is not None and field.kind in KINDS:
                self._files.append(wire_path(models, model, names))
            self._steps.append((wire_path(models, model, names), path, writer(field.kind) if field else None, title))
        self.columns: tuple[str, ...] = tuple(columns)

    def __call__(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row with wire names and JSON values.

        A many-to-one becomes `{"id", "display_name"}`; where it points at a record that the reader may not
        see, its name is null and `restricted` is true.
        """
        written: dict[str, Any] = {}
        for wire, path, write, title in self._steps:
            value = row[path]
            if value is None:
                written[wire] = None
            elif title:
                name = row[title]
                written[wire] = {"id": value, "display_name": name}
                if name is None:
                    written[wire]["restricted"] = True
            else:
                written[wire] = write(value) if write is not None else value
        return written

    def page(self, env: Env, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Rows as JSON values, with what references point at and what is known of files: a statement a model."""
        written = [self(row) for row in rows]
        _tell_files(env, [record[wire] for record in written for wire in self._files if record[wire] is not None])
        pointing = [record[wire] for record in written for wire in self._references if record[wire] is not None]
        wanted: dict[str, set[int]] = {}
        for reference in pointing:
            wanted.setdefault(reference["model"], set()).add(reference["id"])
        titles = {model: titles_of(env, model, ids) for model, ids in wanted.items()}
        for reference in pointing:
            reference["display_name"] = titles[reference["model"]].get(reference["id"])
            if reference["display_name"] is None:
                reference["restricted"] = True
        return written


def _tell_files(env: Env, told: Sequence[dict[str, Any]]) -> None:
    """Say what files are called, and what they are."""
    if not told:
        return
    names = ["name", "mimetype", "size"]
    # Who may read the field may read the file: attachments themselves are granted to nobody.
    attachments = env.sudo("what the files of a field are called")[ATTACHMENT]
    wanted = Condition(ATTACHMENT, ("id",), "in", tuple({file["id"] for file in told}))
    known = {row["id"]: row for row in attachments.values(["id", *names], wanted)}
    for file in told:
        file.update((name, known[file["id"]][name]) for name in names)


def _end(models: Models, model: str, names: tuple[str, ...]) -> Any:
    info, field = models[model], None
    for name in names:
        field = info.fields.get(name)
        if field is not None and field.target:
            info = models[field.target]
    return field


def dumper(models: Models, model: str, paths: Sequence[str]) -> Dumper:
    """The dumper of these Python paths of a model."""
    known = models.caches.setdefault("wire.dump", {})
    key = (model, tuple(paths))
    found: Dumper | None = known.get(key)
    if found is None:
        found = Dumper(models, model, paths)
        if len(known) < 1000:  # what people may ask for has no end
            known[key] = found
    return found


def dump(env: Env, model: str, row: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """One row of `Collection.values` as JSON; fields: Python paths, as they were asked for."""
    return dumper(env.models, model, fields).page(env, [row])[0]


__all__ = ["Dumper", "dump", "dumper"]
