"""The linear part: one quantised weight for every feature, summed over a text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import RUNS, Words, run_buckets
from moderation.text import Folded

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each place of a batch adds, in units of the quantised weights."""

    runs: NDArray[np.int16]
    """Sum of the weights of the runs of each length that begin at this code."""
    words: NDArray[np.int16]
    """Sum of the weights of this word and its pairs with the next two."""


def weigh(text: Folded, words: Words, table: NDArray[np.int8]) -> Evidence:
    """Look up every feature of a batch."""
    runs = np.zeros(len(text.codes), dtype=np.int16)
    for _, buckets in run_buckets(text):
        runs[: len(buckets)] += table.take(buckets, mode="clip")
    singles = table.take(words.buckets(), mode="clip").astype(np.int16)
    for gap in (0, 1):
        _add_pairs(singles, words, table, gap)
    return Evidence(runs, singles)


def _add_pairs(into: NDArray[np.int16], words: Words, table: NDArray[np.int8], gap: int) -> None:
    if len(into) > gap + 1:
        pairs = table.take(words.pair_buckets(gap), mode="clip").astype(np.int16)
        for back in range(1, gap + 2):
            pairs[words.last[(words.last >= back) & (words.last - back < len(pairs))] - back] = 0
        into[: len(pairs)] += pairs


def feature_counts(text: Folded, words: Words) -> NDArray[np.int64]:
    """How many features each text has, pairs over its end included."""
    return len(RUNS) * (text.ends - text.starts) + 3 * (words.last - words.first)


def sum_up(text: Folded, words: Words, evidence: Evidence) -> Floats:
    """For each text the sum of its evidence over the square root of the number of its features."""
    runs = _sums(evidence.runs, text.starts, text.ends)
    singles = _sums(evidence.words, words.first, words.last)
    return (runs + singles) / np.sqrt(feature_counts(text, words))


def _sums(values: NDArray[np.int16], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    total = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=total[1:])
    return total[ends] - total[starts]
