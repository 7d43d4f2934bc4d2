"""Replacing words of a folded batch by what they were meant to be."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import compress, pairwise
from typing import NamedTuple

import numpy as np

from moderation.folding import flatten
from moderation.models.embedded.features import Words
from moderation.models.embedded.spelling import Speller
from moderation.text import Folded, Places

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
        self._joined = lru_cache(maxsize=1024)(self._find_joined)
        self._apart = lru_cache(maxsize=1024)(self._find_apart)

    def respell(self, text: Folded, words: Words, strings: Sequence[str], meant: Sequence[str]) -> list[Change]:
        """The changes to a batch whose words are these strings, in order.

        meant: what each word is read as, where its letters alone tell it.
        """
        changes = {number: Change(number, number, read) for number, read in compress(enumerate(meant), meant)}
        if text.squeezed or text.parted:
            places = text.places.take(words.starts).tolist()
            changes |= {number: Change(number, number, read) for number, read in self._squeezed(text, words, places)}
            for change in self._parted(text, words, strings, places):
                for number in range(change.first, change.last + 1):
                    changes.pop(number, None)
                changes[change.first] = change
        return [changes[number] for number in sorted(changes) if changes[number].meant]

    def _squeezed(self, text: Folded, words: Words, places: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Words for which more was written than is left: their numbers, and what they are read as."""
        near = {(bisect_right(places, place) - 1, place) for place in text.squeezed}
        inside = {number for number, place in near if number >= 0 and place < text.places[words.ends[number]]}
        return ((number, self._wide(text, words, number)) for number in inside)

    def _parted(self, text: Folded, words: Words, strings: Sequence[str], places: Sequence[int]) -> Iterator[Change]:
        """Words parted at capitals: the space before the second is not in the original."""
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
            parts = " ".join(strings[first : last + 1])
            meant = self._joined(parts)
            if meant is None:
                written = _written(text, words, first, last)
                meant = "" if _CAMEL.fullmatch(written) else self._apart(parts)
            yield Change(first, last, meant)

    def _wide(self, text: Folded, words: Words, number: int) -> str:
        """A word with signs between its letters, or with letters repeated."""
        start, end = words.starts[number], words.ends[number]
        word = text.codes[start:end].tobytes().decode("utf-16-le")
        written = _written(text, words, number, number)
        steps = (text.places[start : end + 1] - text.places[start]).tolist()
        more = steps[-1] - len(word)
        if len(word) < _LEAST or more < 1 or (more == 1 and "ss" not in word):
            return self._speller.meant(word)  # a sharp s, or an umlaut spelled out
        skipped = [flatten(written[before + 1 : after]) for before, after in pairwise(steps)]
        if " " in skipped[:-1]:  # two words spaced out have no border between them
            return self._speller.cut(word)
        least = [1 if word[: place + 1].endswith("ss") else 2 for place in range(len(word))]
        places = [
            place
            for place, (letter, signs, few) in enumerate(zip(word, skipped, least, strict=True))
            if len(signs) >= few and signs == letter * len(signs)
        ]
        return self._speller.count_repeated(word, places) if places else self._speller.meant(word)

    def _find_joined(self, parts: str) -> str | None:
        """Words parted at capitals: one word in mixed case? None: that depends on how it is written."""
        joined = parts.replace(" ", "")
        least = min(map(self._speller.level, parts.split()))
        if self._speller.level(joined) > least:
            return joined
        return "" if least >= 0 else None

    def _find_apart(self, parts: str) -> str:
        joined = parts.replace(" ", "")
        return self._speller.meant(joined) or joined


def _written(text: Folded, words: Words, first: int, last: int) -> str:
    """What stands in the original from one word to another."""
    row = bisect_right(words.last, first)
    start = text.places[text.starts[row]] + 1
    return text.texts[row][text.places[words.starts[first]] - start : text.places[words.ends[last]] - start]


def replace(text: Folded, words: Words, changes: Sequence[Change]) -> Folded:
    """The batch with words changed; each new code has the place of an old one."""
    parts = [(int(words.starts[first]), int(words.ends[last]), meant) for first, last, meant in changes]
    old_codes, old_words = text.codes.tobytes(), text.words.tobytes()
    codes, inside, starts, grown, done = [], [], [], [0], 0
    for start, end, meant in parts:
        codes += [old_codes[2 * done : 2 * start], meant.encode("utf-16-le")]
        inside += [old_words[done:start], bytes([letter != " " for letter in meant])]
        starts.append(start)
        grown.append(grown[-1] + len(meant) - (end - start))
        done = end
    edges = [edge + grown[bisect_left(starts, edge)] for edge in text.edges.tolist()]
    return Folded(
        text.texts,
        np.frombuffer(b"".join([*codes, old_codes[2 * done :]]), dtype=np.uint16),
        np.frombuffer(b"".join([*inside, old_words[done:]]), dtype=np.bool_),
        partial(_trace, text, parts),
        np.array(edges, dtype=np.int64),
    )


def _trace(text: Folded, parts: Sequence[tuple[int, int, str]]) -> Places:
    """For each code of a changed batch the place of an old one."""
    old, done = [], 0
    for start, end, meant in parts:
        old += [np.arange(done, start), _spread(start, end, meant)]
        done = end
    places: Places = text.places[np.concatenate([*old, np.arange(done, len(text.codes))])]
    return places


def replace_strings(strings: Sequence[str], changes: Sequence[Change]) -> list[str]:
    """The words of a batch with some changed."""
    replaced, done = [], 0
    for change in changes:
        replaced += [*strings[done : change.first], *change.meant.split()]
        done = change.last + 1
    return [*replaced, *strings[done:]]


def _spread(start: int, end: int, meant: str) -> list[int]:
    """For each letter the code that it stands for; a space stands where the next letter does."""
    steps, place, spread = max(len(meant) - meant.count(" ") - 1, 1), 0, []
    for letter in meant:
        spread.append(start + place * (end - start - 1) // steps)
        place += letter != " "
    return spread
