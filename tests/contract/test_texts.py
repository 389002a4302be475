"""Every text that people read is there in Vietnamese too."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_tools.texts import LANGUAGES, packages, problems, sources, update
from core.i18n import CATALOG, read

PACKAGES = packages()
SOME = """
from core.i18n import _

GREETING = _("Good morning, {name}")
FAREWELL = _("Good night")
"""


@pytest.fixture
def addon(tmp_path: Path) -> Path:
    (tmp_path / "models.py").write_text(SOME, encoding="utf-8")
    update(tmp_path, "vi", {})
    return tmp_path


def _translate(addon: Path, source: str, text: str, flag: str = "") -> None:
    file = addon / "locale" / "vi" / CATALOG
    was = f'msgid "{source}"\nmsgstr ""'
    content = file.read_text(encoding="utf-8")
    assert was in content
    file.write_text(content.replace(was, f'{flag}msgid "{source}"\nmsgstr "{text}"'), encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("package", PACKAGES, ids=lambda folder: folder.name)
def test_every_text_is_translated(package: Path, language: str) -> None:
    found = list(problems(package, language))
    assert not found, "`python -m build_tools.texts` adds what is new; then translate:\n" + "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_text_has_one_translation(language: str) -> None:
    said: dict[str, set[str]] = {}
    for package in PACKAGES:
        for source, text in read(package / "locale" / language / CATALOG).items():
            said.setdefault(source, set()).add(text)
    assert not {source: texts for source, texts in said.items() if len(texts) > 1}


def test_texts_of_templates_are_found() -> None:
    core = next(package for package in PACKAGES if package.name == "core")
    assert "Skip to the page" in [message.id for message in sources(core)]


def test_text_without_a_translation_is_named(addon: Path) -> None:
    assert f"{addon.name}/models.py: 'Good night' has no translation" in list(problems(addon, "vi"))


def test_translation_with_other_placeholders_is_named(addon: Path) -> None:
    _translate(addon, "Good morning, {name}", "Chào {ten}")
    assert "'Good morning, {name}' has other placeholders in 'Chào {ten}'" in "\n".join(problems(addon, "vi"))


def test_fuzzy_translation_is_named_and_not_shown(addon: Path) -> None:
    _translate(addon, "Good night", "Chúc ngủ ngon", flag="#, fuzzy\n")
    assert "'Good night' is marked fuzzy" in "\n".join(problems(addon, "vi"))
    assert read(addon / "locale" / "vi" / CATALOG) == {}


def test_update_keeps_translations_and_drops_what_is_gone(addon: Path) -> None:
    _translate(addon, "Good morning, {name}", "Chào {name}")
    (addon / "models.py").write_text(SOME.replace("Good night", "Good evening"), encoding="utf-8")
    assert update(addon, "vi", {"Good evening": "Chào buổi tối"}) == []
    assert read(addon / "locale" / "vi" / CATALOG) == {
        "Good morning, {name}": "Chào {name}",
        "Good evening": "Chào buổi tối",
    }


def test_update_of_what_is_up_to_date_writes_nothing(addon: Path) -> None:
    file = addon / "locale" / "vi" / CATALOG
    before = file.stat().st_mtime_ns
    update(addon, "vi", {})
    assert file.stat().st_mtime_ns == before
