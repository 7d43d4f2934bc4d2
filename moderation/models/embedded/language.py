"""Which language a text is in: every known word votes for the languages that use it; scripts speak for themselves."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Words
from moderation.models.embedded.lookup import Lookup
from moderation.text import Folded

UNKNOWN = "und"
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


class LanguageFinder:
    """Tells the languages of a batch that is folded already. codes: the languages with weights come first."""

    def __init__(self, codes: Sequence[str], weighted: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.codes = tuple(codes)
        self._weighted = weighted
        self._known = Lookup(arrays["language_words"])
        self._votes = arrays["language_votes"]

    def find(self, texts: Sequence[str], text: Folded, words: Words, fallbacks: Sequence[str]) -> Tongues:
        """The language of each text; where its words do not tell, its fallback, or "und"."""
        votes = self._count(words, len(texts))
        ranked = np.sort(votes, axis=1)
        sure = (ranked[:, -1] - ranked[:, -2] >= _SURE).tolist()
        names = [self.codes[best] for best in votes.argmax(axis=1).tolist()]
        codes = [
            name if told else fallback or UNKNOWN for name, told, fallback in zip(names, sure, fallbacks, strict=True)
        ]
        for row, fallback in enumerate(fallbacks):
            if fallback in self.codes[: self._weighted] and codes[row] == fallback:
                votes[row, self.codes.index(fallback)] += 1e3
        for row, script in _foreign(texts, text):
            codes[row] = script
        return Tongues(codes, votes[:, : self._weighted].argmax(axis=1))

    def _count(self, words: Words, texts: int) -> NDArray[np.float32]:
        numbers = self._known.find(words.hashes)
        totals = np.zeros((len(numbers) + 1, len(self.codes)), dtype=np.float32)
        np.add.accumulate(self._votes[numbers], axis=0, out=totals[1:])
        votes: NDArray[np.float32] = totals[words.last] - totals[words.first]
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
