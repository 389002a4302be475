"""Stubs: what a type checker needs to see models as the enabled addons compose them.

    addons.crm.models.lead.Lead       name, partner …           the source, which sees what crm declares
    addons.sales.models.lead.Lead     orders: One2many[Order]   extends it; crm knows nothing of it
             └── stub of addons.crm.models.lead: Lead with name, partner … and orders

Only modules whose classes are extended get a stub, and the packages above them; a checker reads all others
as they are. A stub stands for the whole module, so it is made of its source: imports, constants, classes
and functions without their bodies. What other parts add comes from the composed models, at the class that
declares the model first: the classes that extend it inherit from it for the checker too.
"""

from core.stubs.compose import stub_files
from core.stubs.folder import Written, write_stubs

__all__ = ["Written", "stub_files", "write_stubs"]
