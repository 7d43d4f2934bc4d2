"""The words that people write, by language and by how often: what a disguised word may have been meant to be."""

import re
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby, product
from string import ascii_lowercase
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LONGEST = 24
"""Letters of the longest word that is kept; the shortest has two."""
LEVELS = 12
"""How often a word is used is told in so many levels, from the rarest, 0, to the most frequent."""
STEP = 0.9
"""On the next level a word is e ** STEP times as frequent."""
RAREST = 13.0
"""Negative logarithm of a word's share of all words, on level 0."""
FREQUENT = 5
"""Words of this level are one in five thousand, or more frequent."""
_HEAD = 3
_LONG, _KEPT = 2000, 1024
"""Of longer chunks the lines that have the next letter in common are kept, too: so many of these parts at most."""
_MARK = "\x80"
"""The first mark."""


class Use(NamedTuple):
    """How one language uses a word. Languages are numbered; one more number stands for all that have no weights."""

    language: int
    level: int
    abusive: bool


class Wordbook:
    """Folded words, each with its uses.

    In memory they are a few thousand strings, one for all words with the same first letters, in alphabetical order:
    a line for each word, which is followed by a mark for each use. Plain string search finds them.
    """

    def __init__(self, packed: NDArray[Any]) -> None:
        languages, prefixes, frequent, *chunks = zlib.decompress(packed.tobytes()).decode("latin-1").split(" ")
        self.languages = tuple(languages.split(","))
        self.prefixes = frozenset(prefixes.split(","))
        """Words that many others begin with."""
        self.frequent = frozenset(frequent.split(","))
        """The words of level FREQUENT in any language, and above."""
        self._chunks = {chunk[1 : _HEAD + 1].rstrip(_MARKS): chunk for chunk in chunks}
        self._some = lru_cache(maxsize=_KEPT)(self._find_some)

    def __contains__(self, word: str) -> bool:
        lines = self._lines(word)
        place = lines.find("\n" + word)  # a longer word that begins so stands after it
        return place >= 0 and lines[place + len(word) + 1] >= _MARK

    def uses(self, word: str) -> list[Use]:
        """How this word is used; empty where it is not known."""
        lines = self._lines(word)
        start = lines.find("\n" + word) + len(word) + 1
        if start <= len(word) or lines[start] < _MARK:
            return []
        end = lines.find("\n", start)
        return _read_marks(lines[start : end if end >= 0 else None])

    def _lines(self, word: str) -> str:
        """Some lines, few where that matters, of which this word's is one if it is known."""
        chunk = self._chunks.get(word[:_HEAD], "")
        return self._some(word[: _HEAD + 1]) if len(chunk) > _LONG and len(word) > _HEAD else chunk

    def _find_some(self, start: str) -> str:
        """The lines of the words that begin so; start: three letters at least."""
        chunk = self._chunks.get(start[:_HEAD], "")
        first, last = chunk.find("\n" + start), chunk.rfind("\n" + start)
        end = chunk.find("\n", last + 1)
        return chunk[first : end if end >= 0 else None] if first >= 0 else ""

    def fitting(self, pattern: str) -> list[tuple[str, list[Use]]]:
        """The words that fit a pattern of small letters, in which a * stands for any, but not for the first three."""
        head = pattern[:_HEAD]
        if head.count("*") == _HEAD or len(pattern) < _HEAD:
            return []
        wanted = re.compile(f"\n({pattern.replace('*', '[a-z]')})([{_MARK}-\xff]+)")
        heads = product(*(ascii_lowercase if sign == "*" else sign for sign in head))
        chunks = (self._chunks.get("".join(letters), "") for letters in heads)
        found = [pair for chunk in chunks if chunk for pair in wanted.findall(chunk)]
        return [(word, _read_marks(marks)) for word, marks in found]

    def beginning(self, start: str, more: int) -> list[tuple[str, list[Use]]]:
        """The words that begin so and go on for up to so many letters more; start: three letters at least."""
        lines = self._find_some(start)[1:].split("\n")
        words = ((line, line.rstrip(_MARKS)) for line in lines if line)
        longest = len(start) + more
        return [(word, _read_marks(line[len(word) :])) for line, word in words if len(word) <= longest]


_MARKS = "".join(map(chr, range(ord(_MARK), 0x100)))
_USES = {mark: Use(number // 2 // LEVELS, number // 2 % LEVELS, bool(number % 2)) for number, mark in enumerate(_MARKS)}


def _read_marks(marks: str) -> list[Use]:
    return [_USES[mark] for mark in marks]


def _write_mark(use: Use) -> str:
    return _MARKS[2 * (use.language * LEVELS + use.level) + use.abusive]


def pack_words(
    languages: Sequence[str], prefixes: Sequence[str], uses: Mapping[str, Sequence[Use]]
) -> NDArray[np.uint8]:
    """The array that a Wordbook is opened from. uses: of each word, two letters long at least."""
    lines = [f"\n{word}{''.join(map(_write_mark, uses[word]))}" for word in sorted(uses)]
    chunks = ["".join(some) for _, some in groupby(lines, key=lambda line: line[1 : _HEAD + 1].rstrip(_MARKS))]
    frequent = sorted(word for word, some in uses.items() if any(use.level >= FREQUENT for use in some))
    packed = " ".join([",".join(languages), ",".join(prefixes), ",".join(frequent), *chunks]).encode("latin-1")
    return np.frombuffer(zlib.compress(packed, 9), dtype=np.uint8)


EMPTY = pack_words((), (), {})
"""A book without words."""
