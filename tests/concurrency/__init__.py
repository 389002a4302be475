"""Many processes at once on one database: `python -m tests.concurrency SCENARIO ADDRESS FOLDER …` is what they run in.

Each process appends a line to a file of its own for what the database has acknowledged, so that a process that
is killed leaves behind what it knew.
"""
