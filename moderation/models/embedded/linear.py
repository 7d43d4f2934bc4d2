"""The linear part: three quantised weights for every feature (offence, hate, statement), summed over a text."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import BITS, RUNS, Buckets, Words, all_buckets
from moderation.text import Folded

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Weights = NDArray[np.int8]
Sums = NDArray[np.int32]
TABLES = ("offence", "hate", "statement")
HEADS = len(TABLES)


class Evidence(NamedTuple):
    """What each place of a batch adds to each head, in units of the quantised weights."""

    found: Weights
    """For each head and each row of buckets (the lengths of runs, then words) the weight at each code."""
    starts: Counts
    """Where each word begins."""

    @property
    def runs(self) -> Sums:
        """For each head the sum of the weights of the runs of each length that begin at each code."""
        runs: Sums = self.found[:, :-1].sum(axis=1, dtype=np.int32)
        return runs

    @property
    def words(self) -> Weights:
        """For each head the weight of each word."""
        return self.found[:, -1, self.starts]


def open_tables(arrays: Mapping[str, NDArray[Any]]) -> list[Weights]:
    """A table for each head: one part of 2 ** BITS places per language, as far as the head knows them, and a last 0."""
    return [np.append(arrays[head], np.int8(0)) for head in TABLES]


def weigh(text: Folded, words: Words, buckets: Buckets, tables: Sequence[Weights], tongues: Counts) -> Evidence:
    """Look up every feature of a batch in each head's table; beyond its end a table gives its last 0.

    buckets: of each word.
    """
    places = all_buckets(text, words, buckets) + (tongues << BITS).repeat(text.lengths)
    found = np.empty((len(tables), *places.shape), dtype=np.int8)
    for table, rows in zip(tables, found, strict=True):
        table.take(places, mode="clip", out=rows)
    return Evidence(found, words.starts)


def feature_counts(text: Folded, words: Words) -> tuple[Counts, Counts]:
    """How many runs and how many words each text has, by which their evidence is divided (at least 1)."""
    return len(RUNS) * (text.ends - text.starts), np.maximum(words.last - words.first, 1)


def sum_up(text: Folded, words: Words, evidence: Evidence) -> Floats:
    """For each text the three heads: the sums of its runs and words, each over the square root of their number."""
    sums = np.add.reduceat(evidence.found, text.edges, axis=2, dtype=np.int32)[:, :, ::2]
    runs, singles = feature_counts(text, words)
    heads: Floats = np.add.reduce(sums[:, :-1], axis=1) / np.sqrt(runs)
    heads += sums[:, -1] / np.sqrt(singles)
    return heads.T
