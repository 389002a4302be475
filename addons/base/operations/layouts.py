"""The layout of a company's documents, from what is kept of the company and of its layout."""

from __future__ import annotations

from addons.base.models import Company, DocumentLayout
from core import Env
from core.reports import Layout


def layout_of_company(env: Env, company: int | None) -> Layout | None:
    """The layout; where the record belongs to no company, that of the first one. env: elevated."""
    found = env[Company].browse(company) if company is not None else env[Company].search(order=("id",), limit=1)
    if not found:
        return None
    ours = found[0]
    kept = env[DocumentLayout].search(DocumentLayout.company.is_(ours), limit=1)
    look = kept[0] if kept else None
    place = ", ".join(text for text in dict.fromkeys((ours.city, ours.state, ours.postcode)) if text)
    lines = (ours.street, place, ours.country.name if ours.country else "")
    return Layout(
        name=ours.name,
        address=tuple(line for line in lines if line),
        contact=tuple(line for line in (ours.phone, ours.email, ours.website) if line),
        tax_code=ours.tax_code,
        logo=ours.logo.read() if ours.logo else None,
        language=ours.language or "en",
        **({} if look is None else _look(look)),
    )


def _look(look: DocumentLayout) -> dict[str, str]:
    names = ("paper", "font", "colour", "accent", "side", "header", "footer")
    return {name: getattr(look, name) or "" for name in names}
