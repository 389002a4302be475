"""The first page of a list, whole as HTML and by the API: of 1,000,000 deals, beside the same of 10,000.

Where the rule passes one deal in a thousand, a page would not fill with 10,000 of them; so the page of the many is
beside one of the few that a rule passing one in a hundred fills.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from core.testing.databases import Databases, PostgresDatabases, SqliteDatabases
from core.testing.web import SignIn
from tests.benchmarks.many import readers, tagged_system
from tests.benchmarks.measure import Row, compare

if TYPE_CHECKING:
    from flask.testing import FlaskClient

FEW, MANY = 10_000, 1_000_000
BOUND = 2
PAGES = {"as HTML": "/records/crm.lead?menu=crm.pipeline", "by the API": "/api/v1/crm.lead"}
RULES = (
    ("no rule", "all", "all"),
    ("own deals, one in two", "own", "own"),
    ("a rule by tags, one in two", "half", "half"),
    ("a rule by tags, one in a thousand", "rare", "hundredth"),
)
"""What is measured, who asks for the many, who for the few."""
REQUESTS = 5


def measure_lists(address: str, folder: Path, engine: str, few: int = FEW, many: int = MANY) -> Iterator[Row]:
    """A row for each rule and kind of page; the floor is the same page of the few."""
    databases = _databases(address, folder, engine)
    addresses = [databases.empty() for _size in (few, many)]
    try:
        with ExitStack() as stack:
            clients = []
            for place, (size, where) in enumerate(zip((few, many), addresses, strict=True)):
                system = stack.enter_context(tagged_system(where, folder / str(place), size))
                sign_in = SignIn(system)
                clients.append({key: sign_in(who) for key, who in readers(system).items()})
            for what, of_many, of_few in RULES:
                for kind, path in PAGES.items():
                    yield compare(
                        engine,
                        f"first page {kind} of {many:,} deals, of {few:,}: {what}",
                        _asking(clients[1][of_many], path),
                        _asking(clients[0][of_few], path),
                        BOUND,
                    )
    finally:
        for where in addresses:
            databases.drop(where)


def _databases(address: str, folder: Path, engine: str) -> Databases:
    return SqliteDatabases(folder) if engine == "sqlite" else PostgresDatabases(address, "banyan_lists")


def _asking(client: FlaskClient, path: str) -> Callable[[], None]:
    def ask() -> None:
        for _request in range(REQUESTS):
            response = client.get(path)
            assert response.status_code == 200, response.text[:500]

    return ask
