"""What may differ by language or company is decided when the models are composed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import (
    Check,
    Invalid,
    Model,
    computed,
    fields,
)
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.testing.bench import Bench
from tests.core.orm.branches import Company, Currency


def refusal(*models: type[Model]) -> str:
    with pytest.raises(DeclarationError) as raised:
        compose_models([Part("test", model) for model in (Company, Currency, *models)])
    return str(raised.value)


def test_what_cannot_differ_is_refused_when_it_is_composed() -> None:
    class Stored(Model):
        _name = "test.stored"
        name = fields.Char(translate=True)

        @computed(name, store=True)
        def title(self) -> str:
            return self.name

    class Filed(Model):
        _name = "test.filed"
        tags = fields.Many2many("res.company", company_dependent=True)

    class Checked(Model):
        _name = "test.checked"
        rate = fields.Decimal(company_dependent=True)
        _constraints = (Check("low", "rate < 10"),)

    class Gone(Model):
        _name = "test.gone"
        owner = fields.Many2one("res.company", on_delete="delete", company_dependent=True)

    assert "title is stored, the same for everybody, and follows from test.stored.name" in refusal(Stored)
    assert "tags differs by company, which a many2many cannot" in refusal(Filed)
    assert "so the Check 'low' would hold for one value of several" in refusal(Checked)
    assert "cannot delete the record of all" in refusal(Gone)
    with pytest.raises(DeclarationError, match="by language or by company, not by both"):
        fields.Char(translate=True, company_dependent=True)


class Template(Model):
    _name = "product.template"
    _label = "Template"
    name = fields.Char("Name", required=True, translate=True, search=True)
    notes = fields.Text(translate=True)


class Product(Model):
    _name = "product.product"
    _order = ("name",)
    template = fields.Many2one(Template, required=True, delegate=True)
    code = fields.Char()

    @computed("name", code)
    def line(self) -> str:
        return f"{self.code} {self.template.name}"


class Service(Template):
    _name = "product.service"
    hours = fields.Integer()


def test_texts_of_what_a_record_delegates_to_are_its_own(make_models: Callable[..., Bench]) -> None:
    with make_models(Template, Product).env() as env:
        vi = env.in_language("vi")
        table = vi[Product].create(name="Bàn", code="T")
        table.write(**{"name@en": "Table"})
        chair = env[Product].create(code="C", **{"name": "Chair", "name@vi": "Ghế"})
        assert [one.line for one in vi[Product].search()] == ["T Bàn", "C Ghế"]
        assert [one.line for one in env[Product].search()] == ["C Chair", "T Table"]
        assert vi[Product].search(Product.name == "Ghế").ids == (chair.id,)
        assert vi[Product].values(["name", "name@en"], Product.code == "T") == [{"name": "Bàn", "name@en": "Table"}]
        vi[Product].get(chair.id).name = "Ghế tựa"
        assert chair.row_version == 1
        env.flush()
        assert chair.row_version == 2
        assert vi[Product].get(chair.id).line == "C Ghế tựa"


def test_a_prototype_has_variants_of_its_own(make_models: Callable[..., Bench]) -> None:
    with make_models(Template, Service).env() as env:
        service = env[Service].create(name="Repair", hours=2, **{"name@vi": "Sửa chữa"})
        assert env.in_language("vi")[Service].get(service.id).name == "Sửa chữa"
        assert env[Template].count() == 0


def test_an_extension_cannot_change_what_a_field_differs_by() -> None:
    class Extended(Template):
        _name = "product.template"
        name = fields.Char("Name", required=True)

    with pytest.raises(DeclarationError, match="differs by language at .* and is the same for everybody here"):
        compose_models([Part("one", Template), Part("two", Extended)])


def test_a_language_that_nobody_can_choose_is_refused(make_models: Callable[..., Bench]) -> None:
    with make_models(Template).env() as env, pytest.raises(Invalid, match="There is no language 'vn'; nearest: 'vi'"):
        env.in_language("vn")


def test_the_main_language_of_a_database_may_be_another(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Template)
    bench.database.language = "vi"
    with bench.env() as env:
        made = env[Template].create(name="Bàn", **{"name@en": "Table"})
        assert (env.language, made.name, env.in_language("en")[Template].get(made.id).name) == ("vi", "Bàn", "Table")
        assert env[Template].values(["name@vi", "name@en"]) == [{"name@vi": "Bàn", "name@en": "Table"}]
