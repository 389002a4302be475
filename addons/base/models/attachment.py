"""Attachments: what is known of the files that records have."""

from __future__ import annotations

import json
from hashlib import sha256

from core import Model, Refused, constraint, fields
from core.i18n import _

SEALED = (
    "record_model",
    "record_id",
    "record_field",
    "name",
    "mimetype",
    "size",
    "hash",
    "report",
    "kept_at",
    "is_final",
)


class Attachment(Model):
    """A file of a record. No role is granted it: who may read the record and the field may read the file.

    record_model, record_id, record_field: what it belongs to. hash: of its bytes, by which the folder of files has
    it; files that hold the same are kept once. report, kept_at: of a document that was kept as it was printed or sent,
    which report that was and when; is_final: whether printing the document again gives this file. Nothing of a document
    that is kept can be changed: seal is the hash of all that is known of it.
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
    report = fields.Char(_("Document"), size=128, readonly=True)
    kept_at = fields.DateTime(_("Kept at"), readonly=True)
    is_final = fields.Boolean(_("Final"), readonly=True)
    seal = fields.Char(_("Seal"), size=64, readonly=True, roles=None)

    @constraint(name, record_model, record_id, record_field, mimetype, size, hash, report, kept_at, is_final, seal)
    def _kept_documents_stay(self) -> None:
        known = [getattr(self, name) for name in SEALED]
        seal = sha256(json.dumps(known, default=str).encode()).hexdigest()
        if not self.seal and self.report:
            self.seal = seal
        elif self.seal and self.seal != seal:
            raise Refused(_("{file} was kept as it was sent, and cannot change.", file=self.name))
