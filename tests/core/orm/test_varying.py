"""What may differ by language or company is decided when the models are composed."""

from __future__ import annotations

import pytest

from core import (
    Check,
    Model,
    computed,
    fields,
)
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
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
