"""From folded texts to feature numbers: hashes of runs of 3 to 5 code points and of words."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from moderation.folding import SPACE
from moderation.text import Folded

BITS = 19
"""A language's part of the weights table has 2 ** BITS places."""
RUNS = (3, 4, 5)
"""Lengths of the runs of code points that are features."""

NOWHERE = 1 << 31
"""A bucket beyond every table."""

Buckets = NDArray[np.uint32]
Hashes = NDArray[np.uint64]

_BASE = np.uint32(0x01000193)
_LENGTHS = np.array(RUNS, dtype=np.uint32)[:, None]
_MIX = np.uint32(0x9E3779B1)
_WORD_BASE = 0x9E3779B97F4A7C15
_WORD_MIX = np.uint64(0xD6E8FEB86659FD93)


def run_buckets(text: Folded) -> Iterator[tuple[int, Buckets]]:
    """For each length n: the bucket of the run of n codes that begins at each code of the batch."""
    mixed = np.zeros((len(RUNS), len(text.codes)), dtype=np.uint32)
    _mix_runs(text, mixed)
    for n, buckets in zip(RUNS, mixed, strict=True):
        yield n, buckets[: len(buckets) - n + 1]


def all_buckets(text: Folded, words: "Words", of_words: Buckets) -> Buckets:
    """For each length of runs a row with a bucket for each code of the batch, and a last row with those of the words.

    What a run means that is cut off by the end of the batch is nothing; NOWHERE is where no word begins.
    """
    mixed = np.zeros((len(RUNS) + 1, len(text.codes)), dtype=np.uint32)
    _mix_runs(text, mixed[:-1])
    last = mixed[-1]
    last.fill(NOWHERE)
    last[words.starts] = of_words
    return mixed


def _mix_runs(text: Folded, mixed: Buckets) -> None:
    codes = text.codes.astype(np.uint32)
    run = codes[:-1] * _BASE
    run += codes[1:]
    for n, row in zip(RUNS, mixed, strict=True):  # each length is one more than the one before
        longer = row[: 1 - n]
        np.multiply(run[:-1], _BASE, out=longer)
        longer += codes[n - 1 :]
        run = longer
    mixed += _LENGTHS
    mixed ^= mixed >> np.uint32(15)
    mixed *= _MIX
    mixed >>= np.uint32(32 - BITS)


class Words:
    """The words of a batch: where each begins and ends in the codes, and its hash."""

    def __init__(self, text: Folded) -> None:
        self._text = text
        edges = (text.words[1:] != text.words[:-1]).nonzero()[0] + 1  # a text begins and ends with a space
        self.starts, self.ends = edges[::2], edges[1::2]
        self.first = self.starts.searchsorted(text.starts)
        """For each text its first word."""
        self.last = self.starts.searchsorted(text.ends)
        """For each text the word after its last."""
        self.rows = np.arange(len(self.first)).repeat(self.last - self.first)
        """For each word its text."""

    def strings(self) -> list[str]:
        """The words themselves."""
        codes = np.where(self._text.words, self._text.codes, SPACE)
        return codes.tobytes().decode("utf-16-le", "surrogatepass").split()

    @cached_property
    def hashes(self) -> Hashes:
        """Of each word."""
        return self.part_hashes(self.starts, self.ends)

    def part_hashes(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
        """Of the codes from each start to its end."""
        total, down = self._sums
        found: Hashes = total.take(ends)
        found -= total.take(starts)
        found *= down.take(starts)
        return found

    @cached_property
    def _sums(self) -> tuple[Hashes, Hashes]:
        """The codes before each place, each times a power of the base, added up; and what takes such a power off."""
        up, down = POWERS.reach(len(self._text.codes))
        total = np.zeros(len(self._text.codes) + 1, dtype=np.uint64)
        np.add.accumulate(self._text.codes * up, out=total[1:])
        return total, down


def word_buckets(hashes: Hashes) -> Buckets:
    """Of words with these hashes."""
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


POWERS = _Powers()
