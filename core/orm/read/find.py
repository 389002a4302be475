"""Finding records by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import Invalid
from core.i18n import _
from core.orm.filter import ALL, All, Condition, Either, Filter

if TYPE_CHECKING:
    from core.orm.view import View

WORDS = 10
"""So many words are looked for; more only make the statement longer."""


def words_in(view: View, text: str) -> Filter:
    """Every word of a text stands in one of the fields that are declared for searching, whatever case and accents.

    Fields that the reader may not see are left out. Raises Invalid for a model that nothing can be found in.
    """
    info = view.info
    names = [name for name, field in info.fields.items() if field.search and view.may_see(name)]
    if not names:
        raise Invalid(_("{model} has no field that is searched.", model=info.label_plural))
    words = text.split()[:WORDS]
    if not words:
        return ALL
    return All(tuple(Either(tuple(Condition(info.name, (name,), "ilike", word) for name in names)) for word in words))
