"""The words seen lately and what is known of each, so that every distinct word is looked up once."""

from collections.abc import Callable, Mapping, Sequence
from itertools import filterfalse
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Buckets, Words
from moderation.models.embedded.lexicon import Held, Holdings

MOST = 8192
"""So many words are remembered; four fifths of what people write are among as many."""
_LETTERS = 16
"""So many letters for each of them: a flood of long words must not take much room."""

Places = NDArray[np.int64]


class Learned(NamedTuple):
    """What was found out about some words: their buckets, the numbers of their votes, what of the lexicon they hold.

    And what they are read as; empty where they are taken as they are.
    """

    buckets: Buckets
    votes: Places
    held: Sequence[Held]
    meant: Sequence[str]


class Known(NamedTuple):
    """What is known of the words of a batch."""

    buckets: Buckets
    votes: Places
    holdings: Holdings
    meant: Mapping[int, str]
    """For each word that is read as another its place among the words, and what it is read as."""


class _Page:
    """Words by number."""

    def __init__(self, size: int) -> None:
        self.numbers: dict[str, int] = {}
        self.letters = size * _LETTERS
        self.held: list[Held] = []
        self.meant: dict[int, str] = {}
        self.buckets = np.zeros(size, dtype=np.uint32)
        self.votes = np.zeros(size, dtype=np.int64)
        self.begins = np.zeros(size, dtype=np.bool_)
        self.changes = np.zeros(size, dtype=np.bool_)

    def has_room(self, words: Sequence[str]) -> bool:
        return len(self.held) + len(words) <= len(self.votes) and self.letters >= sum(map(len, words))

    def add(self, words: Sequence[str], learned: Learned) -> None:
        first, end = len(self.held), len(self.held) + len(words)
        self.buckets[first:end] = learned.buckets
        self.votes[first:end] = learned.votes
        self.begins[first:end] = [bool(held.columns or held.ways) for held in learned.held]
        if any(learned.meant):
            self.changes[first:end] = list(map(bool, learned.meant))
            self.meant.update((number, meant) for number, meant in enumerate(learned.meant, first) if meant)
        self.held += learned.held
        self.letters -= sum(map(len, words))
        self.numbers.update(zip(words, range(first, end), strict=True))  # last: others read while this is written


class Vocabulary:
    """Remembers what was found out about words; full, it begins anew. Threads may share one.

    learn: what is to be known of some words.
    """

    def __init__(self, learn: Callable[[Sequence[str]], Learned], most: int = MOST) -> None:
        self._learn = learn
        self._most = most
        self._page = _Page(most)
        self._writing = Lock()

    def recall(self, words: Words) -> Known:
        """What is known of the words of a batch."""
        strings, page = words.strings(), self._page
        try:
            numbers = list(map(page.numbers.__getitem__, strings))
        except KeyError:
            with self._writing:
                page = self._page_with(strings)
            numbers = list(map(page.numbers.__getitem__, strings))
        places = np.array(numbers, dtype=np.int64)
        holdings = Holdings(page.held, numbers, page.begins[places].nonzero()[0].tolist())
        meant = {place: page.meant[numbers[place]] for place in page.changes[places].nonzero()[0].tolist()}
        return Known(page.buckets[places], page.votes[places], holdings, meant)

    def _page_with(self, words: Sequence[str]) -> _Page:
        """A page that these words are on."""
        new = list(dict.fromkeys(filterfalse(self._page.numbers.__contains__, words)))
        if not self._page.has_room(new):
            new = list(dict.fromkeys(words))
            self._page = _Page(max(self._most, len(new)))
        self._page.add(new, self._learn(new))
        return self._page
