"""What stands in stubs, where no checker is needed to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from core import fields
from core.addons.discover import discover
from core.addons.load import load
from core.addons.registry import Registry, compose
from core.orm.compose import Part, compose_models
from core.orm.model import Model, ModelMeta
from core.settings import Settings
from core.stubs import stub_files


@pytest.fixture
def composed(tmp_path: Path) -> Callable[..., Registry]:
    """`composed("sales", models="…")`: crm and an addon with these models."""

    def make(name: str, models: str) -> Registry:
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.toml").write_text(f'name = "{name}"\nversion = "1"\ndepends = ["base", "crm"]\n')
        (tmp_path / name / "models.py").write_text(dedent(models), "utf-8")
        return compose(discover(Settings(data_dir=tmp_path, addons_path=(tmp_path,))), [name])

    return make


def _after(text: str, mark: str) -> list[str]:
    return text.partition(mark)[2].split("\n\n")[0].strip("\n").splitlines()


def test_what_a_database_adds_by_itself_is_there_too() -> None:
    registry = compose(discover(Settings()), ["crm"])
    parts = load(registry.manifests).parts
    team = next(part.cls for part in parts if part.cls._name == "crm.team")
    made: type[Model] = ModelMeta(  # type: ignore[assignment]
        "Team",
        (team,),
        {"x_floor": fields.Integer("Floor"), "x_twin": fields.Many2one("crm.team", "Twin"), "_where": "here"},
    )
    registry = replace(registry, models=compose_models([*parts, Part("(overlay)", made)]))
    text = stub_files(registry)["addons/crm/models/team.pyi"]
    assert _after(text, "# from (overlay)") == [
        "    x_floor: fields.Integer",
        "    x_twin: fields.Many2one[Team | None, Team]",
    ]


def test_members_of_all_sorts_have_their_types(composed: Callable[..., Registry]) -> None:
    registry = composed(
        "stubbed_sorts",
        """
        from __future__ import annotations
        from datetime import date
        from decimal import Decimal as Number
        from typing import ClassVar, overload

        from addons.crm.models import Lead as CrmLead, Tag
        from core import Model, computed, fields
        from core.i18n import _

        LIMIT = 3

        class Rated(Model):
            rating = fields.Integer("Rating")

        class Lead(Rated, CrmLead):
            colours: ClassVar[dict[str, int]] = {}
            shade = "dark"
            picture = fields.Image("Picture")
            about = fields.Reference(["crm.tag", "crm.team"], "About")
            rivals = fields.Many2many(Tag, "Rivals", relation="rivals")
            best = fields.Many2one(Tag, "Best", required=True)

            @computed("rating")
            def worth(self) -> Number:
                return Number(self.rating)

            @computed("rating", into=fields.Date("Due"))
            def due(self) -> date | None:
                return None

            @computed("best", into=fields.Many2one(Tag, "Chosen"))
            def chosen(self) -> Tag:
                return self.best

            @property
            def size(self) -> int:
                return LIMIT

            @size.setter
            def size(self, value: int) -> None: ...

            @overload
            def weigh(self, by: int) -> int: ...
            @overload
            def weigh(self, by: str) -> str: ...
            def weigh(self, by):
                return by

            @staticmethod
            def known(*, at: int = LIMIT, **more: "Lead") -> "list[Lead]":
                return []
        """,
    )
    text = stub_files(registry)["addons/crm/models/lead.pyi"]
    assert _after(text, "# from stubbed_sorts") == [
        "    rating: fields.Integer",
        "    picture: fields.Image",
        "    about: fields.Reference",
        "    rivals: fields.Many2many[Tag]",
        "    best: fields.Many2one[Tag, Tag]",
        "    worth: fields.Field[Decimal]",
        "    due: fields.Field[date | None]",
        "    chosen: fields.Field[Tag | None]",
        "    colours: ClassVar[dict[str, int]]",
        "    shade: str",
        "    @property",
        "    def size(self) -> int: ...",
        "    @size.setter",
        "    def size(self, value: int) -> None: ...",
        "    @overload",
        "    def weigh(self, by: int) -> int: ...",
        "    @overload",
        "    def weigh(self, by: str) -> str: ...",
        "    @staticmethod",
        "    def known(*, at: int = ..., **more: StubbedSortsLead) -> list[StubbedSortsLead]: ...",
    ]
    assert "from addons.stubbed_sorts.models import Lead as StubbedSortsLead\n" in text
    assert "from typing import ClassVar, overload\n" in text


def test_stubs_are_the_same_each_time_and_only_where_something_is_added() -> None:
    registry = compose(discover(Settings()), ["crm"])
    files = stub_files(registry)
    assert files == stub_files(registry)
    assert sorted(files) == [
        "addons/__init__.pyi",
        "addons/base/__init__.pyi",
        "addons/base/models/__init__.pyi",
        "addons/base/models/partner.pyi",
        "core/__init__.pyi",
        "core/orm/__init__.pyi",
        "core/orm/env.pyi",
    ]
