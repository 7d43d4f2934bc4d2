"""The words that earned a text its score, as places in the original text."""

import numpy as np
from numpy.typing import NDArray

from moderation.comment import Span
from moderation.models.embedded.features import RUNS, Words
from moderation.models.embedded.linear import Evidence
from moderation.text import Folded

MOST = 8
"""No more spans than this for one text."""
_SHARE = 0.15
"""A word stands out when it adds at least this share of what the heaviest word adds."""


def find_spans(text: Folded, words: Words, evidence: Evidence, scale: float) -> list[tuple[Span, ...]]:
    """For each text its heaviest words, heaviest first. scale turns evidence into log-odds."""
    weights = (_run_weights(text, words, evidence) + evidence.words) * scale
    return [_row_spans(text, words, weights, row) for row in range(len(text.starts))]


def _run_weights(text: Folded, words: Words, evidence: Evidence) -> NDArray[np.float64]:
    """What the runs add to each word: a run's weight is spread over the codes it covers."""
    widths = np.ones(max(RUNS)) / max(RUNS)
    spread = np.convolve(evidence.runs, widths)[: len(evidence.runs)]
    total = np.concatenate([[0.0], np.cumsum(spread)])
    sums: NDArray[np.float64] = total[words.ends] - total[words.starts]
    return sums


def _row_spans(text: Folded, words: Words, weights: NDArray[np.float64], row: int) -> tuple[Span, ...]:
    first, last = words.first[row], words.last[row]
    count = text.ends[row] - text.starts[row]
    own = weights[first:last] / np.sqrt(max(count, 1))
    if not len(own) or own.max() <= 0:
        return ()
    order = np.argsort(-own, kind="stable")[:MOST]
    chosen = [number for number in order if own[number] >= _SHARE * own.max()]
    return tuple(_span(text, words, int(first + number), float(own[number])) for number in chosen)


def _span(text: Folded, words: Words, number: int, weight: float) -> Span:
    start, end = words.starts[number], words.ends[number]
    return Span(int(text.origin[start]), int(text.origin[end - 1]) + 1, round(weight, 4))
