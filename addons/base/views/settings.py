"""How administrators see companies, currencies and countries."""

from __future__ import annotations

from addons.base.models import Company, Country, Currency, CurrencyRate, DocumentLayout, Sequence
from core.i18n import _
from core.views import Facet, Form, Group, List, Search, Tab, Tabs, Widget

company_list = List(
    Company,
    columns=[Company.name, Company.parent, Company.currency, Company.country, Company.city, Company.tax_code],
)
company_form = Form(
    Company,
    title=Company.name,
    body=[
        Group(
            Company.parent, Company.tax_code,
            Widget(Company.email, widget="email"),
            Widget(Company.phone, widget="phone"),
            Widget(Company.website, widget="link"),
            key="company",
        ),
        Group(
            Company.street, Company.city, Company.state, Company.postcode, Company.country,
            key="address", label=_("Address"),
        ),
        Group(Company.logo, Company.colour, key="documents", label=_("How it looks")),
        Group(Company.currency, Company.language, Company.time_zone, key="defaults", label=_("New records start with")),
    ],
)  # fmt: skip

layout_list = List(
    DocumentLayout, columns=[DocumentLayout.company, DocumentLayout.paper, DocumentLayout.font, DocumentLayout.colour]
)
layout_form = Form(
    DocumentLayout,
    body=[
        Group(DocumentLayout.company, DocumentLayout.paper, DocumentLayout.font, key="paper"),
        Group(DocumentLayout.side, DocumentLayout.colour, DocumentLayout.accent, key="look", label=_("Look")),
        Group(
            DocumentLayout.header, DocumentLayout.footer,
            key="texts", label=_("Texts"),
        ),
    ],
)  # fmt: skip

currency_list = List(
    Currency,
    columns=[
        Currency.name,
        Currency.full_name,
        Currency.symbol,
        Currency.position,
        Currency.decimal_places,
        Currency.active,
    ],
)
currency_form = Form(
    Currency,
    title=Currency.name,
    body=[
        Group(
            Currency.full_name,
            Currency.symbol,
            Currency.position,
            Currency.decimal_places,
            Currency.active,
            key="currency",
        ),
        Tabs(
            Tab(
                _("Exchange rates"),
                Widget(Currency.rates, columns=["valid_from", "amount", "worth", "worth_in", "company", "source"]),
                key="rates",
            ),
            key="tabs",
        ),
    ],
)
currency_search = Search(
    Currency,
    fields=[Currency.name, Currency.full_name],
    facets=[Facet("archived", _("Not active"), Currency.active == False)],
)

rate_list = List(
    CurrencyRate,
    columns=[
        CurrencyRate.valid_from,
        CurrencyRate.amount,
        CurrencyRate.currency,
        CurrencyRate.worth,
        CurrencyRate.worth_in,
        CurrencyRate.company,
        CurrencyRate.source,
    ],
)
rate_form = Form(
    CurrencyRate,
    body=[
        Group(
            CurrencyRate.valid_from,
            CurrencyRate.amount, CurrencyRate.currency, CurrencyRate.worth, CurrencyRate.worth_in,
            key="rate",
        ),
        Group(CurrencyRate.company, CurrencyRate.source, key="whose"),
    ],
)  # fmt: skip
rate_search = Search(CurrencyRate, fields=[CurrencyRate.currency, CurrencyRate.source])

country_list = List(Country, columns=[Country.name, Country.code, Country.currency, Country.phone_code])
country_form = Form(
    Country, title=Country.name, body=[Group(Country.code, Country.currency, Country.phone_code, key="country")]
)
country_search = Search(Country, fields=[Country.name, Country.code])

sequence_list = List(
    Sequence,
    columns=[Sequence.code, Sequence.name, Sequence.company, Sequence.prefix, Sequence.period, Sequence.is_gapless],
)
sequence_form = Form(
    Sequence,
    title=Sequence.name,
    body=[
        Group(Sequence.code, Sequence.company, Sequence.is_gapless, key="sequence"),
        Group(Sequence.prefix, Sequence.padding, Sequence.suffix, key="text", label=_("How numbers read")),
        Group(Sequence.period, Sequence.first, Sequence.step, key="counting", label=_("How it counts")),
    ],
)
sequence_search = Search(
    Sequence,
    fields=[Sequence.name, Sequence.code],
    facets=[Facet("gapless", _("Without gaps"), Sequence.is_gapless == True)],
)
