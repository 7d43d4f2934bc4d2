"""The embedded model: Flagdesk's own, small enough to ship in the package, needing nothing but numpy."""

from collections.abc import Sequence

from moderation.comment import Scores, Span
from moderation.errors import ModelError
from moderation.models.embedded.calibration import probabilities
from moderation.models.embedded.features import Words
from moderation.models.embedded.language import UNKNOWN, LanguageFinder, read_common_words
from moderation.models.embedded.linear import sum_up, weigh
from moderation.models.embedded.spans import find_spans
from moderation.models.embedded.weights import HERE, Weights, read_weights
from moderation.text import fold

BATCH = 256
"""Texts folded and scored at once: enough to make the calls cheap, few enough to stay in the cache."""
LONGEST = 20_000
"""Only so many code points of a text are read; no comment field in use takes more."""


class Embedded:
    """The Model protocol over the weights in the package."""

    name = "embedded"

    def __init__(self, weights: Weights) -> None:
        self.version: str = weights.facts["version"]
        self.labels: tuple[str, ...] = tuple(weights.facts["labels"])
        self._supported = frozenset(weights.facts["languages"])
        self._table = weights.arrays["table"]
        self._scale: float = weights.facts["scale"]
        self._bias: float = weights.facts["bias"]
        self._calibration: dict[str, tuple[float, float]] = weights.facts["calibration"]
        self._finder = LanguageFinder(read_common_words(HERE / "languages.tsv"))

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Scores]:
        """Probability of each label for each text, without spans. languages: fallbacks, one for each text, or none."""
        fallbacks = list(languages) or [""] * len(texts)
        batches = range(0, len(texts), BATCH)
        return [
            scores
            for first in batches
            for scores in self._score_batch(texts[first : first + BATCH], fallbacks[first : first + BATCH])
        ]

    def _score_batch(self, texts: Sequence[str], fallbacks: Sequence[str]) -> list[Scores]:
        text = fold([text[:LONGEST] for text in texts])
        words = Words(text)
        margins = sum_up(text, words, weigh(text, words, self._table)) * self._scale + self._bias
        codes = self._finder.find(text, words, fallbacks)
        chances = probabilities(margins, codes, self._calibration)
        return [self._scores(code, float(chance)) for code, chance in zip(codes, chances, strict=True)]

    def _scores(self, language: str, toxicity: float) -> Scores:
        supported = language in self._supported or language == UNKNOWN
        return Scores(self.name, self.version, language, supported, {"toxicity": toxicity})

    def explain(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """For each text the words that earned its toxicity, heaviest first."""
        found: list[tuple[Span, ...]] = []
        for first in range(0, len(texts), BATCH):
            text = fold([text[:LONGEST] for text in texts[first : first + BATCH]])
            words = Words(text)
            found += find_spans(text, words, weigh(text, words, self._table), self._scale)
        return found


def load(argument: str = "") -> Embedded:
    """The embedded model. Raises ModelError when something is asked of it, or its weights are damaged."""
    if argument:
        raise ModelError(f"The embedded model takes no argument, but got {argument!r}.")
    return Embedded(read_weights())
