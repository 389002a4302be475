"""A document of a hundred lines with all that Banyan does for it, beside PlutoPrint alone on its finished HTML."""

from __future__ import annotations

from collections.abc import Iterator

from core import Identity
from core.addons.system import System
from core.reports import MemoryEngine, PlutoEngine, print_records, reports_of
from tests.benchmarks.company import lead_rows
from tests.benchmarks.measure import Row, compare

LINES = 100
BOUND = 3


def measure_documents(system: System, seller: Identity) -> Iterator[Row]:
    """The report of a pipeline of 100 deals, printed by the salesperson whose they are."""
    with system.unit(write=True) as unit:
        env = unit.env(seller)
        first = env["res.partner"].search(limit=1)[0].id
        ids = env["crm.lead"].create_many(lead_rows(first, LINES)).ids
    noted = MemoryEngine()

    def ours() -> None:
        with system.unit() as unit:
            env = unit.env(seller)
            print_records(reports_of(env.models).get("pipeline_report", "crm.lead", env), env["crm.lead"].browse(*ids))

    with system.unit() as unit:
        env, now = unit.env(seller), unit.now()
        report = reports_of(env.models).get("pipeline_report", "crm.lead", env)
        print_records(report, env["crm.lead"].browse(*ids), engine=noted)
    yield compare(
        system._database.dialect,
        f"a PDF of {LINES} lines",
        ours,
        lambda: PlutoEngine().pdf(noted.documents, now),
        bound=BOUND,
    )
