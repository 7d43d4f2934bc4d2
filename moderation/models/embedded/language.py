"""Which language a text is in: every known word votes for the languages that use it; scripts speak for themselves."""

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes, Words
from moderation.models.embedded.lookup import Lookup
from moderation.text import Folded

UNKNOWN = "und"
VOTE = 31.0
"""So many units of a stored vote are one."""
_ABOVE = 128
"""A stored vote is never less than minus this; the same is added to that of every language."""
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
    guesses: list[int]
    """For each text the number of the likeliest of the languages that weights exist for."""
    read_as: list[int]
    """For each text the number of the language whose lexicon it is read by: its own, where that is known."""


class LanguageFinder:
    """Tells the languages of a batch that is folded already. codes: the languages with weights come first."""

    def __init__(self, codes: Sequence[str], weighted: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.codes = tuple(codes)
        self._numbers = {code: number for number, code in enumerate(codes)}
        self._weighted = weighted
        self._known = Lookup(arrays["language_words"])
        self._votes = arrays["language_votes"]
        self._fields = Struct(f"<{len(codes)}I")
        """Room for the votes of millions of words."""
        self._silent = self._pack(0)

    def votes(self, hashes: Hashes) -> list[int]:
        """For words with these hashes how much they speak for each language, packed so that they add up at once."""
        return [self._pack(number) if number else self._silent for number in self._known.find(hashes).tolist()]

    def _pack(self, number: int) -> int:
        return int.from_bytes((self._votes[number].astype(np.int32) + _ABOVE).tobytes(), "little")

    def find(
        self, texts: Sequence[str], text: Folded, words: Words, votes: Sequence[int], fallbacks: Sequence[str]
    ) -> Tongues:
        """The language of each text; where its words do not tell, its fallback, or "und". votes: of each word."""
        tongues = Tongues([], [], [])
        for row, (first, last, fallback) in enumerate(zip(words.first, words.last, fallbacks, strict=True)):
            counted = self._fields.unpack(sum(votes[first:last]).to_bytes(self._fields.size, "little"))
            second, best = sorted(counted)[-2:]
            sure = best - second >= _SURE * VOTE
            code = self.codes[counted.index(best)] if sure else _script(texts[row], text, row) or fallback or UNKNOWN
            weighted = counted[: self._weighted]
            guess = weighted.index(max(weighted))
            number = self._numbers.get(code, guess)
            tongues.codes.append(code)
            tongues.guesses.append(number if number < self._weighted else guess)
            tongues.read_as.append(number)
        return tongues


def _script(written: str, text: Folded, row: int) -> str:
    """The language of the script that most letters are in; empty where supported languages use it, too."""
    codes = slice(text.starts[row], text.ends[row])
    if not (text.codes[codes][text.words[codes]] >= _SCRIPTS[0][0]).any():
        return ""  # nothing is left but Latin letters, and what looks like them
    points = np.frombuffer(written.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    counts = {name: int(((points >= first) & (points < end)).sum()) for first, end, name in _SCRIPTS}
    name = max(counts, key=counts.__getitem__)
    return name if 3 * counts[name] > len(points) else ""
