"""The words that earned a text its score, as places in the original text."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from moderation.comment import Span
from moderation.folding import PAD
from moderation.models.embedded.features import RUNS, Words
from moderation.models.embedded.linear import feature_counts
from moderation.text import Folded

Floats = NDArray[np.float64]

MOST = 8
"""No more spans than this for one text."""
_SHARE = 0.2
"""A word stands out when it adds at least this share of what the heaviest word adds."""


def word_weights(
    text: Folded, words: Words, runs: Floats, singles: Floats, worths: Iterable[tuple[int, int, float]]
) -> Floats:
    """What each word adds to its text's margin: its runs, itself, and its part in what the lexicon found.

    runs and singles: what each code's runs and each word add before they are divided by their numbers; worths: the
    first and the last word of each match, and what it adds.
    """
    run_counts, word_counts = map(np.array, feature_counts(text, words))
    width = max(RUNS)
    runs = np.where(text.codes == PAD, 0.0, runs)  # no run between two texts may reach into the next one's first word
    spread = np.convolve(runs, np.full(width, 1 / width))[: len(runs)]  # a run's weight lies on the codes it covers
    total = np.concatenate([[0.0], np.cumsum(spread)])
    weights: Floats = (total[words.ends] - total[words.starts]) / np.sqrt(run_counts[words.rows])
    weights += singles / np.sqrt(word_counts[words.rows])
    for left, right, worth in worths:
        weights[left : right + 1] += worth / (right + 1 - left)
    return weights


def find_spans(text: Folded, words: Words, weights: Floats) -> list[tuple[Span, ...]]:
    """For each text its heaviest words, heaviest first; neighbours become one span."""
    return [_row_spans(text, words, weights, row) for row in range(len(text.starts))]


def _row_spans(text: Folded, words: Words, weights: Floats, row: int) -> tuple[Span, ...]:
    first, last = int(words.first[row]), int(words.last[row])
    own = np.round(weights[first:last], 9)  # equal words stay equal, whatever stands before them in the batch
    if not len(own) or own.max() <= 0:
        return ()
    chosen = np.sort(np.argsort(-own, kind="stable")[:MOST])
    chosen = chosen[own[chosen] >= _SHARE * own.max()]
    groups = np.split(chosen, np.flatnonzero(np.diff(chosen) > 1) + 1)
    spans = [_span(text, words, first + group, float(own[group].sum())) for group in groups]
    return tuple(sorted(spans, key=lambda span: -span.weight))


def _span(text: Folded, words: Words, numbers: NDArray[np.int64], weight: float) -> Span:
    start, end = words.starts[numbers[0]], words.ends[numbers[-1]]
    return Span(int(text.origin[start]), int(text.origin[end - 1]) + 1, round(weight, 4))
