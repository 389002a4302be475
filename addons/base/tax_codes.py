"""Tax codes: which ones a country gives out."""

from __future__ import annotations

from stdnum.vn import mst

from core.i18n import _


def tax_code_problem(country: str, code: str) -> str:
    """Why a country cannot have given out this tax code, or an empty text.

    country: two letters of ISO 3166; codes of other countries than Vietnam are not looked at. Vietnam gives
    companies 10 digits with a check digit, their dependent units three more (0314409058-002), and takes the
    12 digits of the personal identity number of people (Circular 86/2024, since 1 July 2025).
    """
    if country != "VN" or not code:
        return ""
    digits = code.replace(" ", "").replace(".", "")
    if len(digits) == 12 and digits.isascii() and digits.isdigit():
        return ""
    if mst.is_valid(digits):
        return ""
    return _(
        "'{code}' is no Vietnamese tax code: it has 10 digits, three more for a dependent unit (0314409058-002), "
        "or is the 12 digits of a personal identity number; the tenth digit follows from those before it",
        code=code,
    )
