"""Brings the translations up to date with the texts in the code.

    python -m build_tools.texts                 core and every addon of this repository
    python -m build_tools.texts ../my_addons/x  addons elsewhere

    _("…") in *.py, templates/*.html and reports/*.html ──► locale/vi/LC_MESSAGES/messages.po

New texts are added without a translation, or with the one that another catalog has; texts that are gone are
dropped. Files that are up to date stay as they are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from io import SEEK_END, BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.i18n import CATALOG, read

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("vi",)
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("templates/**.html", "jinja2"),
    ("**/reports/**.html", "jinja2"),
    ("reports/**.html", "jinja2"),
]
MARK = {"_": None}
# Babel's own header holds the time of the run, so that every run would change every file.
HEADER = r"""# Made by build_tools/texts.py from the code; the translations are written here.
msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def packages() -> list[Path]:
    """The folders of this repository that have texts of their own: core, and each addon."""
    return [ROOT / "core", *sorted(file.parent for file in ROOT.glob("addons/*/manifest.toml"))]


def sources(folder: Path) -> Catalog:
    """Every text in the code of a package, with the files that say it."""
    found = Catalog()
    for file, _line, message, _comments, _context in extract_from_dir(folder, METHODS, keywords=MARK):
        found.add(message, locations=[(file, 1)])
    return found


def update(folder: Path, language: str, known: Mapping[str, str]) -> list[str]:
    """Write the catalog of a package; the texts that have no translation. known: those of other catalogs."""
    file = folder / "locale" / language / CATALOG
    there = read(file)
    made = Catalog(language)
    missing = []
    for message in sources(folder):
        if not message.id:
            continue
        text = there.get(message.id) or known.get(message.id, "")
        made.add(message.id, text, locations=sorted(set(message.locations)))
        if not text:
            missing.append(message.id)
    written = BytesIO(HEADER.format(language=language).encode())
    written.seek(0, SEEK_END)
    write_po(written, made, width=110, omit_header=True, include_lineno=False)
    if not file.is_file() or file.read_bytes() != written.getvalue():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(written.getvalue())
    return missing


def problems(folder: Path, language: str) -> Iterator[str]:
    """What is wrong with the catalog of a package, one line a text."""
    file = folder / "locale" / language / CATALOG
    if not file.is_file():
        yield f"{file} is missing"
        return
    with file.open("rb") as lines:
        catalog = read_po(lines)
    said = {message.id: message for message in catalog if message.id}
    wanted = {message.id: message for message in sources(folder) if message.id}
    for source, message in wanted.items():
        place = f"{folder.name}/{message.locations[0][0]}"
        translated = said.get(source)
        if translated is None or not translated.string:
            yield f"{place}: {source!r} has no translation"
        elif translated.fuzzy:
            yield f"{place}: {source!r} is marked fuzzy"
        elif placeholders(source) != placeholders(str(translated.string)):
            yield f"{place}: {source!r} has other placeholders in {str(translated.string)!r}"
    for source in said.keys() - wanted.keys():
        yield f"{folder.name}: {source!r} is in the catalog, and in no code any more"


def placeholders(text: str) -> set[str]:
    """What stands in braces."""
    return set(re.findall(r"\{[^{}]*\}", text))


def main(folders: list[str]) -> int:
    """Update the catalogs and name what is to be translated; the number of those texts, at most 1, as exit code."""
    wanted = [Path(folder).resolve() for folder in folders] or packages()
    count = 0
    for language in LANGUAGES:
        known: dict[str, str] = {}
        for folder in [*packages(), *wanted]:
            known.update(read(folder / "locale" / language / CATALOG))
        for folder in wanted:
            for source in update(folder, language, known):
                count += 1
                click.echo(f"{folder.name} {language}: {source}")
    click.echo(f"{count} texts to translate" if count else "Every text is translated")
    return min(count, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
