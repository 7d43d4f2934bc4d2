"""One measured figure."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """What was measured, how much it should be, and against what."""

    what: str
    measured: str
    aim: str
    reference: str = ""
    ratio: str = ""


def p95(values: Sequence[float]) -> float:
    """The 95th percentile: the smallest value that at least 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
