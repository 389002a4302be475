"""Files that were printed in the background."""

from __future__ import annotations

from addons.base.models.job import Job
from addons.base.models.user import User
from core import Model, computed, fields
from core.i18n import _
from core.jobs.seen import progress_of

LARGEST = 500 * 1024 * 1024
"""Bytes of such a file."""


class PrintBatch(Model):
    """Many documents, or a long spreadsheet, for whoever asked for them; the file is there when its job is done.

    name: what was printed. count: of how many records. Only elevated code makes one (`core.reports.jobs`).
    """

    _name = "report.batch"
    _label = _("Printed file")
    _label_plural = _("Printed files")
    _order = ("-id",)
    _history = False

    name = fields.Char(_("Name"), required=True, readonly=True, search=True)
    count = fields.Integer(_("Records"), readonly=True)
    user = fields.Many2one(User, _("Asked by"), readonly=True, on_delete="delete", index=True)
    asked_at = fields.DateTime(_("Asked at"), readonly=True)
    job = fields.Many2one(Job, _("Job"), readonly=True, on_delete="clear")
    file = fields.Binary(_("File"), max_size=LARGEST, readonly=True)

    @computed(job, into=fields.Char(_("Progress")))
    def progress(self) -> str:
        return "" if self.job is None else progress_of(self.env, self.job.id)
