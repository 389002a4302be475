"""What documents with lines mix in, so that their amounts come from the one computation.

    class Order(TaxedDocument):                              class OrderLine(TaxedLine):
        _name = "sale.order"                                     _name = "sale.order.line"
        dated_on = fields.Date(…, wire="date_order")             document = fields.Many2one(Order, …, wire="order_id")
        lines = fields.One2many("sale.order.line",
                                inverse="document", wire="order_line")

A line keeps what it comes to, tax by tax, as it was found on the document's day (`tax_details`); its amounts, and those
of the document, are sums of that. So lists, forms, documents on paper, the API and the books have one figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.base.models import Company, Currency, CurrencyRate, home_company, home_currency
from addons.tax.computation import GroupAmounts, Line, compute, grouped
from addons.tax.models import Tax, TaxGroup, TaxRate
from addons.tax.operations.resolve import Resolver
from core import Invalid, Model, Records, computed, constraint, fields
from core.i18n import _

LOOKUPS = (Tax, TaxRate, TaxGroup, Company, Currency, CurrencyRate)
"""What is looked up on the document's day: later changes of these reach a document when it is changed next."""


class TaxedDocument(Model):
    """A document with lines. Its model declares `lines`, of a model that mixes in `TaxedLine`.

    dated_on: the day whose rates count. Amounts are in `currency`, in its decimals.
    """

    company = fields.Many2one(Company, _("Company"), required=True, default=home_company, on_delete="refuse")
    currency = fields.Many2one(Currency, _("Currency"), required=True, default=home_currency, on_delete="refuse")
    dated_on = fields.Date(_("Date"), required=True, default=lambda env: env.today())
    if TYPE_CHECKING:
        lines: Any

    @computed("lines.price_subtotal", store=True, into=fields.Monetary(_("Untaxed amount")))
    def amount_untaxed(self) -> Decimal:
        return sum((line.price_subtotal for line in self.lines), Decimal(0))

    @computed("lines.price_tax", store=True, into=fields.Monetary(_("Taxes")))
    def amount_tax(self) -> Decimal:
        return sum((line.price_tax for line in self.lines), Decimal(0))

    @computed(amount_untaxed, amount_tax, store=True, into=fields.Monetary(_("Total")))
    def amount_total(self) -> Decimal:
        return self.amount_untaxed + self.amount_tax

    @computed("lines.tax_details", into=fields.Json(_("Taxes by rate")))
    def tax_totals(self) -> list[dict[str, Any]]:
        """What the taxes of each rate come to, in the order in which they first occur."""
        return [
            {
                "group": one.group,
                "kind": one.kind,
                "rate": f"{one.rate:f}",
                "base": f"{one.base:f}",
                "amount": f"{one.amount:f}",
            }
            for one in tax_groups(self)
        ]


class TaxedLine(Model):
    """A line of a document. Its model declares `document`, a required many-to-one to it.

    price_unit: for one of what the quantity counts, as people write it: with the taxes that are in the price. discount:
    in per cent of it.
    """

    quantity = fields.Decimal(_("Quantity"), digits="quantity", default=1)
    price_unit = fields.Decimal(_("Unit price"), digits="price")
    discount = fields.Decimal(_("Discount"), digits=2, unit="%", within=(None, 100))
    taxes = fields.Many2many(Tax, _("Taxes"), wire="tax_ids", on_delete="refuse")
    if TYPE_CHECKING:
        document: Any

    @computed("document.currency", store=True, into=fields.Many2one(Currency, _("Currency")))
    def currency(self) -> Currency:
        found: Currency = self.document.currency
        return found

    @computed(
        "document.company", "document.currency", "document.dated_on",
        "document.lines.quantity", "document.lines.price_unit", "document.lines.discount", "document.lines.taxes",
        store=True, batch=True, lookups=LOOKUPS, into=fields.Json(_("Taxes in detail")),
    )  # fmt: skip
    @staticmethod
    def tax_details(lines: Records[Any]) -> Mapping[int, Any]:
        """What the line comes to without taxes, and each tax of it with its base."""
        waiting: dict[Any, list[Any]] = {}
        for line in lines:
            waiting.setdefault(line.document, []).append(line)
        found: dict[int, Any] = {}
        for document, members in waiting.items():
            # A line that is being made is not among those of its document yet.
            found.update(_details(document, [*{line.id: line for line in (*document.lines, *members)}.values()]))
        return found

    @computed("tax_details", store=True, into=fields.Monetary(_("Amount")))
    def price_subtotal(self) -> Decimal:
        """Without taxes, after the discount."""
        return Decimal(self.tax_details["untaxed"])

    @computed("tax_details", store=True, into=fields.Monetary(_("Tax")))
    def price_tax(self) -> Decimal:
        return sum((Decimal(item["amount"]) for item in self.tax_details["taxes"]), Decimal(0))

    @computed("price_subtotal", "price_tax", store=True, into=fields.Monetary(_("Amount with taxes")))
    def price_total(self) -> Decimal:
        return self.price_subtotal + self.price_tax

    @constraint("taxes.company", "document.company")
    def _taxes_are_the_company_s(self) -> None:
        if any(tax.company is not None and tax.company != self.document.company for tax in self.taxes):
            raise Invalid(fields={"taxes": [_("belong to another company than the document")]})


def _details(document: Any, lines: list[Any]) -> dict[int, Any]:
    """Line → what it comes to, as its `tax_details` keep it."""
    resolver = Resolver(document.dated_on, document.currency, document.company)
    given = [Line(line.quantity, line.price_unit, line.discount, resolver.resolve(line.taxes)) for line in lines]
    by_line = document.company is not None and document.company.tax_rounding == "round_per_line"
    result = compute(given, digits=document.currency.decimal_places, rounding="line" if by_line else "document")
    return {
        line.id: {
            "untaxed": f"{amounts.untaxed:f}",
            "taxes": [
                {
                    "tax": item.tax.id,
                    "group": item.tax.group,
                    "kind": item.tax.kind,
                    "rate": f"{item.tax.rate:f}",
                    "base": f"{item.base:f}",
                    "amount": f"{item.amount:f}",
                }
                for item in amounts.taxes
            ],
        }
        for line, amounts in zip(lines, result.lines, strict=True)
    }


def tax_groups(document: Any) -> tuple[GroupAmounts, ...]:
    """The taxes of a document by group and rate, as its lines keep them: for what is printed and booked."""
    return grouped(
        ((item["group"], item["kind"], Decimal(item["rate"])), Decimal(item["base"]), Decimal(item["amount"]))
        for line in document.lines
        for item in line.tax_details["taxes"]
    )
