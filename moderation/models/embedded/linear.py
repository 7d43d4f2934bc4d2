"""The linear part: three quantised weights for every feature (offence, hate, statement), summed over a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import BITS, RUNS, Words, all_run_buckets
from moderation.text import Folded

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Weights = NDArray[np.int8]
Sums = NDArray[np.int32]
TABLES = ("offence", "hate", "statement")
HEADS = len(TABLES)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each place of a batch adds to each head (a row), in units of the quantised weights."""

    runs: Sums
    """Sum of the weights of the runs of each length that begin at this code."""
    words: Weights
    """The weights of this word."""


def open_tables(arrays: Mapping[str, NDArray[Any]]) -> list[Weights]:
    """A table for each head: one part of 2 ** BITS places per language, as far as the head knows them, and a last 0."""
    return [np.append(arrays[head], np.int8(0)) for head in TABLES]


def weigh(text: Folded, words: Words, tables: Sequence[Weights], tongues: Counts) -> Evidence:
    """Look up every feature of a batch in each head's table; beyond its end a table gives its last 0."""
    offsets = tongues << BITS
    runs = all_run_buckets(text) + offsets[text.rows]
    places = np.concatenate([runs.ravel(), words.buckets() + offsets[words.rows]])
    found = np.empty((len(tables), len(places)), dtype=np.int8)
    for table, row in zip(tables, found, strict=True):
        table.take(places, mode="clip", out=row)
    by_length = found[:, : runs.size].reshape(len(tables), *runs.shape)
    return Evidence(by_length.sum(axis=1, dtype=np.int32), found[:, runs.size :])


def feature_counts(text: Folded, words: Words) -> tuple[Counts, Counts]:
    """How many runs and how many words each text has, by which their evidence is divided (at least 1)."""
    return len(RUNS) * (text.ends - text.starts), np.maximum(words.last - words.first, 1)


def sum_up(text: Folded, words: Words, evidence: Evidence) -> Floats:
    """For each text the three heads: the sums of its runs and words, each over the square root of their number."""
    runs, singles = feature_counts(text, words)
    by_runs = _sums(evidence.runs, text.starts, text.ends) / np.sqrt(runs)
    by_words: Floats = _sums(evidence.words, words.first, words.last) / np.sqrt(singles)
    return (by_runs + by_words).T


def _sums(numbers: Sums | Weights, starts: Counts, ends: Counts) -> Sums:
    total = np.zeros((len(numbers), numbers.shape[1] + 1), dtype=np.int32)
    np.add.accumulate(numbers, axis=1, out=total[:, 1:])
    sums: Sums = total[:, ends] - total[:, starts]
    return sums
