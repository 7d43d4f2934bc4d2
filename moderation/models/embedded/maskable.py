"""Choosing the words that people mask: words that speak for toxicity in the corpora, the strongest first."""

from collections.abc import Mapping, Sequence
from math import log

from moderation.models.embedded.compile import Pattern, read_steps, word_shares
from moderation.models.embedded.corpora import Row

_MOST = 9000
_SHORTEST = 4
_ABUSE = ("insult", "hate", "vulgar", "dehumanising")
_WRITTEN_DOWN = 5.0


def maskable_words(rows: Sequence[Row], patterns: Sequence[Pattern]) -> list[str]:
    """Folded words, those first that are frequent in toxic rows and rare in others."""
    toxic = word_shares([row.text for row in rows if row.labels.get("toxicity", 0.0) >= 0.5])
    other = word_shares([row.text for row in rows if row.labels.get("toxicity", 0.0) < 0.5])
    strengths = _strengths(toxic, other)
    for pattern, steps in zip(patterns, read_steps(patterns), strict=True):
        if pattern.severity > 1 and pattern.category in _ABUSE and len(steps) == 1:
            word = steps[0].element.stem
            if len(word) >= _SHORTEST and word.isascii() and word.isalpha():
                strengths[word] = strengths.get(word, 0.0) + _WRITTEN_DOWN
    return sorted(strengths, key=lambda word: (-strengths[word], word))[:_MOST]


def _strengths(toxic: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """How strongly each word speaks for toxicity: its log-odds, once for every doubling of how often it is used."""
    return {
        word: log(share / (other.get(word, 0.0) + 1e-6)) * log(1 + share * 1e6)
        for word, share in toxic.items()
        if len(word) >= _SHORTEST
        and word.isascii()
        and word.isalpha()
        and share > 2 * other.get(word, 0.0)
        and share > 1e-6
    }
