"""The linear part: three quantised weights for every feature (offence, hate, statement), summed over a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import BITS, RUNS, Words, run_buckets
from moderation.text import Folded

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Triples = NDArray[np.int32]
"""Three small numbers in one, of ten bits each, so that all are looked up and added at once."""
HEADS = 3
_BITS, _HALF, _MASK = 10, 1 << 9, (1 << 10) - 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each place of a batch adds, in units of the quantised weights."""

    runs: Triples
    """Sum of the weights of the runs of each length that begin at this code."""
    words: Triples
    """The weights of this word."""


def weigh(text: Folded, words: Words, table: Triples, tongues: Counts) -> Evidence:
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
    """For each text the three heads: the sums of its runs and words, each over the square root of their number."""
    runs, singles = feature_counts(text, words)
    by_runs = _sums(evidence.runs, text.starts, text.ends) / np.sqrt(runs)
    by_words: Floats = _sums(evidence.words, words.first, words.last) / np.sqrt(singles)
    return (by_runs + by_words).T


def split(triples: Triples) -> Iterator[NDArray[np.int32]]:
    """The numbers of each triple, the lowest first."""
    for _ in range(HEADS):
        low = ((triples + _HALF) & _MASK) - _HALF
        yield low
        triples = (triples - low) >> _BITS


def join(numbers: Sequence[NDArray[np.int8]]) -> Triples:
    """Triples from their numbers; where there are fewer of one kind, the rest are 0."""
    triples = np.zeros(max(map(len, numbers)), dtype=np.int32)
    for place, some in enumerate(numbers):
        triples[: len(some)] += some.astype(np.int32) << (_BITS * place)
    return triples


def _sums(triples: Triples, starts: Counts, ends: Counts) -> Counts:
    total = np.zeros((HEADS, len(triples) + 1), dtype=np.int64)
    for row, part in enumerate(split(triples)):
        np.add.accumulate(part, out=total[row, 1:])
    return total[:, ends] - total[:, starts]
