"""The server as a process: what it says, what it answers, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from core.addons.lifecycle import enable, initialise
from core.errors import SetupError
from core.settings import Settings
from core.web.dispatch import Dispatcher, behind_proxies
from core.web.serve import address, listen

pytestmark = [
    pytest.mark.engine("sqlite"),
    pytest.mark.skipif(sys.platform == "win32", reason="the server of these platforms is gunicorn"),
]
SERVE = "from core.cli import main; main()"
SECONDS = 60

MANIFEST = """
name = "margin"
version = "1.0.0"
label = "Margin"
summary = "What a deal leaves."
depends = ["crm"]
"""
MODEL = """
from __future__ import annotations

from addons.crm.models import Lead as CrmLead
from core import fields


class Lead(CrmLead):
    \"\"\"A deal with its margin.\"\"\"

    margin = fields.Monetary("Margin", currency="currency")
"""
VIEWS = """
from addons.crm.views.lead import lead_list
from addons.margin.models.lead import Lead
from core.views import Extend, after

views = [Extend(lead_list, after(Lead.name, Lead.FIELD))]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An initialised installation with CRM."""
    made = Settings(data_dir=tmp_path / "data", port=free_port(), addons_path=(tmp_path / "more",))
    (tmp_path / "more").mkdir()
    initialise(made, ["base", "crm"])
    return made


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `banyan serve` for the installation."""
    started: list[subprocess.Popen[str]] = []
    environment = os.environ | {
        "BANYAN_DATA_DIR": str(settings.data_dir),
        "BANYAN_PORT": str(settings.port),
        "BANYAN_ADDONS_PATH": str(settings.addons_path[0]),
    }
    environment.pop("BANYAN_DATABASE_URL", None)

    def run(*options: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", SERVE, "serve", *options],
                env=environment,
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=SECONDS)


def test_server_says_its_address_when_it_answers_and_ends_when_told(
    start: Callable[[], subprocess.Popen[str]], settings: Settings
) -> None:
    server = start()
    assert server.stdout is not None
    assert server.stdout.readline() == f"Banyan is ready at http://127.0.0.1:{settings.port}\n"
    with urlopen(f"{address(settings)}/log-in", timeout=SECONDS) as answer:
        assert "Log in to Banyan" in answer.read().decode()
    second = start()
    _said, told = second.communicate(timeout=SECONDS)
    assert second.returncode == 1
    assert f"Port {settings.port} is taken by another program" in told
    assert f"BANYAN_PORT={settings.port + 1} banyan serve" in told
    server.send_signal(signal.SIGTERM)
    _said, told = server.communicate(timeout=SECONDS)
    assert (server.returncode, told) == (0, "")


def _children(pid: int) -> dict[int, str]:
    """The processes that a process has started, and their command lines."""
    told = subprocess.run(["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in told.splitlines()[1:]]
    return {int(child): command for child, parent, command in rows if parent == str(pid)}


def _workers(pid: int) -> list[int]:
    return [child for child, command in _children(pid).items() if "worker --beside-parent" in command]


def _soon(found: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_worker_runs_beside_the_server_is_started_anew_and_ends_with_it(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    server = start()
    _soon(lambda: _workers(server.pid))
    [worker] = _workers(server.pid)
    os.kill(worker, signal.SIGKILL)
    _soon(lambda: _workers(server.pid) not in ([], [worker]))
    [worker] = _workers(server.pid)
    server.kill()
    _soon(lambda: not _is_alive(worker))


def _is_alive(pid: int) -> bool:
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return told.strip()[:1] not in ("", "Z")


def test_server_leaves_the_worker_out_where_it_is_told_to(start: Callable[..., subprocess.Popen[str]]) -> None:
    server = start("--no-worker")
    assert server.stdout is not None
    server.stdout.readline()
    _soon(lambda: _children(server.pid))
    assert _workers(server.pid) == []


def test_empty_database_is_told_in_one_line(start: Callable[[], subprocess.Popen[str]], settings: Settings) -> None:
    (settings.data_dir / "banyan.db").unlink()
    server = start()
    said, told = server.communicate(timeout=SECONDS)
    assert server.returncode == 1
    assert (said, told) == ("", "banyan: The database is empty. `banyan init` makes it ready.\n")


def test_addon_that_does_not_compose_any_more_is_told_on_every_page(
    start: Callable[[], subprocess.Popen[str]], settings: Settings
) -> None:
    margin = settings.addons_path[0] / "margin"
    for folder, name, text in (("", "manifest.toml", MANIFEST), ("models", "lead.py", MODEL)):
        (margin / folder).mkdir(parents=True, exist_ok=True)
        (margin / folder / name).write_text(text)
    (margin / "__init__.py").touch()
    (margin / "models" / "__init__.py").touch()
    enable(settings, ["margin"])
    (margin / "views").mkdir()
    (margin / "views" / "__init__.py").touch()
    (margin / "views" / "lead.py").write_text(VIEWS.replace("FIELD", "marginn"))
    server = start()
    assert server.stdout is not None
    assert "ready at" in server.stdout.readline()
    for path in ("/", "/log-in", "/api/v1/crm.lead"):
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{address(settings)}{path}", timeout=SECONDS)
        page = refused.value.read().decode().replace("&#39;", "'")
        assert refused.value.code == 503
        for part in ("marginn", "margin/views/lead.py:6", "nearest: 'margin'", "start the server again"):
            assert part in page


def test_port_that_needs_more_rights_or_is_not_ours_is_explained() -> None:
    with pytest.raises(SetupError, match=r"203\.0\.113\.9 port \d+ cannot be served"):
        listen(Settings(host="203.0.113.9", port=free_port()))


def test_address_is_one_that_a_browser_on_this_machine_opens() -> None:
    assert address(Settings(host="0.0.0.0", port=8069)) == "http://127.0.0.1:8069"
    assert address(Settings(host="::", port=8069)) == "http://[::1]:8069"
    assert address(Settings(host="crm.example", port=80)) == "http://crm.example:80"


def test_proxies_are_believed_only_as_far_as_the_settings_say() -> None:
    from flask import Flask, request
    from werkzeug.test import Client

    app = Flask("proxied")

    @app.get("/")
    def seen() -> str:
        return f"{request.scheme} {request.remote_addr} {request.host}"

    claims = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "crm.example"}
    socket_says = {"REMOTE_ADDR": "10.0.0.5"}

    def told(settings: Settings) -> str:
        return Client(behind_proxies(app, settings)).get("/", headers=claims, environ_overrides=socket_says).text

    assert told(Settings()) == "http 10.0.0.5 localhost"
    assert told(Settings(proxies=1)) == "https 198.51.100.7 crm.example"


def test_changed_set_of_addons_gets_an_application_of_its_own(settings: Settings) -> None:
    from core.addons.system import System

    system = System.open(settings)
    dispatcher = Dispatcher(system)
    first = dispatcher.application()
    assert dispatcher.application() is first
    parcels = settings.addons_path[0] / "parcels"
    parcels.mkdir()
    (parcels / "__init__.py").touch()
    (parcels / "manifest.toml").write_text(
        'name = "parcels"\nversion = "1.0.0"\nlabel = "Parcels"\nsummary = "Parcels."\ndepends = ["base"]\n'
    )
    system.follow(["parcels"])
    second = dispatcher.application()
    assert second is not first
    system.close()
