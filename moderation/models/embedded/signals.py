"""From matches to numbers: how much of each of the lexicon's columns a text holds, and what that makes of its heads."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Words
from moderation.models.embedded.lexicon import Held, Lexicon, Match

Floats = NDArray[np.float64]

HARMLESS, GROUP = "harmless", "group"
PERSONAL = ("insult 2 word", "vulgar 2 word", "hate 3 word")
"""Columns of plain abuse that needs no group to be toxic."""
ALWAYS = (1.0, 0.0, 1.0, 0.0)
"""The kinds that hold for every text, see Columns.kinds."""
CONTEXTS = len(ALWAYS)
SIDES = 3
"""Each part of the context speaks for itself, and says how much offence and hate count in it."""
FRONT = CONTEXTS * SIDES - 1
"""So many columns stand before the signals in what combine() gives."""


class Columns:
    """The lexicon's columns by name: "category severity word|phrase language"."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.harmless = frozenset(self._starting(HARMLESS))
        self.spared = self.harmless.union(self._starting(GROUP))
        """Those that stay where something harmless covers them."""
        self.personal = self._starting(PERSONAL)
        self.kinds = np.zeros((len(self.names), CONTEXTS))
        """Which columns make each part of a text's context hold: every one, a named group, every one, plain abuse."""
        self.kinds[self._starting(GROUP), 1] = 1.0
        self.kinds[self.personal, 3] = 1.0

    def _starting(self, kinds: str | tuple[str, ...]) -> list[int]:
        return [place for place, name in enumerate(self.names) if name.startswith(kinds)]

    def foreign(self, language: str) -> frozenset[int]:
        """Those that do not count in texts of this language: what is common in it and belongs to another."""
        ends = [(place, name) for place, name in enumerate(self.names) if name.endswith("!")]
        return frozenset(place for place, name in ends if not name.endswith(f" {language}!"))


def find_matches(
    lexicon: Lexicon, columns: Columns, words: Words, held: Sequence[Held], foreign: Sequence[Collection[int]]
) -> list[list[Match]]:
    """For each text what the lexicon finds in it that counts in its language, and is not defused.

    held: what each word of the batch holds; foreign: for each text the columns that do not count, for a common word
    of one language can be abuse in another.
    """
    texts = zip(words.first, words.last, foreign, strict=True)
    return [_counting(lexicon.match(held[first:last]), columns, strange) for first, last, strange in texts]


def _counting(found: Collection[Match], columns: Columns, strange: Collection[int]) -> list[Match]:
    """Without what does not count, and what shares a word with something harmless; named groups stay."""
    matches = [match for match in found if match[2] not in strange]
    soothing = [match for match in matches if match[2] in columns.harmless]
    if not soothing:
        return matches
    covered = {word for left, right, _ in soothing for word in range(left, right + 1)}
    return [
        (left, right, column)
        for left, right, column in matches
        if column in columns.spared or covered.isdisjoint(range(left, right + 1))
    ]


def signal_matrix(found: Sequence[Sequence[Match]], columns: int) -> Floats:
    """One row for each text, one column for each of the lexicon's: the logarithm of one more than the matches."""
    places = [row * columns + column for row, matches in enumerate(found) for _, _, column in matches]
    counts = np.bincount(np.array(places, dtype=np.int64), minlength=len(found) * columns)
    return np.log1p(counts.reshape(len(found), columns))


def read_context(statement: Floats, kinds: Floats) -> Floats:
    """For each text 1; whether a group is named; how likely it is a statement about groups; the same where it insults.

    Hate corpora call an insult without a group harmless, so that what makes a statement harmless must not excuse one.
    kinds: above 0 where that part of the context holds, else 0.
    """
    context: Floats = np.sign(kinds)
    context[:, 2:] *= (1.0 / (1.0 + np.exp(-statement)))[:, None]
    return context


def cross(context: Floats, heads: Floats) -> Floats:
    """Each part of the context times offence, hate and 1. heads: offence, hate, and room for that 1."""
    heads[:, 2] = 1.0
    return (context[:, :, None] * heads[:, None, :]).reshape(len(heads), CONTEXTS * SIDES)


def combine(heads: Floats, signals: Floats, columns: Columns) -> Floats:
    """What the labels are read from: offence and hate in each part of the context, that part itself, and the signals.

    heads: for each text offence, hate, and how much it reads like a statement about groups.
    """
    context = read_context(heads[:, 2], signals @ columns.kinds + ALWAYS)
    front = np.delete(cross(context, heads.copy()), SIDES - 1, axis=1)  # 1 in every text: the bias speaks for it
    return np.concatenate([front, signals], axis=1)
