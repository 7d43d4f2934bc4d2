"""The last step: from a text's evidence and what the lexicon found in it to the margin of each label.

Plain numbers, for there are few: arrays of a dozen cost more to call than to add up.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log1p, tanh
from operator import add
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.lexicon import Match
from moderation.models.embedded.linear import HEADS
from moderation.models.embedded.signals import FRONT, SIDES, Columns

NEVER = -30.0
"""The log-odds of a label that a language's corpora do not tell."""
_GROUP, _PERSONAL, _LABELS = HEADS, HEADS + 1, HEADS + 2
"""Each of the lexicon's columns adds to the heads, then to the kinds of context, then to each label."""
_OPEN = 2048
"""So many columns are kept as plain numbers."""


class Margins(NamedTuple):
    """What a text is read as."""

    labels: list[float]
    """The log-odds of each label."""
    context: tuple[float, ...]
    """1; whether a group is named; how likely it is a statement about groups; the same where it insults."""


class Output:
    """Reads labels. languages: so many have weights.

    A text is read by the part of its language; or, with the number of languages added, by the one for all others.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], columns: Columns, languages: int) -> None:
        parts = np.arange(2 * languages)
        own, lines = parts % languages, arrays["lines"][np.minimum(parts, languages)].astype(np.float64)
        self.told = ~np.isnan(lines[:, :, -1])
        """For each part which labels its corpora tell."""
        lines = np.where(self.told[:, :, None], lines, 0.0)
        front = np.insert(lines[:, :, :FRONT], SIDES - 1, 0.0, axis=2).reshape(*lines.shape[:2], -1, SIDES)
        self._front = front.transpose(0, 2, 1, 3).tolist()
        """For each part and each part of the context what offence, hate and the context itself add to each label."""
        self._scales = arrays["scales"][own, :, 0].tolist()
        """For each part what the evidence of each head is multiplied by."""
        offsets = np.where(self.told, lines[:, :, -1], NEVER)
        self._offsets = np.hstack([arrays["scales"][own, :, 1], np.zeros((len(parts), 2)), offsets]).tolist()
        """What every text begins with: for each head, for each kind of context, for each label."""
        kinds = np.broadcast_to(columns.kinds[:, 1::2], (len(parts), len(columns.names), 2))
        head_signals, label_signals = arrays["head_signals"][own].transpose(0, 2, 1), lines[:, :, FRONT:-1]
        added = [head_signals, kinds, label_signals.transpose(0, 2, 1)]
        self._columns = np.concatenate(added, axis=2).astype(np.float32)
        """For each part what each column adds to them."""
        self._times = lru_cache(_OPEN)(self._find_times)

    def read(self, sums: Sequence[float], matches: Sequence[Match], part: int) -> Margins:
        """The margins of a text. sums: the evidence for each head, in units of the quantised weights."""
        added = self._offsets[part]
        for more in self._found(matches, part):
            added = list(map(add, added, more))
        scales = self._scales[part]
        offence, hate = sums[0] * scales[0] + added[0], sums[1] * scales[1] + added[1]
        about = 0.5 + 0.5 * tanh(0.5 * (sums[2] * scales[2] + added[2]))
        context = 1.0, float(added[_GROUP] > 0), about, about * (added[_PERSONAL] > 0)
        labels = added[_LABELS:]
        for weight, sides in zip(context, self._front[part], strict=True):
            if weight:
                x, y = weight * offence, weight * hate
                labels = [have + x * a + y * b + weight * c for have, (a, b, c) in zip(labels, sides, strict=True)]
        return Margins(labels, context)

    def _found(self, matches: Sequence[Match], part: int) -> list[tuple[float, ...]]:
        """What the matches in each column add."""
        counts: dict[int, int] = {}
        for _, _, column in matches:
            counts[column] = counts.get(column, 0) + 1
        return [self._times(part, column, count) for column, count in counts.items()]

    def _find_times(self, part: int, column: int, count: int) -> tuple[float, ...]:
        """So many matches in one column count by the logarithm of one more."""
        return tuple((self._columns[part, column].astype(np.float64) * log1p(count)).tolist())

    def slopes(self, context: Sequence[float], part: int, label: int) -> tuple[float, float]:
        """What offence and hate add to a label's margin."""
        sides = [(weight, each[label]) for weight, each in zip(context, self._front[part], strict=True)]
        return sum(weight * side[0] for weight, side in sides), sum(weight * side[1] for weight, side in sides)

    def scale(self, slopes: tuple[float, float], part: int) -> tuple[float, float]:
        """What one quantised unit of the evidence for offence and for hate adds, where the heads add so much."""
        return slopes[0] * self._scales[part][0], slopes[1] * self._scales[part][1]

    def worth(self, slopes: tuple[float, float], part: int, label: int, column: int) -> float:
        """What a match in this column adds to a label's margin, by itself and through the heads."""
        more: list[float] = self._columns[part, column].tolist()
        return more[_LABELS + label] + slopes[0] * more[0] + slopes[1] * more[1]


def chances(margins: Iterable[float]) -> list[float]:
    """The probabilities of these log-odds, however high or low."""
    return [0.5 + 0.5 * tanh(0.5 * margin) for margin in margins]
