"""Choosing the words that disguises are undone by: those of the corpora, and those of the lexicon."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.compile import Pattern, read_steps, word_counts
from moderation.models.embedded.corpora import Row
from moderation.models.embedded.wordbook import LEVELS, LONGEST, RAREST, STEP, Use, pack_words

_LEAST = {"de": 1, "en": 8, "pl": 4, "ro": 4}
"""So often a word must be there in the corpora of its language; German ones are few, and German words are many."""
_ABUSE = ("insult", "hate", "vulgar", "dehumanising")
_SHORTEST = 4
_LEADING, _PRODUCTIVE = 6, 12
"""A word of this level that begins so many others, with a known word behind it, counts as a prefix."""
_TELLING = 4.0
"""A word that is so many times as frequent in toxic rows as in others counts as abuse, ..."""
_ENOUGH = 5
"""... if it is there so often."""


def word_list(rows: Sequence[Row], patterns: Sequence[Pattern]) -> NDArray[np.uint8]:
    """The words of the languages of the rows, packed; of other languages their words of abuse."""
    languages = sorted({row.language for row in rows})
    abuse = _abuse_of(patterns)
    uses: dict[str, list[Use]] = {}
    for number, code in enumerate(languages):
        counts, telling = _count([row for row in rows if row.language == code])
        stems = _stems([pattern for pattern in patterns if pattern.language == code])
        total = counts.total()
        for word in {*(word for word, count in counts.items() if count >= _LEAST.get(code, 1)), *stems}:
            use = Use(number, _level(counts[word] / total), word in abuse or word in telling)
            uses.setdefault(word, []).append(use)
    for word in abuse - uses.keys():
        uses[word] = [Use(len(languages), 0, True)]
    return pack_words(languages, sorted(_prefixes(uses)), uses)


def _prefixes(uses: Mapping[str, Sequence[Use]]) -> set[str]:
    """The words that so many others of their language consist of, with a second word behind (auf, vor, zu)."""
    levels = {(word, use.language): use.level for word, some in uses.items() for use in some}
    counts = Counter(
        (word[:place], language)
        for word, language in levels
        for place in range(2, len(word) - 2)
        if levels.get((word[:place], language), 0) >= _LEADING and (word[place:], language) in levels
    )
    return {word for (word, _), count in counts.items() if count >= _PRODUCTIVE}


def _count(rows: Sequence[Row]) -> tuple[Counter[str], set[str]]:
    """How often each word is there, and which words speak for toxicity."""
    toxic, other = (
        Counter({word: count for word, count in word_counts(texts).items() if _plain(word)})
        for texts in (
            [row.text for row in rows if row.labels.get("toxicity", 0.0) >= 0.5],
            [row.text for row in rows if row.labels.get("toxicity", 0.0) < 0.5],
        )
    )
    ratio = _TELLING * toxic.total() / max(other.total(), 1)
    telling = {word for word, count in toxic.items() if count >= _ENOUGH and count > ratio * other[word]}
    return toxic + other, {word for word in telling if len(word) >= _SHORTEST}


def _level(share: float) -> int:
    return min(max(round((RAREST + log(share)) / STEP), 0), LEVELS - 1) if share else 0


def _plain(word: str) -> bool:
    return 2 <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def _stems(patterns: Sequence[Pattern]) -> set[str]:
    """The words of these patterns, and the stems that words begin with."""
    elements = [step.element for steps in read_steps(patterns) for step in steps]
    stems = {element.stem for element in elements if element.kind != "tail"}
    return {stem for stem in stems if len(stem) >= _SHORTEST and _plain(stem)}


def _abuse_of(patterns: Sequence[Pattern]) -> set[str]:
    """The single words of abuse, of all languages."""
    return _stems([pattern for pattern in patterns if _is_abuse(pattern)])


def _is_abuse(pattern: Pattern) -> bool:
    strong = pattern.severity > 1 or pattern.category == "vulgar"
    return strong and pattern.category in _ABUSE and " " not in pattern.text
