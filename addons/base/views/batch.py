"""How people see the files that were printed for them in the background."""

from __future__ import annotations

from addons.base.models import PrintBatch
from core.i18n import _
from core.views import Column, Form, Group, List, Menu, Widget

batch_list = List(
    PrintBatch,
    columns=[
        PrintBatch.name,
        PrintBatch.count,
        PrintBatch.asked_at,
        Column("job.state", label=_("State"), widget="tag"),
        PrintBatch.file,
    ],
)
batch_form = Form(
    PrintBatch,
    title=PrintBatch.name,
    body=[
        Group(
            PrintBatch.file, PrintBatch.count, PrintBatch.asked_at,
            Widget("job.state", label=_("State"), widget="tag"), PrintBatch.progress, Widget("job.problem"),
            key="file",
        )
    ],
)  # fmt: skip
printed = Menu("contacts.printed", _("Printed files"), parent="contacts", model=PrintBatch, sequence=90)
