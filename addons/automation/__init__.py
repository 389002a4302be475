"""Automation: when something happens to records, and a filter is met, do something about it."""
