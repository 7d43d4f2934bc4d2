"""The linear part: three quantised weights for every feature (offence, hate, statement), summed over a text."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import BITS, NOWHERE, RUNS, Places, Words
from moderation.text import PADDING, Folded

Weights = NDArray[np.int8]
Packed = NDArray[np.uint32]
Sums = NDArray[np.int32]
TABLES = ("offence", "hate", "statement")
HEADS = len(TABLES)
_WIDTH = 4
"""The weights of a place fill one number of 32 bits."""


class Evidence(NamedTuple):
    """What each place of a batch adds to each head, in units of the quantised weights."""

    weights: Weights
    """For each row of buckets (the lengths of runs, then words) and each code the weight in each head."""
    starts: Places
    """Where each word begins."""

    @property
    def runs(self) -> Sums:
        """For each head the sum of the weights of the runs of each length that begin at each code."""
        runs: Sums = self.weights[:-1].sum(axis=0, dtype=np.int32)
        return runs.T

    @property
    def words(self) -> Weights:
        """For each head the weight of each word."""
        words: Weights = self.weights[-1, self.starts].T
        return words


def open_table(arrays: Mapping[str, NDArray[Any]]) -> Packed:
    """The weights of all heads, those of a place together: one part of 2 ** BITS places for each language."""
    table = np.zeros((max(len(arrays[head]) for head in TABLES), _WIDTH), dtype=np.int8)
    for number, head in enumerate(TABLES):
        table[: len(arrays[head]), number] = arrays[head]
    table[NOWHERE :: 1 << BITS] = 0
    return table.view(np.uint32)[:, 0]


def weigh(text: Folded, words: Words, buckets: Places, table: Packed, tongues: Sequence[int]) -> Evidence:
    """Look up every feature of a batch. buckets: of each word; tongues: for each text the part of the table."""
    places = words.all_buckets(buckets)
    if len(set(tongues)) == 1:
        table = table[tongues[0] << BITS :]
    else:
        places += (np.array(tongues) << BITS).repeat(text.lengths + PADDING)
    found = table.take(places, mode="clip").view(np.int8).reshape(*places.shape, _WIDTH)
    return Evidence(found[:, :, :HEADS], words.starts)


def feature_counts(text: Folded, words: Words) -> tuple[list[int], list[int]]:
    """How many runs and how many words each text has, by which their evidence is divided (at least 1)."""
    edges = text.edges.tolist()
    runs = [len(RUNS) * (end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return runs, [max(last - first, 1) for first, last in zip(words.first, words.last, strict=True)]


def sum_up(text: Folded, words: Words, evidence: Evidence) -> list[tuple[float, float, float]]:
    """For each text the three heads: the sums of its runs and words, each over the square root of their number."""
    sums = np.add.reduceat(evidence.weights, text.edges, axis=1, dtype=np.int32)[:, ::2]
    shares = [(run**-0.5, word**-0.5) for run, word in zip(*feature_counts(text, words), strict=True)]
    return [
        (x * run + u * word, y * run + v * word, z * run + w * word)
        for (x, y, z), (u, v, w), (run, word) in zip(
            np.add.reduce(sums[:-1]).tolist(), sums[-1].tolist(), shares, strict=True
        )
    ]
