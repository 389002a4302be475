"""Filters in JSON: the list notation that Odoo users know, both ways.

    [["stage_id.is_won", "=", true], "|", ["city", "ilike", "Huế"], ["tag_ids", "any", [["name", "=", "VIP"]]]]

Terms stand side by side and all hold; `"|"`, `"&"` and `"!"` go before what they join. `null` (or Odoo's
`false`, where the field is no boolean) is absence. A condition on what lies behind a to-many relation asks
for a record that meets it; its negative form (`!=`, `not in`, `not ilike`) for none that meets the positive.
`[1, "=", 1]` is always met, `[0, "=", 1]` never. A date may be told from now: `["date_deadline", "<=", "today +7d"]`;
see `core.orm.relative`.
"""

from core.orm.notation.read import from_json
from core.orm.notation.write import to_json

__all__ = ["from_json", "to_json"]
