"""The taxes of a document in words, by rate: what stands below its lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.tax.computation import GroupAmounts
from addons.tax.documents import tax_groups
from addons.tax.models import TaxGroup
from core.i18n import _, translate


@dataclass(frozen=True)
class TaxOfRate:
    """A line of the summary. label: in the language of the document's reader, such as "VAT 8%"."""

    label: str
    base: Decimal
    amount: Decimal


def tax_summary(document: Any) -> list[TaxOfRate]:
    """What the taxes of each rate come to, in the order of the groups, and by rate.

    For a letter in another language, ask a document of that environment.
    """
    env = document.env
    # Who may see a document may see what its taxes are called.
    names = {group.id: group.name for group in env.sudo("names of taxes")[TaxGroup].search()}
    place = {identity: number for number, identity in enumerate(names)}
    found = sorted(tax_groups(document), key=lambda one: (place[one.group], one.kind == "none", one.rate))
    return [TaxOfRate(translate(_label(names[one.group], one), env.language), one.base, one.amount) for one in found]


def _label(name: str, amounts: GroupAmounts) -> str:
    if amounts.kind == "none":
        return _("{tax}: not subject", tax=name)
    if amounts.kind == "percent":
        return _("{tax} {rate}%", tax=name, rate=f"{amounts.rate.normalize():f}")
    return name
