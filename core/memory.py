"""Memory of processes that live long."""

from __future__ import annotations

import gc


def keep_loaded() -> None:
    """Keep all that has been loaded as long as the process lives. To be called once, when it is ready to serve.

    The search for garbage stops all threads of a process. It would take longer the more of Python, SQLAlchemy and the
    models it had to look through: a tenth of a second and more, in the middle of a save for which others wait.
    """
    gc.collect()
    gc.freeze()
