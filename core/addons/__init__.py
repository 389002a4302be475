"""Addons: found, ordered, imported, composed, and brought into a database.

discover ──► resolve ──► load ──► registry ──► schema, ledger ──► lifecycle ──► system
(folders,    (order)     (import) (compose     (what the          (one          (what
manifests)                        and check)   database has)      transaction)  serves)
"""
