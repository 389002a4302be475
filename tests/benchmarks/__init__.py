"""Benchmarks: what Banyan costs beside the plain library under it, measured in pairs within one run.

`python -m tests.benchmarks` prints the table of docs/performance.md. Nothing here is an assertion of the
test suite: machines differ, ratios within one run do not.
"""
