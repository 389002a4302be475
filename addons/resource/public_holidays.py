"""Public holidays by country, from the library `holidays`: among others Vietnam's, with the days off for weekends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int, language: str = "", subdivision: str = "") -> Mapping[date, str]:
    """Day → name of the holidays of a year. Nothing where the library does not know the country.

    country: two letters of ISO 3166. language: the names are in it where the library has them, else in the country's
    own. subdivision: the state or province with holidays of its own, as in ISO 3166-2 without the country: "BY".
    """
    import holidays  # takes a moment to load; most processes ask for none

    if country not in holidays.list_supported_countries():
        return {}
    plain = holidays.country_holidays(country, years=())
    known = [name for name in plain.supported_languages if language and name.partition("_")[0] == language]
    found = holidays.country_holidays(
        country,
        years=year,
        subdiv=subdivision if subdivision in plain.subdivisions else None,
        language=known[0] if known else plain.default_language,  # without one it follows the machine
    )
    return dict(sorted(found.items()))


def subdivisions(country: str) -> tuple[str, ...]:
    """The states or provinces of a country that have holidays of their own."""
    import holidays

    return tuple(holidays.list_supported_countries().get(country, ()))
