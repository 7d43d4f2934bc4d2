"""The words seen lately and what is known of each, so that every distinct word is looked up once."""

from collections.abc import Callable, Sequence
from itertools import filterfalse
from threading import Lock
from typing import NamedTuple

from moderation.models.embedded.lexicon import Held

MOST = 16_384
"""So many words at most are remembered, but for a single batch that has more."""
_LETTERS = 16
"""So many letters for each of them: a flood of long words must not take much room."""


class Known(NamedTuple):
    """What is known of a word."""

    bucket: bytes
    """Eight bytes, so that those of many words are joined to an array at once."""
    votes: int
    """For each language how much it speaks for it, packed."""
    held: Held
    """What of the lexicon it holds."""
    meant: str
    """What it is read as; empty where it is taken as it is."""


class Vocabulary:
    """Remembers what was found out about words. Threads may share one.

    When a page of it is full another is begun, and the last one kept: what comes up often is copied from it.

    learn: what is to be known of some words.
    """

    def __init__(self, learn: Callable[[Sequence[str]], Sequence[Known]], most: int = MOST) -> None:
        self._learn = learn
        self._size = most // 2
        self._page: dict[str, Known] = {}
        self._last: dict[str, Known] = {}
        self._letters = 0
        self._writing = Lock()

    def recall(self, words: Sequence[str]) -> list[Known]:
        """What is known of each of these words."""
        try:
            return list(map(self._page.__getitem__, words))
        except KeyError:
            with self._writing:
                return list(map(self._page_with(words).__getitem__, words))

    def _page_with(self, words: Sequence[str]) -> dict[str, Known]:
        """A page that these words are on."""
        new = list(dict.fromkeys(filterfalse(self._page.__contains__, words)))
        if not self._has_room(new):
            self._last, self._page, self._letters = self._page, {}, 0
            new = list(dict.fromkeys(words))
        self._page.update((word, self._last[word]) for word in new if word in self._last)
        strange = [word for word in new if word not in self._last]
        if strange:
            self._page.update(zip(strange, self._learn(strange), strict=True))
        self._letters += sum(map(len, new))
        return self._page

    def _has_room(self, words: Sequence[str]) -> bool:
        letters = self._letters + sum(map(len, words))
        return len(self._page) + len(words) <= self._size and letters <= self._size * _LETTERS
