"""Backups: one file with the database as it was at one instant and every file of its records, and the way back."""

from core.backup.archive import Contents
from core.backup.restore import restore, verify
from core.backup.save import back_up

__all__ = ["Contents", "back_up", "restore", "verify"]
