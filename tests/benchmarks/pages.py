"""A page of a list over HTTP, beside a bare Flask route that runs the same statements and answers the same."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, Response
from werkzeug.serving import make_server

from core import Identity
from core.addons.system import System
from core.orm.guard import STAMP
from core.web.app import create_app
from tests.benchmarks.measure import Row, compare

MANY = 100_000
REQUESTS = 20
PAGE = "/api/v1/crm.lead?" + urlencode(
    {
        "filter": json.dumps([["partner_id.city", "=", "Huế"]]),
        "fields": "name,partner_id,stage_id,expected_revenue,probability",
        "limit": "80",
    }
)


def measure_pages(system: System, seller: Identity, key: str) -> Iterator[Row]:
    """One page of 80 out of 100,000, with a filter across a relation, for a user who sees their own deals."""
    _multiply(system, MANY)
    seen: list[tuple[str, Any]] = []
    with _served(create_app(system)) as ours, _recorded(system, seen):
        answer = _get(ours, PAGE, key)
    statements = list(seen)
    assert len(json.loads(answer)["records"]) == 80, answer[:300]
    bare = _bare(system, statements)
    with _served(create_app(system)) as ours, _served(bare) as floor:
        row = compare(
            system._database.dialect,
            f"a page of 80 out of 100,000 over HTTP, {len(statements)} statements",
            lambda: [_get(ours, PAGE, key) for _request in range(REQUESTS)],
            lambda: [_get(floor, "/", key) for _request in range(REQUESTS)],
            bound=3,
        )
    yield Row(row.engine, row.subject, row.seconds / REQUESTS, row.floor / REQUESTS, row.ratio, row.bound)


def _multiply(system: System, wanted: int) -> None:
    """Copy the deals that there are in the database itself, until there are so many."""
    table = system.registry.models["crm.lead"].table
    columns = [column for column in table.c if column.key != "id"]
    with system._database.migrating() as migration:
        connection = migration.connection
        while True:
            there = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            if there >= wanted:
                break
            some = sa.select(*columns).order_by(table.c.id).limit(min(there, wanted - there))
            connection.execute(sa.insert(table).from_select(columns, some))
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))


@contextmanager
def _recorded(system: System, seen: list[tuple[str, Any]]) -> Iterator[None]:
    """Note every statement, with its parameters as the driver gets them."""

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        seen.append((statement, parameters))

    engine = system._database._engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def _bare(system: System, statements: list[tuple[str, Any]]) -> Flask:
    """A Flask application with one route, which runs the same statements and answers rows and count as JSON."""
    app = Flask("floor")
    engine = system._database._engine

    @app.get("/")
    def page() -> Response:
        with engine.connect().execution_options(**STAMP) as connection:
            answers = [connection.exec_driver_sql(text, given).all() for text, given in statements]
        records = [dict(row._mapping) for row in answers[-2]]
        body = json.dumps({"records": records, "count": answers[-1][0][0]}, default=str)
        return Response(body, mimetype="application/json")

    return app


@contextmanager
def _served(app: Any) -> Iterator[HTTPConnection]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request would be measured too
    server = make_server("127.0.0.1", 0, app, threaded=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield HTTPConnection("127.0.0.1", server.server_port)
    finally:
        server.shutdown()
        thread.join()


def _get(connection: HTTPConnection, path: str, key: str) -> bytes:
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, body[:500]
    return body
