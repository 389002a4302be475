"""Serving pages: gunicorn on Linux and macOS, waitress elsewhere. One process with threads, unless the settings
ask for more.

master ── binds the port, says when it is taken
  ├─ worker ── imports the application, opens the database, says when it is ready; forked before either exists,
  │            since a connection to SQLite must not cross a fork
  └─ jobs ──── a process that runs jobs and schedules, started when pages are answered, and anew when it dies
"""

from __future__ import annotations

import errno
import importlib.util
import os
import select
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core import logs
from core.errors import SetupError
from core.i18n import _
from core.jobs.crew import Crew
from core.memory import keep_loaded
from core.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 8
_BACKLOG = 128
_REFUSED = 4  # gunicorn's exit code for an application that cannot be loaded: no further worker is tried


def serve(settings: Settings, say: Callable[[str], None] | None = None, *, with_worker: bool = True) -> None:
    """Serve until interrupted. say: what prints the address once pages are answered; standard output otherwise.

    with_worker: whether a process that runs jobs and schedules belongs to it.

    Raises SetupError if the port cannot be had.
    """
    say = say or _print
    listener = listen(settings)
    crew = Crew(settings, processes=1 if with_worker else 0)
    if importlib.util.find_spec("gunicorn") is not None and sys.platform != "win32":
        _serve_gunicorn(settings, listener, say, crew)
    else:
        _serve_waitress(settings, listener, say, crew)


def listen(settings: Settings) -> socket.socket:
    """A socket bound to the host and port of the settings. Raises SetupError that says what to do."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise SetupError(_reason(error, settings)) from error
    return listener


def address(settings: Settings) -> str:
    """The address to open in a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"http://{host}:{settings.port}"


def _reason(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        return _(
            "Port {port} is taken by another program, perhaps by a Banyan that already runs. "
            "Stop that one, or set another port: BANYAN_PORT={other} banyan serve.",
            port=settings.port,
            other=settings.port + 1,
        )
    if error.errno == errno.EACCES:
        return _("Port {port} needs more rights than this user has. Choose one above 1023.", port=settings.port)
    return _(
        "{host} port {port} cannot be served: {reason}.", host=settings.host, port=settings.port, reason=error.strerror
    )


def _serve_gunicorn(settings: Settings, listener: socket.socket, say: Callable[[str], None], crew: Crew) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter
    from gunicorn.glogging import Logger

    class Log(Logger):  # type: ignore[misc]  # gunicorn is untyped
        """Says nothing more of a worker that has said itself why it cannot serve."""

        refused = False

        def error(self, text: str, *values: Any, **options: Any) -> None:
            self.refused = self.refused or _REFUSED in values
            if not self.refused:
                super().error(text, *values, **options)

    is_ready, told_ready = os.pipe()

    class Master(Arbiter):  # type: ignore[misc]  # gunicorn is untyped
        """Tends the processes that run jobs too, once it has been told that pages are answered."""

        answers = False

        def murder_workers(self) -> None:
            super().murder_workers()
            self.answers = self.answers or bool(select.select([is_ready], [], [], 0)[0])
            if self.answers:
                crew.tend()

        def stop(self, graceful: bool = True) -> None:
            crew.dismiss()
            super().stop(graceful)
            crew.stop()

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
        """gunicorn set up from Banyan's settings rather than from files and flags of its own."""

        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:  # a version before the setting came has no need of it
                    self.cfg.set(name, value)

        def load(self) -> WSGIApplication:
            return _load(settings)

        def run(self) -> None:
            Master(self).run()

    def ready(worker: Any) -> None:
        os.write(told_ready, b".")
        if worker.age == 1:  # the first one; a worker that takes over from it says nothing
            say(address(settings))

    options = {
        "bind": [f"fd://{listener.detach()}"],
        "workers": settings.processes,
        "worker_class": "gthread",
        "threads": THREADS,
        "post_worker_init": ready,
        "proc_name": "banyan",
        "loglevel": "warning",
        "logger_class": Log,
        "timeout": 120,
        "graceful_timeout": 20,
        "keepalive": 15,
        "limit_request_line": 8190,  # the most that gunicorn has: filters stand in addresses
        # Proxies are believed as the settings say, by the application; not by gunicorn's own rule.
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
    }
    master = os.getpid()
    try:
        Server().run()
    except SystemExit as end:
        if end.code == _REFUSED and os.getpid() == master:  # what the shell sees is the code of all refusals
            raise SystemExit(1) from None
        raise


def _serve_waitress(settings: Settings, listener: socket.socket, say: Callable[[str], None], crew: Crew) -> None:
    import waitress

    application = _load(settings)
    ended = threading.Event()
    tending = threading.Thread(target=_tend, args=(crew, ended))
    tending.start()
    say(address(settings))
    try:
        waitress.serve(
            application, sockets=[listener], threads=THREADS, ident=None, clear_untrusted_proxy_headers=False
        )
    finally:
        ended.set()
        tending.join()
        crew.stop()


def _tend(crew: Crew, ended: threading.Event) -> None:
    while not ended.wait(1):
        crew.tend()


def _load(settings: Settings) -> WSGIApplication:
    """The application; settings that cannot be served end the process with their text, without a traceback."""
    from core.web.dispatch import wsgi_application

    logs.configure(settings)
    try:
        application = wsgi_application(settings)
    except SetupError as error:
        sys.stderr.write(f"banyan: {error}\n")
        raise SystemExit(_REFUSED) from error
    keep_loaded()
    return application


def _print(url: str) -> None:
    sys.stdout.write(f"Banyan is ready at {url}\n")
    sys.stdout.flush()
