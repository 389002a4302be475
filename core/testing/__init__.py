"""Pytest fixtures and helpers for people who write addons."""
