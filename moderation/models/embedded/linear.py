"""The linear part: two quantised weights for every feature, one for offence and one for hate, summed over a text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import BITS, RUNS, Words, run_buckets
from moderation.text import Folded

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Pairs = NDArray[np.int32]
"""Two small numbers in one: low + (high << 16), so that both are looked up and added at once."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each place of a batch adds, in units of the quantised weights."""

    runs: Pairs
    """Sum of the weights of the runs of each length that begin at this code."""
    words: Pairs
    """The weights of this word."""


def weigh(text: Folded, words: Words, table: Pairs, tongues: Counts) -> Evidence:
    """Look up every feature of a batch. table: one part of 2 ** BITS places per language; tongues: a part per text."""
    offsets = (tongues << BITS).astype(np.uint32)
    places = offsets[text.rows]
    runs = np.zeros(len(text.codes), dtype=np.int32)
    for _, buckets in run_buckets(text):
        buckets += places[: len(buckets)]
        runs[: len(buckets)] += table.take(buckets, mode="clip")
    return Evidence(runs, table.take(words.buckets() + offsets[words.rows], mode="clip"))


def feature_counts(text: Folded, words: Words) -> tuple[Counts, Counts]:
    """How many runs and how many words each text has, by which their evidence is divided (at least 1)."""
    return len(RUNS) * (text.ends - text.starts), np.maximum(words.last - words.first, 1)


def sum_up(text: Folded, words: Words, evidence: Evidence) -> Floats:
    """For each text offence and hate: the sums of its runs and words, each over the square root of their number."""
    runs, singles = feature_counts(text, words)
    by_runs = _sums(evidence.runs, text.starts, text.ends) / np.sqrt(runs)
    by_words: Floats = _sums(evidence.words, words.first, words.last) / np.sqrt(singles)
    return (by_runs + by_words).T


def split(pairs: Pairs) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The low and the high number of each pair."""
    low = pairs.astype(np.int16).astype(np.int32)
    return low, (pairs - low) >> 16


def join(low: NDArray[np.int8], high: NDArray[np.int8]) -> Pairs:
    """Pairs from their numbers; where there are fewer high ones, the rest are 0."""
    pairs = low.astype(np.int32)
    pairs[: len(high)] += high.astype(np.int32) << 16
    return pairs


def _sums(pairs: Pairs, starts: Counts, ends: Counts) -> Counts:
    total = np.zeros((2, len(pairs) + 1), dtype=np.int64)
    low, high = split(pairs)
    np.add.accumulate(low, out=total[0, 1:])
    np.add.accumulate(high, out=total[1, 1:])
    return total[:, ends] - total[:, starts]
