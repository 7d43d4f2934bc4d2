"""The words seen lately and what is known of each, so that every distinct word is looked up once."""

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Buckets, Words
from moderation.models.embedded.lexicon import Held

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


class _Page:
    """Words by number."""

    def __init__(self, size: int) -> None:
        self.numbers: dict[str, int] = {}
        self.letters = size * _LETTERS
        self.held: list[Held] = []
        self.meant: dict[int, str] = {}
        self.buckets = np.zeros(size, dtype=np.uint32)
        self.votes = np.zeros(size, dtype=np.int64)
        self.changes = np.zeros(size, dtype=np.bool_)

    def has_room(self, words: Sequence[str]) -> bool:
        return len(self.held) + len(words) <= len(self.votes) and self.letters >= sum(map(len, words))

    def add(self, words: Sequence[str], learned: Learned) -> None:
        first, end = len(self.held), len(self.held) + len(words)
        self.buckets[first:end] = learned.buckets
        self.votes[first:end] = learned.votes
        self.changes[first:end] = [bool(meant) for meant in learned.meant]
        self.meant.update((number, meant) for number, meant in enumerate(learned.meant, first) if meant)
        self.held += learned.held
        self.letters -= sum(map(len, words))
        self.numbers.update(zip(words, range(first, end), strict=True))  # last: others read while this is written


class Known:
    """What is known of the words of a batch."""

    def __init__(self, page: _Page, numbers: Sequence[int]) -> None:
        self._page = page
        self._numbers = numbers
        self._places = np.array(numbers, dtype=np.int64)

    @property
    def buckets(self) -> Buckets:
        """Of each word."""
        return self._page.buckets.take(self._places)

    @property
    def votes(self) -> Places:
        """For each word the number of its votes."""
        return self._page.votes.take(self._places)

    @property
    def held(self) -> list[Held]:
        """What of the lexicon each word holds."""
        return list(map(self._page.held.__getitem__, self._numbers))

    @property
    def meant(self) -> dict[int, str]:
        """For each word that is read as another its place among the words, and what it is read as."""
        changed = self._page.changes.take(self._places).nonzero()[0].tolist()
        return {place: self._page.meant[self._numbers[place]] for place in changed}


class Vocabulary:
    """Remembers what was found out about words; full, it begins anew. Threads may share one.

    learn: what is to be known of the words at some places of a batch.
    """

    def __init__(self, learn: Callable[[Words, Places], Learned], most: int = MOST) -> None:
        self._learn = learn
        self._most = most
        self._page = _Page(most)
        self._writing = Lock()

    def recall(self, words: Words, strings: Sequence[str]) -> Known:
        """What is known of the words of a batch. strings: the words themselves."""
        page = self._page
        try:
            return Known(page, list(map(page.numbers.__getitem__, strings)))
        except KeyError:
            with self._writing:
                page = self._page_with(words, strings)
            return Known(page, list(map(page.numbers.__getitem__, strings)))

    def _page_with(self, words: Words, strings: Sequence[str]) -> _Page:
        """A page that these words are on."""
        new = _missing(strings, self._page.numbers)
        if not self._page.has_room(list(new)):
            new = _missing(strings, {})
            self._page = _Page(max(self._most, len(new)))
        self._page.add(list(new), self._learn(words, np.array(list(new.values()), dtype=np.int64)))
        return self._page


def _missing(strings: Sequence[str], numbers: Mapping[str, int]) -> dict[str, int]:
    return {word: place for place, word in enumerate(strings) if word not in numbers}
