"""The JSON interface at `/api/v1`: every model, read and written with the access of whoever asks; see docs/api.md."""

from core.api.blueprint import api_blueprint

__all__ = ["api_blueprint"]
