"""The wire form of records: JSON values and wire names on one side, Python values and names on the other.

One `load` serves the API, forms and imports, so there is one set of messages and one set of rules; `dump`
is the way back.
"""

from core.orm.wire.dump import Dumper, dump, dumper
from core.orm.wire.load import load, load_many
from core.orm.wire.references import unknown_references
from core.orm.wire.values import plain
from core.orm.wire.way import Way, in_database, resolve

__all__ = [
    "Dumper",
    "Way",
    "dump",
    "dumper",
    "in_database",
    "load",
    "load_many",
    "plain",
    "resolve",
    "unknown_references",
]
