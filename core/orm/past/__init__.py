"""The past: what records were at a moment, rebuilt backwards from the present by the rows of the history.

env[Lead].as_of(moment)     PastCollection: get and browse
record.as_of(moment)        the record as it was, of the same class: its relations lead to the past too
"""

from core.orm.past.env import PastCollection, PastEnv, as_of

__all__ = ["PastCollection", "PastEnv", "as_of"]
