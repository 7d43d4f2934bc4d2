"""Which language a text is in, by its commonest words and its script."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Words
from moderation.text import Folded, fold

UNKNOWN = "und"
_SCRIPTS = (
    (0x0370, 0x0400, "el"), (0x0400, 0x0530, "ru"), (0x0530, 0x0590, "hy"), (0x0590, 0x0600, "he"),
    (0x0600, 0x0780, "ar"), (0x0900, 0x0980, "hi"), (0x0E00, 0x0E80, "th"), (0x10A0, 0x1100, "ka"),
    (0x3040, 0x3100, "ja"), (0x4E00, 0xA000, "zh"), (0xAC00, 0xD7B0, "ko"),
)  # fmt: skip


class LanguageFinder:
    """Tells the language of each text of a batch that is folded already."""

    def __init__(self, words: Sequence[tuple[str, Sequence[str]]]) -> None:
        self.codes = [code for code, _ in words]
        hashes = [(hashed, number) for number, (_, common) in enumerate(words) for hashed in hash_words(common)]
        self._hashes = np.array(sorted({hashed for hashed, _ in hashes}), dtype=np.uint64)
        self._votes = np.zeros((len(self._hashes) + 1, len(words)), dtype=np.float32)
        for hashed, number in hashes:
            self._votes[np.searchsorted(self._hashes, hashed), number] = 1
        shared = self._votes.sum(axis=1, keepdims=True)
        self._votes /= np.where(shared > 1, shared, 1)

    def find(self, text: Folded, words: Words, fallbacks: Sequence[str]) -> list[str]:
        """A code for each text; where its words do not tell, its fallback, or "und"."""
        places = np.searchsorted(self._hashes, words.hashes)
        places[self._hashes[np.minimum(places, len(self._hashes) - 1)] != words.hashes] = len(self._hashes)
        totals = np.zeros((len(words.hashes) + 1, len(self.codes)), dtype=np.float32)
        np.cumsum(self._votes[places], axis=0, out=totals[1:])
        votes = totals[words.last] - totals[words.first]
        foreign = _foreign(text)
        rows = zip(votes, words.last - words.first, foreign, fallbacks, strict=True)
        return [self._decide(row, count, script, fallback) for row, count, script, fallback in rows]

    def _decide(self, votes: NDArray[np.float32], count: int, script: str, fallback: str) -> str:
        if script:
            return script
        best = int(votes.argmax())
        second = np.partition(votes, -2)[-2]
        sure = votes[best] - second >= (1 if count < 12 else 0.08 * count)
        return self.codes[best] if sure else fallback or UNKNOWN


def _foreign(text: Folded) -> list[str]:
    """For each text the language of its script, where that is none of a supported language."""
    strange = text.words & (text.codes >= 0x0370)
    if not strange.any():
        return [""] * len(text.starts)
    return [
        _script(text.codes[start:end], text.words[start:end]) for start, end in zip(text.starts, text.ends, strict=True)
    ]


def _script(codes: NDArray[np.uint16], words: NDArray[np.bool_]) -> str:
    letters = codes[words]
    counts = {name: int(((letters >= first) & (letters < end)).sum()) for first, end, name in _SCRIPTS}
    name = max(counts, key=counts.__getitem__)
    return name if 3 * counts[name] > len(letters) else ""


def hash_words(common: Sequence[str]) -> list[int]:
    """The hashes of words as they come out of a folded text; only the first word of each entry counts."""
    text = fold(common)
    words = Words(text)
    return [int(words.hashes[first]) for first, last in zip(words.first, words.last, strict=True) if last > first]


def read_common_words(path: Path) -> list[tuple[str, list[str]]]:
    """The file of common words: a language code, a tab, its words."""
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(code, words.split()) for code, words in lines]
