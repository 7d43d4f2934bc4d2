"""From folded texts to feature numbers: hashes of runs of 3 to 5 code points and of words."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from moderation.text import Folded

BITS = 19
"""A language's part of the weights table has 2 ** BITS places."""
RUNS = (3, 4, 5)
"""Lengths of the runs of code points that are features."""

Buckets = NDArray[np.uint32]
Hashes = NDArray[np.uint64]

_BASE = np.uint32(0x01000193)
_MIX = np.uint32(0x9E3779B1)
_WORD_BASE = 0x9E3779B97F4A7C15
_WORD_MIX = np.uint64(0xD6E8FEB86659FD93)


def run_buckets(text: Folded) -> Iterator[tuple[int, Buckets]]:
    """For each length n: the bucket of the run of n codes that begins at each code of the batch."""
    for n, buckets in zip(RUNS, all_run_buckets(text), strict=True):
        yield n, buckets[: len(buckets) - n + 1]


def all_run_buckets(text: Folded) -> Buckets:
    """For each length a row with a bucket for each code of the batch; only where a run is cut off it means nothing."""
    run = codes = text.codes.astype(np.uint32)
    mixed = np.zeros((len(RUNS), len(codes)), dtype=np.uint32)
    for n in range(2, RUNS[-1] + 1):
        run = run[:-1] * _BASE
        run += codes[n - 1 :]
        if n in RUNS:
            np.add(run, np.uint32(n), out=mixed[RUNS.index(n), : len(run)])
    mixed ^= mixed >> np.uint32(15)
    mixed *= _MIX
    mixed >>= np.uint32(32 - BITS)
    return mixed


class Words:
    """The words of a batch: where each begins and ends in the codes, and its hash."""

    def __init__(self, text: Folded) -> None:
        edges = (text.words[1:] != text.words[:-1]).nonzero()[0] + 1  # a text begins and ends with a space
        self.starts, self.ends = edges[::2], edges[1::2]
        self.first = self.starts.searchsorted(text.starts)
        """For each text its first word."""
        self.last = self.starts.searchsorted(text.ends)
        """For each text the word after its last."""
        up, down = _POWERS.reach(len(text.codes))
        total = np.zeros(len(text.codes) + 1, dtype=np.uint64)
        np.add.accumulate(text.codes * up, out=total[1:])
        self._total, self._down = total, down
        self.hashes: Hashes = self.part_hashes(self.starts, self.ends)
        self.rows = text.rows[self.starts]
        """For each word its text."""

    def part_hashes(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
        """Of the codes from each start to its end."""
        return (self._total[ends] - self._total[starts]) * self._down[starts]

    def buckets(self) -> Buckets:
        """Of each word."""
        return _mix_wide(self.hashes)


def _mix_wide(hashes: Hashes) -> Buckets:
    mixed = hashes ^ (hashes >> np.uint64(29))
    return ((mixed * _WORD_MIX) >> np.uint64(64 - BITS)).astype(np.uint32)


class _Powers:
    """Powers of the word base and of its inverse modulo 2 ** 64, for the longest batch so far."""

    def __init__(self) -> None:
        self._up = self._down = np.ones(0, dtype=np.uint64)

    def reach(self, length: int) -> tuple[Hashes, Hashes]:
        if length > len(self._up):
            self._up = _powers(_WORD_BASE, length + 1024)
            self._down = _powers(pow(_WORD_BASE, -1, 2**64), length + 1024)
        return self._up[:length], self._down[:length]


def _powers(base: int, size: int) -> Hashes:
    steps = np.full(size, base, dtype=np.uint64)
    steps[0] = 1
    return np.multiply.accumulate(steps)


_POWERS = _Powers()
