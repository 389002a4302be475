"""Addons with one mistake each, and what their authors are told."""

from __future__ import annotations

import re

import pytest

from core.addons.discover import discover
from core.addons.registry import compose
from core.errors import DeclarationError
from core.settings import Settings

from .conftest import WriteAddon

MODELS = """
from addons.crm.models import Lead as CrmLead
from core import Check, Model, fields

class Lead(CrmLead):
    rival = fields.Char("Rival")
    {}
"""
VIEWS = """
from addons.crm.models import Lead
from addons.crm.views.lead import lead_form
from core.views import Button, Extend, Menu, after, inside

{}
"""
ACCESS = """
from addons.crm.access import salesperson
from addons.crm.models import Lead
from core import Grant

{}
"""


def model(line: str) -> dict[str, str]:
    return {"models/lead.py": MODELS.format(line)}


def view(line: str) -> dict[str, str]:
    return {"views/lead.py": VIEWS.format(line)}


def access(line: str) -> dict[str, str]:
    return {"access.py": ACCESS.format(line)}


def hooks(line: str) -> dict[str, str]:
    return {"hooks.py": f"from core import hookimpl\n\n{line}\n"}


def check(settings: Settings, write_addon: WriteAddon, name: str, files: dict[str, str], message: str) -> None:
    """The addon of that name is refused with its name, and with the file, line and words of `message`.

    Modules of addons stay imported, so each mistake is an addon of a name of its own.
    """
    write_addon(name, depends=["crm"], **files)
    with pytest.raises(DeclarationError) as error:
        compose(discover(settings), [name])
    assert re.match(f"addon '{name}': [^ ]*/{name}/{message}", str(error.value)), str(error.value)
