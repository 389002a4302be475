"""A bare Flask application that imports the libraries of Banyan's server: `python -m tests.benchmarks.bare PORT`."""

from __future__ import annotations

import sys

import argon2  # noqa: F401 - imported to be measured
import babel.dates
import babel.numbers  # noqa: F401 - imported to be measured
import flask_wtf.csrf  # noqa: F401 - imported to be measured
import marshmallow  # noqa: F401 - imported to be measured
import pluggy  # noqa: F401 - imported to be measured
import sqlalchemy  # noqa: F401 - imported to be measured
from flask import Flask, render_template_string
from gunicorn.app.base import BaseApplication


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """The same server that Banyan runs on, with one page."""

    def load_config(self) -> None:
        """Bind the port and run threads, as Banyan does."""
        self.cfg.set("bind", f"127.0.0.1:{sys.argv[1]}")
        self.cfg.set("workers", 1)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 8)
        self.cfg.set("loglevel", "warning")

    def load(self) -> Flask:
        """The application."""
        app = Flask("bare")

        @app.get("/log-in")
        def page() -> str:
            return render_template_string("<h1>{{ title }}</h1>", title="Log in")

        return app


if __name__ == "__main__":
    Server().run()
