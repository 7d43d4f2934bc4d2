"""Which language a text is in: every known word votes for the languages that use it; scripts speak for themselves."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes, Words
from moderation.models.embedded.lookup import Lookup
from moderation.text import Folded

UNKNOWN = "und"
VOTE = 31.0
"""So many units of a stored vote are one."""
_SURE = 2.0
"""Votes by which the first language must lead the second (natural logarithm of odds)."""
_SCRIPTS = (
    (0x0370, 0x0400, "el"), (0x0400, 0x0530, "ru"), (0x0530, 0x0590, "hy"), (0x0590, 0x0600, "he"),
    (0x0600, 0x0780, "ar"), (0x0900, 0x0980, "hi"), (0x0E00, 0x0E80, "th"), (0x10A0, 0x1100, "ka"),
    (0x3040, 0x3100, "ja"), (0x4E00, 0xA000, "zh"), (0xAC00, 0xD7B0, "ko"),
)  # fmt: skip


class Tongues(NamedTuple):
    """What was found for a batch."""

    codes: list[str]
    """For each text its language, or "und"."""
    guesses: NDArray[np.int64]
    """For each text the number of the likeliest of the languages that weights exist for."""
    read_as: NDArray[np.int64]
    """For each text the number of the language whose lexicon it is read by: its own, where that is known."""


class LanguageFinder:
    """Tells the languages of a batch that is folded already. codes: the languages with weights come first."""

    def __init__(self, codes: Sequence[str], weighted: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.codes = tuple(codes)
        self._weighted = weighted
        self._known = Lookup(arrays["language_words"])
        self._votes = arrays["language_votes"]

    def number(self, hashes: Hashes) -> NDArray[np.int64]:
        """For words with these hashes the numbers of their votes; 0: they have none."""
        return self._known.find(hashes)

    def find(
        self, texts: Sequence[str], text: Folded, words: Words, numbers: NDArray[np.int64], fallbacks: Sequence[str]
    ) -> Tongues:
        """The language of each text; where its words do not tell, its fallback, or "und". numbers: each word's."""
        codes, guesses = [], []
        for votes, fallback in zip(self._count(words, numbers).tolist(), fallbacks, strict=True):
            second, best = sorted(votes)[-2:]
            code = self.codes[votes.index(best)] if best - second >= _SURE else fallback or UNKNOWN
            weighted = votes[: self._weighted]
            trusted = code == fallback and code in self.codes[: self._weighted]
            codes.append(code)
            guesses.append(self.codes.index(code) if trusted else weighted.index(max(weighted)))
        for row, script in _foreign(texts, text):
            codes[row] = script
        known = [
            self.codes.index(code) if code in self.codes else guess for code, guess in zip(codes, guesses, strict=True)
        ]
        return Tongues(codes, np.array(guesses), np.array(known))

    def _count(self, words: Words, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        votes = np.zeros((len(words.first), len(self.codes)), dtype=np.float32)
        spoken = words.last > words.first
        votes[spoken] = np.add.reduceat(
            self._votes.take(numbers, axis=0), words.first[spoken], axis=0, dtype=np.float32
        )
        votes /= VOTE
        return votes


def _foreign(texts: Sequence[str], text: Folded) -> list[tuple[int, str]]:
    """The texts most of whose letters are in a script that no supported language uses, and that script's language."""
    strange = (text.words & (text.codes >= _SCRIPTS[0][0])).nonzero()[0]
    if not len(strange):
        return []
    rows = np.unique(text.rows[strange]).tolist()
    return [(row, script) for row in rows if (script := _script(texts[row]))]


def _script(text: str) -> str:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    counts = {name: int(((points >= first) & (points < end)).sum()) for first, end, name in _SCRIPTS}
    name = max(counts, key=counts.__getitem__)
    return name if 3 * counts[name] > len(points) else ""
