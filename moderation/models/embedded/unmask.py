"""Writing out words with letters masked or broken off: Idi*t, Idio…"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.meaning import Guesser
from moderation.text import Folded

_MARKED = re.compile(
    r"(?<![\w*@])(?:\*[^\W\d_]{3,}(?![\w*])|[^\W\d_]++(?:[*#]++[^\W\d_]*+)+|[^\W\d_]{3,}(?:(?:…|\.\.+)(?!\w)|(?=…|\.\.)))"
)
"""A word with its first letter masked, with others masked, or broken off; not *emphasised*, not an account's name."""

Word = tuple[re.Match[str], str]
"""Where a word is, and what it means."""


class Unmasker:
    """Writes out the words that a guesser guesses. languages: finds the languages of texts."""

    def __init__(self, guesser: Guesser, languages: Callable[[Sequence[str]], Sequence[str]]) -> None:
        self._guesser = guesser
        self._languages = languages

    def restore(self, texts: Sequence[str]) -> tuple[list[str], Mapping[int, NDArray[np.int32]]]:
        """The texts with such words written out; for each text changed, the old place of each new code point."""
        restored, places = list(texts), {}
        marked = [row for row, text in enumerate(texts) if _has_marks(text)]
        for row, found in self._meant(texts, marked).items() if marked else ():
            words = [(match, word) for match, word in found if word]
            if words:
                restored[row], places[row] = _write_out(texts[row], words)
        return restored, places

    def _meant(self, texts: Sequence[str], rows: Sequence[int]) -> dict[int, list[Word]]:
        """For each of these texts its words with marks. Its language is looked for where that makes a difference."""
        found = {
            row: [(match, self._guesser.guess(match[0].rstrip("…."))) for match in _MARKED.finditer(texts[row])]
            for row in rows
        }
        unsure = [row for row in rows if any(len(set(words.values())) > 1 for _, words in found[row])]
        languages = dict(zip(unsure, self._languages([texts[row] for row in unsure]), strict=True)) if unsure else {}
        return {
            row: [(match, words.get(languages.get(row, ""), words[""])) for match, words in some]
            for row, some in found.items()
        }


def _has_marks(text: str) -> bool:
    if "*" in text or "…" in text or ".." in text:
        return True
    return "#" in text and any(part[-1:].isalpha() for part in text.split("#")[:-1])


def _write_out(text: str, words: Sequence[Word]) -> tuple[str, NDArray[np.int32]]:
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
