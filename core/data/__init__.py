"""Data in from files: imports with a mapping, and the records that addons ship.

mapping_file ──► mapping        what a person wrote, checked by itself
csvfile ──► bind                the mapping against the files and the enabled models
identity, values, lookup ──► check ──► plan + report
write                           the plan into the database, in the caller's transaction
importer                        all of it, in one transaction
batches                         all of it, as a job in many short ones
records                         the CSV files that addons ship, by the same plan
external                        names that records have in all databases
"""

from core.data.batches import import_in_batches
from core.data.external import External
from core.data.importer import run_import
from core.data.mapping_file import parse_mapping, read_mapping
from core.data.report import Count, Finding, Report

__all__ = ["Count", "External", "Finding", "Report", "import_in_batches", "parse_mapping", "read_mapping", "run_import"]
