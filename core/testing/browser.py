"""Pages in a real browser: Chromium from the system, driven by Playwright, against a server in this process."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from core.web.dispatch import Dispatcher

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

    from core.addons.system import System

BROWSER_VARIABLE = "BANYAN_TEST_BROWSER"
"""Path of a Chromium to use instead of the first on PATH."""

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """This machine has no browser for the tests; the text says what would give it one."""


@dataclass
class Visit:
    """A browser's page on a running server. problems: errors of scripts and policies, requests to other hosts."""

    page: Page
    address: str
    problems: list[str] = field(default_factory=list)

    def log_in(self, login: str, password: str) -> None:
        """Log in as a person does."""
        self.page.goto(f"{self.address}/log-in")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/log-in" not in url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.problems.append(f"asked another host: {request.url}")


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser. Raises NoBrowser where there is none."""
    path = os.environ.get(BROWSER_VARIABLE) or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise NoBrowser(f"install chromium, or set {BROWSER_VARIABLE} to the path of one")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser("install playwright") from None
    # Chromium refuses to run as root with its sandbox; what it opens here is our own pages.
    as_root = sys.platform != "win32" and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*_QUIET, *(["--no-sandbox"] if as_root else [])]
        )
        yield browser
        browser.close()


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def served(system: System) -> Iterator[str]:
    """The address of a server for the system, on a free port of this machine."""
    server = make_server("127.0.0.1", 0, Dispatcher(system), threaded=True, request_handler=_Silent)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def visiting(browser: Browser, address: str, *, scripts: bool = True, width: int = 1280) -> Iterator[Visit]:
    """A fresh page, as one that nobody has opened before. scripts: whether the browser runs them."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    visit = Visit(page, address)
    page.on("console", visit._note_console)
    page.on("request", visit._note_request)
    page.on("pageerror", lambda error: visit.problems.append(str(error)))
    try:
        yield visit
    finally:
        context.close()
