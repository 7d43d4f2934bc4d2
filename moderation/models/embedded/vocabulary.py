"""Words seen lately and what is known of each, so that every distinct word is looked up once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Words

Known = TypeVar("Known")

MOST = 8192
"""So many words are remembered; they make up nine tenths of what people write, in about 3 MB."""
LONGEST = 40
"""Longer words are looked up each time: they are rare, and a flood of them would take much room."""


class Vocabulary(Generic[Known]):
    """Remembers what was found out about words. Threads may share one.

    learn: what is to be known of the words at some places of a batch.
    """

    def __init__(self, learn: Callable[[Words, NDArray[np.int64]], Sequence[Known]], most: int = MOST) -> None:
        self._learn = learn
        self._most = most
        self._known: dict[str, Known] = {}

    def recall(self, words: Words) -> list[Known]:
        """What is known of each word of a batch."""
        strings, known = words.strings(), self._known  # another thread may begin a new one at any time
        try:
            return list(map(known.__getitem__, strings))
        except KeyError:
            new = {word: place for place, word in enumerate(strings) if word not in known}
        learned = dict(zip(new, self._learn(words, np.array(list(new.values()))), strict=True))
        self._remember(learned)
        return [learned[word] if word in learned else known[word] for word in strings]

    def _remember(self, learned: Mapping[str, Known]) -> None:
        if len(self._known) + len(learned) > self._most:
            self._known = {}
        self._known.update((word, what) for word, what in learned.items() if len(word) <= LONGEST)
