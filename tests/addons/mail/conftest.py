"""A company with a sales address, a real SMTP server in a thread, and people who work there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from addons.crm.models import Lead
from addons.mail.models import Domain, Mail, Server
from core import Env, Identity
from core.addons.system import System


@dataclass
class Post:
    """What the SMTP server was handed. answers: what it says next to the end of a message, instead of taking it.

    dropping: it takes the message and goes away without an answer.
    """

    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    dropping: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        if self.dropping:
            server.transport.abort()
        return "250 accepted"

    @property
    def messages(self) -> list[EmailMessage]:
        return [BytesParser(policy=policy.default).parsebytes(raw) for _from, _to, raw in self.taken]

    @property
    def receivers(self) -> list[str]:
        return [receiver for _from, receivers, _raw in self.taken for receiver in receivers]


class AnyPort(Controller):
    """Listens at whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post_office() -> Iterator[tuple[Post, Controller]]:
    post = Post()
    controller = AnyPort(post, hostname="127.0.0.1", port=0)
    controller.start()
    yield post, controller
    controller.stop()


@pytest.fixture
def company(system: System) -> System:
    """The system with a mail domain whose mail comes here."""
    with system.unit(write=True) as unit:
        unit.system_env()[Domain].create(name="govi.example", web_address="https://banyan.govi.example")
    return system


@pytest.fixture
def smtp(company: System, post_office: tuple[Post, Controller]) -> Post:
    """What goes out of the company, at a real SMTP server."""
    post, controller = post_office
    with company.unit(write=True) as unit:
        unit.system_env()[Server].create(name="test", host="127.0.0.1", port=controller.port, security="none")
    return post


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    return make_user("lan", "crm.salesperson", email="lan@govi.example")


@pytest.fixture
def minh(make_user: Callable[..., Identity]) -> Identity:
    return make_user("minh", "crm.salesperson", email="minh@govi.example")


@pytest.fixture
def postmaster(make_user: Callable[..., Identity]) -> Identity:
    return make_user("postmaster", "mail.administrator", password="sông-nhỏ-12")


@pytest.fixture
def deal(system: System, lan: Identity) -> int:
    """A deal of Lan's."""
    with system.unit(write=True) as unit:
        return unit.env(lan)[Lead].create(name="50 chairs").id


def state_of(system: System, mail: int) -> str:
    with system.unit() as unit:
        return str(unit.system_env()[Mail].get(mail).state)


def only_mail(env: Env) -> Mail:
    (found,) = env[Mail].search()
    return found
