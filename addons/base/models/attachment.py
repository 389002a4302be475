"""Attachments: what is known of the files that records have."""

from __future__ import annotations

from core import Model, fields
from core.i18n import _


class Attachment(Model):
    """A file of a record. No role is granted it: who may read the record and the field may read the file.

    record_model, record_id, record_field: what it belongs to. hash: of its bytes, by which the folder of files has
    it; files that hold the same are kept once.
    """

    _name = "ir.attachment"
    _label = _("File")
    _label_plural = _("Files")
    _order = ("name", "id")
    _history = False

    name = fields.Char(_("Name"), required=True, readonly=True)
    record_model = fields.Char(_("Model"), size=64, readonly=True, wire="model")
    record_id = fields.Integer(_("Record"), readonly=True, index=True)
    record_field = fields.Char(_("Field"), size=64, readonly=True, wire="field")
    mimetype = fields.Char(_("Type"), size=100, readonly=True)
    size = fields.Integer(_("Size in bytes"), readonly=True)
    hash = fields.Char(_("SHA-256"), size=64, readonly=True, index=True)
