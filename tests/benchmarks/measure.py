"""Timing two ways of doing the same thing in turn, and what comes out."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. seconds: ours, median, or another figure with its unit. bound: what the ratio must not
    pass."""

    engine: str
    subject: str
    seconds: float
    floor: float
    ratio: float
    bound: float | None
    unit: str = "s"

    def __str__(self) -> str:
        digits = 3 if self.unit == "s" else 0
        floor = f"{self.floor:.{digits}f} {self.unit}" if self.floor else ""
        ratio = f"{self.ratio:.2f}" if self.floor else ""
        bound = "" if self.bound is None else f"{self.bound:g}"
        ours = f"{self.seconds:.{digits}f} {self.unit}"
        return f"| {self.engine} | {self.subject} | {ours} | {floor} | {ratio}{'' if self.holds else ' ✗'} | {bound} |"

    @property
    def holds(self) -> bool:
        """Whether the ratio is within its bound."""
        return self.bound is None or self.ratio <= self.bound


def timed(work: Callable[[], object]) -> float:
    """Seconds that one call takes, without the garbage of what came before."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare(
    engine: str, subject: str, ours: Callable[[], object], floor: Callable[[], object], bound: float, rounds: int = 5
) -> Row:
    """Run both in turn, once to warm up and `rounds` times to count; the ratio is the median of the pairs."""
    ours()
    floor()
    pairs = [(timed(ours), timed(floor)) for _round in range(rounds)]
    ratio = statistics.median(mine / plain for mine, plain in pairs)
    mine, plain = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Row(engine, subject, mine, plain, ratio, bound)
