"""How models build on one another: extension, prototypes, abstract mixins, and where two addons disagree."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from core import Invalid, Model, computed, constraint, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.testing.bench import Bench


class Country(Model):
    _name = "res.country"
    name = fields.Char(required=True)


class Addressed(Model):
    """What has an address."""

    street = fields.Char("Street")
    country = fields.Many2one(Country, "Country")

    @computed(street, "country.name", store=True)
    def address(self) -> str:
        return ", ".join(part for part in (self.street, self.country.name if self.country else "") if part)

    @constraint(street)
    def _street_is_real(self) -> None:
        if self.street == "nowhere":
            raise Invalid(fields={"street": ["is no street"]})

    def letter(self) -> str:
        return f"To: {self.address}"


class Partner(Addressed):
    _name = "res.partner"
    _label = "Contact"
    _order = ("name",)
    name = fields.Char("Name", required=True, search=True)

    def letter(self) -> str:
        return f"{super().letter()} ({self.name})"


class Warehouse(Addressed):
    _name = "stock.warehouse"
    code = fields.Char(size=8)


class Rated(Model):
    rating = fields.Integer("Rating", within=(0, 5))


class RatedPartner(Partner, Rated):
    """An extension of another addon, which mixes something in."""

    is_vip = fields.Boolean()

    def letter(self) -> str:
        return super().letter() + ("!" if self.is_vip else "")


class Supplier(Partner):
    """A prototype: a model of its own that starts from the fields of a partner."""

    _name = "purchase.supplier"
    name = fields.Char("Supplier", required=True, size=40)
    delay_days = fields.Integer()


ADDRESSES = (
    Part("base", Country), Part("base", Partner), Part("stock", Warehouse), Part("rating", RatedPartner),
    Part("purchase", Supplier),
)  # fmt: skip


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(*ADDRESSES)


def test_mixin_gives_its_fields_methods_and_constraints_to_every_model(bench: Bench) -> None:
    with bench.env() as env:
        vietnam = env[Country].create(name="Việt Nam")
        partner = env[Partner].create(name="Lan", street="1 Lê Lợi", country=vietnam)
        warehouse = env[Warehouse].create(code="HN", street="2 Hàng Bạc", country=vietnam)
        assert (partner.address, warehouse.address) == ("1 Lê Lợi, Việt Nam", "2 Hàng Bạc, Việt Nam")
        assert (partner.letter(), warehouse.letter()) == ("To: 1 Lê Lợi, Việt Nam (Lan)", "To: 2 Hàng Bạc, Việt Nam")
        vietnam.name = "Vietnam"
        assert warehouse.address == "2 Hàng Bạc, Vietnam"
        with pytest.raises(Invalid, match="is no street"), env.savepoint():
            warehouse.street = "nowhere"


def test_filter_on_a_field_of_the_mixin_serves_every_model(bench: Bench) -> None:
    with bench.env() as env:
        env[Warehouse].create(code="HN", street="2 Hàng Bạc")
        partner = env[Partner].create(name="Lan", street="2 Hàng Bạc")
        condition = Addressed.street == "2 Hàng Bạc"
        assert env[Warehouse].count(condition) == 1
        assert env[Partner].search(condition).ids == (partner.id,)
        assert condition.matches(partner)


def test_extension_of_another_addon_may_mix_in_too(bench: Bench) -> None:
    with bench.env() as env:
        partner = env["res.partner"].create(name="Lan", street="1 Lê Lợi", rating=4, is_vip=True)
        assert partner.letter() == "To: 1 Lê Lợi (Lan)!"
        assert env["res.partner"].values(["rating"]) == [{"rating": 4}]
    info = bench.models["res.partner"]
    assert {name: info.field_addons[name] for name in ("street", "name", "rating", "is_vip")} == {
        "street": "base", "name": "base", "rating": "rating", "is_vip": "rating",
    }  # fmt: skip


def test_prototype_is_a_model_of_its_own(bench: Bench) -> None:
    with bench.env() as env:
        supplier = env[Supplier].create(name="Gỗ Việt", street="3 Trần Phú", delay_days=7)
        assert supplier.letter() == "To: 3 Trần Phú (Gỗ Việt)"
        assert env[Partner].count() == 0
        assert env[Supplier].values(["name", "address", "delay_days"]) == [
            {"name": "Gỗ Việt", "address": "3 Trần Phú", "delay_days": 7}
        ]
        with pytest.raises(Invalid, match="is no street"), env.savepoint():
            supplier.street = "nowhere"
    info = bench.models["purchase.supplier"]
    assert (info.label, info.order, info.fields["name"].label) == ("Supplier", ("name",), "Supplier")
    assert info.table.name == "purchase_supplier"


def test_extension_of_the_parent_does_not_reach_a_prototype(bench: Bench) -> None:
    assert "is_vip" in bench.models["res.partner"].fields
    assert "is_vip" not in bench.models["purchase.supplier"].fields


def test_field_of_two_mixins_is_refused() -> None:
    class Scored(Model):
        rating = fields.Decimal("Score")

    class Both(Partner, Scored):
        pass

    with pytest.raises(
        DeclarationError, match=r"'rating' of res.partner is declared by .* too, at .*test_inherit"
    ) as e:
        compose_models([*ADDRESSES[:4], Part("score", Both)])
    assert "give one of them another name" in str(e.value)


def test_class_below_both_mixins_may_decide() -> None:
    class Heavy(Model):
        measure = fields.Decimal("Weight")

    class Long(Model):
        measure = fields.Decimal("Length")

    class Parcel(Heavy, Long):
        _name = "stock.parcel"
        measure = fields.Decimal("Girth", digits=1)

    class Vague(Heavy, Long):
        _name = "stock.vague"

    assert compose_models([Part("stock", Parcel)])["stock.parcel"].fields["measure"].label == "Girth"
    with pytest.raises(DeclarationError, match="field 'measure' of stock.vague is declared by Long"):
        compose_models([Part("stock", Vague)])


def test_field_that_two_addons_add_is_refused() -> None:
    class One(Partner):
        shoe_size = fields.Integer()

    class Other(Partner):
        shoe_size = fields.Integer()

    with pytest.raises(DeclarationError, match="field 'shoe_size' of res.partner is declared by addon 'one' too"):
        compose_models([*ADDRESSES[:2], Part("one", One), Part("other", Other)])


def test_method_that_would_hide_one_of_another_addon_is_refused() -> None:
    class One(Partner):
        def greet(self) -> str:
            return "hello"

    class Other(Partner):
        def greet(self) -> str:
            return "good morning"

    class Polite(Model):
        def letter(self) -> str:
            return "Dear customer"

    class Third(Polite, Partner):
        pass

    with pytest.raises(DeclarationError, match="method 'greet' of res.partner is declared by addon 'one' too"):
        compose_models([*ADDRESSES[:2], Part("one", One), Part("other", Other)])
    with pytest.raises(DeclarationError, match="method 'letter' of res.partner is declared by addon 'base' too"):
        compose_models([*ADDRESSES[:2], Part("third", Third)])


def test_field_and_method_of_one_name_are_refused() -> None:
    class One(Partner):
        def street(self) -> str:  # type: ignore[override]  # what is tested
            return ""

    with pytest.raises(DeclarationError, match="'street' of res.partner is a method of One and a field of Addressed"):
        compose_models([*ADDRESSES[:2], Part("one", One)])


def test_mixed_in_field_keeps_its_kind() -> None:
    class One(Partner):
        street = fields.Integer()

    with pytest.raises(DeclarationError, match="'street' of res.partner is a char at .* and cannot become a integer"):
        compose_models([*ADDRESSES[:2], Part("one", One)])


def test_list_that_a_prototype_takes_over_needs_a_relation_of_its_own() -> None:
    class Order(Model):
        _name = "sale.order"
        lines: fields.One2many[Line] = fields.One2many("sale.line", inverse="order")

    class Line(Model):
        _name = "sale.line"
        order = fields.Many2one(Order)
        price = fields.Decimal(default=Decimal(1))

    class Quote(Order):
        _name = "sale.quote"

    with pytest.raises(DeclarationError, match="sale.quote.lines: sale.line.order is no many-to-one to sale.quote"):
        compose_models([Part("sale", Order), Part("sale", Line), Part("sale", Quote)])


def test_two_lists_share_a_link_table_only_from_both_ends() -> None:
    class Tag(Model):
        _name = "crm.tag"

    class Lead(Model):
        _name = "crm.lead"
        tags = fields.Many2many(Tag, relation="crm_lead_tag")

    class Case(Lead):
        _name = "crm.case"

    with pytest.raises(DeclarationError, match="crm.case.tags and crm.lead.tags cannot share .* 'crm_lead_tag'"):
        compose_models([Part("crm", Tag), Part("crm", Lead), Part("crm", Case)])
