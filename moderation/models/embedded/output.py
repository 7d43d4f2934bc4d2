"""The last step: from a text's evidence and what the lexicon found in it to the margin of each label."""

from collections.abc import Mapping, Sequence
from math import log1p
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.lexicon import Match
from moderation.models.embedded.linear import HEADS
from moderation.models.embedded.signals import ALWAYS, CONTEXTS, FRONT, SIDES, Columns, cross, read_context

NEVER = -30.0
"""The log-odds of a label that a language's corpora do not tell."""

_KINDS = slice(HEADS, HEADS + CONTEXTS)
_LABELS = HEADS + CONTEXTS
"""Each of the lexicon's columns adds to the heads, then to the kinds of context, then to each label."""

Floats = NDArray[np.float64]
Parts = NDArray[np.int64]
"""For each text which lines it is read by: its language's; or, with the number of languages added, those for others."""


class Margins(NamedTuple):
    """The log-odds of each label for each text, and the context that they were read in."""

    labels: Floats
    context: Floats


class Output:
    """Reads labels. languages: so many have weights."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], columns: Columns, languages: int) -> None:
        parts = np.arange(2 * languages)
        lines = arrays["lines"][np.minimum(parts, languages)].astype(np.float64)
        self.told = ~np.isnan(lines[:, :, -1])
        """For each part which labels its corpora tell."""
        lines = np.where(self.told[:, :, None], lines, 0.0)
        self._front = np.insert(lines[:, :, :FRONT], SIDES - 1, 0.0, axis=2).transpose(0, 2, 1).copy()
        """For each part what each part of the context, and offence and hate in it, add to each label."""
        own = parts % languages
        self._scales = arrays["scales"][own, :, 0]
        """For each part what the evidence of each head is multiplied by."""
        self._weights = np.zeros((len(parts), len(columns.names) + 1, _LABELS + lines.shape[1]))
        """For each part what each column adds; the first stands in every text."""
        self._weights[:, 0, :HEADS] = arrays["scales"][own, :, 1]
        self._weights[:, 0, _KINDS] = ALWAYS
        self._weights[:, 0, _LABELS:] = np.where(self.told, lines[:, :, -1], NEVER)
        self._weights[:, 1:, :HEADS] = arrays["head_signals"][own].transpose(0, 2, 1)
        self._weights[:, 1:, _KINDS] = columns.kinds
        self._weights[:, 1:, _LABELS:] = lines[:, :, FRONT:-1].transpose(0, 2, 1)

    def read(self, sums: Floats, found: Sequence[Sequence[Match]], parts: Sequence[int]) -> Margins:
        """The margins of each text. sums: for each text and head its evidence, in units of the quantised weights."""
        own = parts[0] if len(set(parts)) == 1 else np.array(parts)
        added = self._add_up(found, parts)
        heads = sums * self._scales[own]
        heads += added[:, :HEADS]
        context = read_context(heads[:, 2], added[:, _KINDS])
        labels: Floats = (cross(context, heads)[:, None] @ self._front[own])[:, 0]
        labels += added[:, _LABELS:]
        return Margins(labels, context)

    def _add_up(self, found: Sequence[Sequence[Match]], parts: Sequence[int]) -> Floats:
        """What the matches of each text add; of one column the logarithm of one more than there are counts."""
        size, width = self._weights.shape[1:]
        size, width = self._weights.shape[1:]
        places: list[int] = []
        amounts: list[float] = []
        firsts = []
        for start, matches in zip([part * size for part in parts], found, strict=True):
            counts: dict[int, int] = {}
            for _, _, column in matches:
                counts[column] = counts.get(column, 0) + 1
            firsts.append(len(places))
            places += [start, *(start + 1 + column for column in counts)]
            amounts += [1.0, *map(log1p, counts.values())]
        weighed = self._weights.reshape(-1, width).take(places, axis=0)
        weighed *= np.array(amounts)[:, None]
        added: Floats = np.add.reduceat(weighed, firsts, axis=0)
        return added

    def slopes(self, context: Floats, parts: Parts, labels: NDArray[np.int64]) -> Floats:
        """What offence and hate add to a label's margin in each text. labels: for each text the label asked for."""
        sides = self._front[parts, :, labels].reshape(-1, CONTEXTS, SIDES)[:, :, :2]
        added: Floats = (context[:, :, None] * sides).sum(axis=1)
        return added

    def worths(self, slopes: Floats, parts: Parts, labels: NDArray[np.int64], columns: NDArray[np.int64]) -> Floats:
        """What matches in these columns add to a label's margin, by themselves and through the heads."""
        weights = self._weights[parts, 1 + columns]
        added: Floats = weights[np.arange(len(columns)), _LABELS + labels] + (weights[:, :2] * slopes).sum(axis=1)
        return added

    def scales(self, parts: Parts) -> Floats:
        """For each of these parts what the evidence of offence and of hate is multiplied by."""
        scales: Floats = self._scales[parts, :2]
        return scales
