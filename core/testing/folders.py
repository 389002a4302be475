"""Where tests keep what is gone after them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_LEAST = 4 * 1024**3
"""Bytes that must be free in memory for the data of a database server to be kept there."""


def server_folder() -> Path:
    """Where the data of the tests' PostgreSQL is best kept: in memory, where making a database takes a tenth of the
    time, if the system has a folder there."""
    try:
        if shutil.disk_usage(_MEMORY).free >= _LEAST and os.access(_MEMORY, os.W_OK):
            return _MEMORY
    except OSError:
        pass
    return Path(tempfile.gettempdir())
