"""Words with letters masked or broken off (Idi*t, Idio…): which word of abuse did the writer mean?"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from moderation.text import Folded

_MARK = re.compile(r"[*#…]|\.{3}")
_MASKED = re.compile(r"[^\W\d_]+(?:[*#]+[^\W\d_]*)*")
_SIGNS = re.compile(r"[*#]")
_LEAST = 3
_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})


class Unmasker:
    """Knows the words that people mask, by their first letter, the likeliest first. known: is this a common word?

    The words of a letter are one string, which takes a tenth of the room that as many strings would.
    """

    def __init__(self, words: Sequence[str], known: Callable[[str], bool]) -> None:
        self._words: dict[str, str] = {}
        for letter in sorted({word[0] for word in words}):
            self._words[letter] = " ".join(["", *(word for word in words if word[0] == letter), ""])
        self._known = known
        self._meant = lru_cache(maxsize=1024)(self._find)

    def restore(self, texts: Sequence[str]) -> tuple[list[str], Mapping[int, NDArray[np.int32]]]:
        """The texts with such words written out; for each text changed, the old place of each new code point."""
        restored, places = list(texts), {}
        for row, text in enumerate(texts):
            words = [word for word in self._masked_words(text) if word[1]]
            if words:
                restored[row], places[row] = _write_out(text, words)
        return restored, places

    def _masked_words(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        done = 0
        for mark in _MARK.finditer(text):
            start = mark.start()
            if start <= done or not text[start - 1].isalpha():
                continue
            while start > done and text[start - 1].isalpha():
                start -= 1
            if match := _MASKED.match(text, start):
                done = match.end()
                yield match, self._meant(match[0])

    def _find(self, written: str) -> str:
        """The word that was meant; empty where none fits."""
        seen = _SIGNS.sub("*", written).lower().translate(_PLAIN)
        words = self._words.get(seen[0], "")
        if len(seen) < _LEAST:
            return ""
        if "*" not in seen:
            return self._complete(seen, words)
        fits = re.search(f" {re.escape(seen)} ".replace(r"\*", "[a-z]"), words)
        return fits[0].strip() if fits else ""

    def _complete(self, seen: str, words: str) -> str:
        """The likeliest word that goes on for up to three letters, unless what is there is a word already."""
        goes_on = re.search(f" {re.escape(seen)}[a-z]{{1,{_LEAST}}} ", words)
        return goes_on[0].strip() if goes_on and f" {seen} " not in words and not self._known(seen) else ""


def _write_out(text: str, words: Sequence[tuple[re.Match[str], str]]) -> tuple[str, NDArray[np.int32]]:
    parts, places, done = [], [], 0
    for match, word in words:
        parts += [text[done : match.start()], word]
        places += [
            np.arange(done, match.start()),
            np.linspace(match.start(), match.end() - 1, len(word)).astype(np.int64),
        ]
        done = match.end()
    places.append(np.arange(done, len(text) + 1))
    return "".join([*parts, text[done:]]), np.concatenate(places).astype(np.int32)


def point_back(text: Folded, places: Mapping[int, NDArray[np.int32]]) -> None:
    """Let the codes of restored texts point to the texts as they were written."""
    for row, old in places.items():
        origin = text.origin[text.starts[row] : text.ends[row]]
        origin[1:] = old[np.minimum(origin[1:], len(old) - 1)]
