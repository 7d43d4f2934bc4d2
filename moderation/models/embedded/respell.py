"""Replacing words of a folded batch by what they were meant to be."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from moderation.folding import flatten
from moderation.models.embedded.features import Words
from moderation.models.embedded.spelling import Speller
from moderation.text import Folded

_LEAST = 3
_CAMEL = re.compile(r"[^\W\d_]?[^\W\d_A-ZÄÖÜ]+(?:[A-ZÄÖÜ][^\W\d_A-ZÄÖÜ]{2,})+")
"""Words joined at capitals with care, not letters in mixed case: WegMitIhm."""


class Change(NamedTuple):
    """The words from first to last read as others; all are numbers within the batch."""

    first: int
    last: int
    meant: str


class Respeller:
    """Replaces by what a speller says."""

    def __init__(self, speller: Speller) -> None:
        self._speller = speller
        self._whole = lru_cache(maxsize=1024)(self._find_whole)

    def respell(self, text: Folded, words: Words, meant: Mapping[int, str]) -> Folded:
        """The batch with disguised words replaced; each new code has the place of an old one.

        meant: what words are read as whose letters alone tell it, by their numbers.
        """
        if not (meant or text.squeezed or text.parted):
            return text
        changes = {number: Change(number, number, read) for number, read in meant.items()}
        if text.squeezed:
            changes |= {number: Change(number, number, read) for number, read in self._squeezed(text, words)}
        if text.parted:
            for change in self._parted(text, words):
                for number in range(change.first, change.last + 1):
                    changes.pop(number, None)
                changes[change.first] = change
        wanted = [changes[number] for number in sorted(changes) if changes[number].meant]
        return _replace(text, words, wanted) if wanted else text

    def _squeezed(self, text: Folded, words: Words) -> Iterator[tuple[int, str]]:
        """Words for which more was written than is left: their numbers, and what they are read as."""
        wide = text.places[words.ends] - text.places[words.starts] > words.ends - words.starts
        for number in wide.nonzero()[0].tolist():
            yield number, self._wide(text, words, number)

    def _parted(self, text: Folded, words: Words) -> Iterator[Change]:
        """Words parted at capitals: the space before the second is not in the original."""
        places = text.places[words.starts].tolist()
        near = {bisect_left(places, place): place for place in text.parted}
        seconds = {
            number
            for number, place in near.items()
            if number and places[number : number + 1] == [place] and words.starts[number] == words.ends[number - 1] + 1
        }
        for last in seconds:
            if last + 1 in seconds:
                continue
            first = last - 1
            while first in seconds:
                first -= 1
            parts = " ".join(_string(text, words, number) for number in range(first, last + 1))
            yield Change(first, last, self._whole(parts, _written(text, words, first, last)))

    def _wide(self, text: Folded, words: Words, number: int) -> str:
        """A word with signs between its letters, or with letters repeated."""
        written = text.texts[words.rows[number]]
        word = _string(text, words, number)
        origin = text.origin[words.starts[number] : words.ends[number] + 1].tolist()
        if len(word) < _LEAST or (origin[-1] - origin[0] == len(word) + 1 and "ss" not in word):
            return self._speller.meant(word)  # an umlaut spelled out
        skipped = [flatten(written[before + 1 : after]) for before, after in pairwise(origin)]
        if " " in skipped[:-1]:  # two words spaced out have no border between them
            return self._speller.cut(word)
        least = [1 if word[: place + 1].endswith("ss") else 2 for place in range(len(word))]
        places = [
            place
            for place, (letter, signs, few) in enumerate(zip(word, skipped, least, strict=True))
            if len(signs) >= few and signs == letter * len(signs)
        ]
        return self._speller.count_repeated(word, places) if places else self._speller.meant(word)

    def _find_whole(self, parts: str, written: str) -> str:
        """Words parted at capitals: one word in mixed case?"""
        joined = parts.replace(" ", "")
        least = min(map(self._speller.level, parts.split()))
        if self._speller.level(joined) > least:
            return joined
        return "" if least >= 0 or _CAMEL.fullmatch(written) else self._speller.meant(joined) or joined


def _string(text: Folded, words: Words, number: int) -> str:
    return text.codes[words.starts[number] : words.ends[number]].tobytes().decode("utf-16-le", "surrogatepass")


def _written(text: Folded, words: Words, first: int, last: int) -> str:
    """What stands in the original from one word to another."""
    row = int(words.last.searchsorted(first, "right"))
    start = text.places[text.starts[row]] + 1
    return text.texts[row][text.places[words.starts[first]] - start : text.places[words.ends[last]] - start]


def _replace(text: Folded, words: Words, changes: Sequence[Change]) -> Folded:
    """The batch with other words in the place of some."""
    starts = words.starts[[change.first for change in changes]].tolist()
    ends = words.ends[[change.last for change in changes]].tolist()
    kept = np.ones(len(text.codes), dtype=np.bool_)
    spread: list[int] = []
    for start, end, change in zip(starts, ends, changes, strict=True):
        kept[start:end] = False
        spread += _spread(start, end, change.meant)
    old = np.concatenate([kept.nonzero()[0], spread])
    old.sort(kind="stable")
    new = ~kept[old]
    codes, inside = text.codes[old], text.words[old]
    codes[new] = np.frombuffer("".join(change.meant for change in changes).encode("utf-16-le"), dtype=np.uint16)
    inside[new] = codes[new] != ord(" ")
    edges = old.searchsorted(text.edges)
    return Folded(text.texts, codes, inside, text.places[old], edges, edges[1::2] - edges[::2])


def _spread(start: int, end: int, meant: str) -> Iterator[int]:
    """For each letter the code that it stands for; a space stands where the next letter does."""
    steps, place = max(len(meant) - meant.count(" ") - 1, 1), 0
    for letter in meant:
        yield start + place * (end - start - 1) // steps
        place += letter != " "
