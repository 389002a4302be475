"""Typed, read-only queries over models; `core.query` is the public door."""
