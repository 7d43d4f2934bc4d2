"""Which words earned a score: those without which it is lower, found with a bounded number of questions."""

import re
from collections.abc import Callable, Sequence

from moderation.comment import Span

GROUPS = 16
"""Parts that a long text is first asked about; the two heaviest are asked word by word, so 48 questions at most."""
NOTABLE = 0.02
"""Loss of toxicity below which a word does not stand out."""
MOST = 8

Place = tuple[int, int]


def heaviest_words(
    text: str, start: int, end: int, toxicity: float, measure: Callable[[str], float]
) -> tuple[Span, ...]:
    """Words of text[start:end], heaviest first; the weight is by how much toxicity falls without the word.

    toxicity: of the whole part; measure: of any text.
    """
    words = [(word.start(), word.end()) for word in re.compile(r"\S+").finditer(text, start, end)]
    part = text[start:end]

    def loss(gone: Sequence[Place]) -> float:
        first, last = gone[0][0] - start, gone[-1][1] - start
        return toxicity - measure(part[:first] + part[last:])

    weighed = [(loss([word]), word) for word in _suspects(words, loss)]
    notable = sorted((pair for pair in weighed if pair[0] > NOTABLE), reverse=True)[:MOST]
    return tuple(Span(*word, weight) for weight, word in notable)


def _suspects(words: list[Place], loss: Callable[[Sequence[Place]], float]) -> list[Place]:
    """All words of a short text; of a long one those in the two groups that weigh most, the heaviest group first."""
    if len(words) <= GROUPS:
        return words
    groups = _split(words, GROUPS)
    groups.sort(key=loss, reverse=True)
    return [word for group in groups[:2] for word in group][: 2 * GROUPS]


def _split(words: list[Place], parts: int) -> list[list[Place]]:
    size = -(-len(words) // parts)
    return [words[first : first + size] for first in range(0, len(words), size)]
