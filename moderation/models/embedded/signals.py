"""From matches to numbers: how much of each of the lexicon's columns a text holds."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Words
from moderation.models.embedded.lexicon import Holdings, Lexicon, Matches

Floats = NDArray[np.float64]

HARMLESS, GROUP = "harmless", "group"
PERSONAL = ("insult 2 word", "vulgar 2 word", "hate 3 word")
"""Columns of plain abuse that needs no group to be toxic."""


class Columns:
    """The lexicon's columns by name: "category severity word|phrase language"."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.harmless = np.array([name.startswith(HARMLESS) for name in names], dtype=bool)
        self.personal = np.array([name.startswith(PERSONAL) for name in names], dtype=bool)
        self.group = np.array([name.startswith(GROUP) for name in names], dtype=bool)
        self.kinds = np.stack([self.group, self.personal], axis=1).astype(np.float64)

    def own(self, language: str) -> NDArray[np.bool_]:
        """Which columns count in texts of this language: all but what is common in it and belongs to another."""
        return np.array([not name.endswith("!") or name.endswith(f" {language}!") for name in self.names], dtype=bool)


def find_matches(
    lexicon: Lexicon, words: Words, columns: Columns, own: NDArray[np.bool_], holdings: Holdings | None = None
) -> Matches:
    """What the lexicon finds in a batch that counts in the language of its text, and is not defused.

    own: for each text which columns count, for a common word of one language can be abuse in another; holdings: what
    the words hold, where that is known.
    """
    matches = lexicon.match(words, holdings)
    return _defuse(_some(matches, own[matches.rows, matches.columns]), words, columns)


def _some(matches: Matches, kept: NDArray[np.bool_]) -> Matches:
    return Matches(*(part[kept] for part in matches))


def _defuse(matches: Matches, words: Words, columns: Columns) -> Matches:
    """Without the matches that share a word with a harmless one; harmless ones and named groups stay."""
    soothing = columns.harmless[matches.columns]
    if not soothing.any():
        return matches
    edges = np.zeros(len(words.starts) + 1, dtype=np.int64)
    np.add.at(edges, matches.lefts[soothing], 1)
    np.add.at(edges, matches.rights[soothing] + 1, -1)
    covered = np.concatenate([[0], np.cumsum(np.cumsum(edges[:-1]) > 0)])
    kept = soothing | columns.group[matches.columns] | (covered[matches.rights + 1] == covered[matches.lefts])
    return _some(matches, kept)


def signal_matrix(matches: Matches, texts: int, columns: int) -> Floats:
    """One row for each text, one column for each of the lexicon's: the logarithm of one more than the matches."""
    counts = np.bincount(matches.rows * columns + matches.columns, minlength=texts * columns)
    return np.log1p(counts.reshape(texts, columns))


def combine(heads: Floats, signals: Floats, context: Floats) -> Floats:
    """What the labels are read from: the context, offence and hate in each part of it, and the signals.

    heads: for each text offence, hate, and how much it reads like a statement about groups; context: read_context().
    """
    verdicts = (context[:, :, None] * heads[:, None, :2]).reshape(len(heads), -1)
    return np.concatenate([context[:, 1:], verdicts, signals], axis=1)


def read_context(statement: Floats, signals: Floats, columns: Columns) -> Floats:
    """For each text 1; whether a group is named; how likely it is a statement about groups; the same where it insults.

    Hate corpora call an insult without a group harmless, so that what makes a statement harmless must not excuse one.
    """
    named, insults = (signals @ columns.kinds > 0).T
    context = np.ones((len(signals), CONTEXTS))
    context[:, 1] = named
    context[:, 2] = 1.0 / (1.0 + np.exp(-statement))
    context[:, 3] = insults * context[:, 2]
    return context


def slopes(context: Floats, lines: Floats) -> Floats:
    """What offence and hate add to a margin, for each text. lines: the margin's weights of combine()'s columns."""
    verdicts = lines[:, CONTEXTS - 1 : FRONT].reshape(len(lines), CONTEXTS, 2)
    added: Floats = (context[:, :, None] * verdicts).sum(axis=1)
    return added


CONTEXTS = 4
FRONT = CONTEXTS - 1 + 2 * CONTEXTS
"""So many columns stand before the signals in what combine() gives."""
