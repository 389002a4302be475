"""Records in groups, for pivots and charts: counted and added up in one statement, named, in the order of their kind.

read     the statement, and what came of it
tally    what the records of one or several groups come to, exactly
names    what people call the value of a group, where it stands among others, and which records it stands for
choose   which groups and figures an address asks for, and which others it could
"""

from core.web.screens.grouped.choose import Choosing, Offer, Wanted
from core.web.screens.grouped.names import Axis, axes_of
from core.web.screens.grouped.read import Groups, read_groups
from core.web.screens.grouped.tally import Amount, Tally

__all__ = ["Amount", "Axis", "Choosing", "Groups", "Offer", "Tally", "Wanted", "axes_of", "read_groups"]
