"""From folded texts to feature numbers: hashes of runs of 3 to 5 code points and of words."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from moderation.folding import SPACE
from moderation.text import Folded

BITS = 19
"""A language's part of the weights table has 2 ** BITS places."""
RUNS = (3, 4, 5)
"""Lengths of the runs of code points that are features."""

NOWHERE = 0
"""The bucket where no word begins: it has no weight."""

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

_BASE, _MIX = 0x9E3779B97F4A7C15, 0xA0761D6478BD642F
_WORD_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(64 - BITS)


class Words:
    """The words of a batch: where each begins and ends in the codes, and its hash."""

    def __init__(self, text: Folded) -> None:
        self._text = text
        edges = (text.words[1:] != text.words[:-1]).nonzero()[0] + 1  # a text begins and ends with a space
        self.starts, self.ends = edges[::2], edges[1::2]
        bounds = self.starts.searchsorted(text.edges).tolist()
        self.first, self.last = bounds[::2], bounds[1::2]
        """For each text its first word, and the word after its last."""

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """For each word its text."""
        return np.arange(len(self.first)).repeat(np.subtract(self.last, self.first))

    def strings(self) -> list[str]:
        """The words themselves."""
        codes = np.where(self._text.words, self._text.codes, SPACE)
        return codes.tobytes().decode("utf-16-le", "surrogatepass").split()

    @cached_property
    def hashes(self) -> Hashes:
        """Of each word."""
        total, down = self._sums
        hashes: Hashes = (total.take(self.ends) - total.take(self.starts)) * down.take(self.starts)
        return hashes

    def run_buckets(self) -> Places:
        """A row for each length: the bucket of the run that begins at each code; 0 where none fits any more."""
        return self._mix_runs(np.zeros((len(RUNS), len(self._text.codes)), dtype=np.uint64)).view(np.int64)

    def all_buckets(self, of_words: Places) -> Places:
        """The rows of run_buckets(), and a last one with those of the words, NOWHERE between them."""
        rows = np.zeros((len(RUNS) + 1, len(self._text.codes)), dtype=np.uint64)
        self._mix_runs(rows[:-1])
        rows[-1, self.starts] = of_words
        return rows.view(np.int64)

    def _mix_runs(self, rows: Hashes) -> Hashes:
        total, down = self._sums
        for length, row in zip(RUNS, rows, strict=True):
            np.subtract(total[length:], total[:-length], out=row[: 1 - length])
        rows *= down
        rows >>= _SHIFT
        return rows

    @cached_property
    def _sums(self) -> tuple[Hashes, Hashes]:
        """The codes before each place, each times a power of the base, added up; and what takes such a power off."""
        up, down = POWERS.reach(len(self._text.codes))
        total = np.zeros(len(self._text.codes) + 1, dtype=np.uint64)
        np.add.accumulate(self._text.codes * up, out=total[1:])
        return total, down


def word_buckets(hashes: Hashes) -> Places:
    """Of words with these hashes."""
    mixed = hashes ^ (hashes >> np.uint64(29))
    buckets: Places = ((mixed * _WORD_MIX) >> _SHIFT).view(np.int64)
    return buckets


class _Powers:
    """Powers of the base and of its inverse modulo 2 ** 64, for the longest batch so far; the latter are mixed."""

    def __init__(self) -> None:
        self._both = np.ones((2, 0), dtype=np.uint64)

    def reach(self, length: int) -> tuple[Hashes, Hashes]:
        """So many of each. Threads may share them: both are replaced at once."""
        both = self._both
        if length > both.shape[1]:
            up, down = _powers(_BASE, length + 1024), _powers(pow(_BASE, -1, 2**64), length + 1024)
            both = self._both = np.stack([up, down * np.uint64(_MIX)])
        return both[0, :length], both[1, :length]


def _powers(base: int, size: int) -> Hashes:
    steps = np.full(size, base, dtype=np.uint64)
    steps[0] = 1
    return np.multiply.accumulate(steps)


POWERS = _Powers()
