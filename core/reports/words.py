"""Amounts of money in words, as they stand on invoices, receipts and vouchers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from core.reports.vietnamese import read_number


class CurrencyLike(Protocol):
    """What words ask of a currency: the record of res.currency, or anything alike."""

    @property
    def name(self) -> str: ...
    @property
    def decimal_places(self) -> int: ...


_UNITS: dict[str, dict[str, tuple[str, ...]]] = {
    "vi": {"VND": ("đồng",), "USD": ("đô la Mỹ",), "EUR": ("euro",), "GBP": ("bảng Anh",), "JPY": ("yên Nhật",)},
    "en": {
        "VND": ("dong",), "USD": ("US dollar", "US dollars"), "EUR": ("euro", "euros"),
        "GBP": ("pound sterling", "pounds sterling"), "JPY": ("yen",),
    },
}  # fmt: skip
"""Language → ISO 4217 → what one and many are said in, where Babel's name of the currency is not what people say."""
_PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "vi": {"USD": ("xu",), "EUR": ("xu",), "GBP": ("xu",)},
    "en": {"USD": ("cent", "cents"), "EUR": ("cent", "cents"), "GBP": ("penny", "pence")},
}
"""Hundredths of a currency; others are said as a fraction."""


def amount_in_words(amount: Decimal | int, currency: CurrencyLike, language: str = "vi") -> str:
    """`amount` in words with its currency, the first letter capital; rounded half up to the currency's decimals.

    45310200 VND is "Bốn mươi lăm triệu ba trăm mười nghìn hai trăm đồng", 12.5 USD in English "Twelve US dollars and
    fifty cents". language: "vi"; anything else is said in English.
    """
    language = "vi" if language == "vi" else "en"
    places = currency.decimal_places
    exact = Decimal(amount).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole = int(abs(exact))
    rest = int(abs(exact).scaleb(places) - Decimal(whole).scaleb(places))
    said = f"{_number(whole, language)} {_unit(currency.name, whole, language)}"
    if rest:
        parts = _PARTS[language].get(currency.name) if places == 2 else None
        part = _of(parts, rest) if parts else ""
        joined = "và" if language == "vi" else "and"
        said += f" {joined} {_number(rest, language)} {part}" if part else f" {joined} {rest:0{places}}/{10**places}"
    if exact < 0:
        said = f"{'âm' if language == 'vi' else 'minus'} {said}"
    return said[:1].upper() + said[1:]


def _number(number: int, language: str) -> str:
    if language == "vi":
        return read_number(number)
    from num2words import num2words  # loads all its languages

    return str(num2words(number, lang="en"))


def _unit(code: str, count: int, language: str) -> str:
    known = _UNITS[language].get(code)
    if known is not None:
        return _of(known, count)
    from babel.numbers import get_currency_name

    found = get_currency_name(code, count=count, locale=language)
    # In Vietnamese the first word is a kind of money, in English it may be a country.
    return found[:1].lower() + found[1:] if language == "vi" and found[1:2].islower() else found


def _of(forms: tuple[str, ...], count: int) -> str:
    return forms[0] if count == 1 else forms[-1]
