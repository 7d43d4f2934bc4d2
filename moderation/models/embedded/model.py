"""From a batch of texts to probabilities and spans: fold, look up, match, combine."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.comment import Scores, Span
from moderation.models.embedded.features import Words
from moderation.models.embedded.language import UNKNOWN, LanguageFinder, Tongues
from moderation.models.embedded.lexicon import Matches, open_lexicon
from moderation.models.embedded.linear import Evidence, open_tables, sum_up, weigh
from moderation.models.embedded.meaning import Guesser
from moderation.models.embedded.respell import Respeller
from moderation.models.embedded.signals import FRONT, Columns, combine, defuse, read_context, signal_matrix, slopes
from moderation.models.embedded.spans import find_spans, word_weights
from moderation.models.embedded.unmask import Unmasker, point_back
from moderation.models.embedded.weights import Weights
from moderation.models.embedded.windows import Window, choose_spans, cut, sum_up_scores
from moderation.models.embedded.wordbook import NOTHING, Wordbook
from moderation.text import Folded
from moderation.text import fold as defended

BATCH = 64
"""Windows folded and scored at once: enough to make the calls cheap, few enough to stay in the cache."""

Floats = NDArray[np.float64]


class Reading(NamedTuple):
    """A batch, read."""

    text: Folded
    words: Words
    tongues: Tongues
    parts: NDArray[np.int64]
    """For each text which language's lines it is read by; the last are for any other language."""
    evidence: Evidence
    matches: Matches
    context: Floats
    combined: Floats


class Embedded:
    """The Model protocol over the weights in the package."""

    name = "embedded"

    def __init__(self, weights: Weights, fold: Callable[[Sequence[str]], Folded] = defended) -> None:
        self._fold = fold
        facts, arrays = weights.facts, weights.arrays
        self.version: str = facts["version"]
        self.labels: tuple[str, ...] = tuple(facts["labels"])
        self.languages: tuple[str, ...] = tuple(facts["languages"])
        self.threshold: float = facts["threshold"]["de"]
        """The probability of toxicity at which German tweets were told apart best in training; for measuring."""
        self._tables = open_tables(arrays)
        self._scales, self._biases = arrays["scales"][:, :, 0], arrays["scales"][:, :, 1]
        self._head_signals = arrays["head_signals"].astype(np.float64)
        self._told = ~np.isnan(arrays["lines"][:, :, -1])
        lines = np.nan_to_num(arrays["lines"].astype(np.float64))
        self._lines, self._offsets = lines[:, :, :-1], lines[:, :, -1]
        self._by_signals, self._by_lines = _ByPart(self._head_signals), _ByPart(self._lines)
        self._columns = Columns(facts["columns"])
        self._lexicon = open_lexicon(arrays)
        self._finder = LanguageFinder(facts["found_languages"], len(self.languages), arrays)
        book = Wordbook(arrays["wordbook"] if fold is defended else NOTHING)
        offence = dict(zip(self.languages, self._tables[0][:-1].reshape(len(self.languages), -1), strict=True))
        self._unmask = Unmasker(Guesser(book, offence), self._languages_of)
        self._respeller = Respeller(book)

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Scores]:
        """Probability of each label for each text, without spans. languages: fallbacks, one for each text, or none."""
        windows = cut(texts)
        fallbacks = [languages[window.row] for window in windows] if languages else [""] * len(windows)
        found: list[Scores] = []
        for first in range(0, len(windows), BATCH):
            batch = windows[first : first + BATCH]
            found += self._score(self._read(batch, fallbacks[first : first + BATCH]))
        return found if len(found) == len(texts) else sum_up_scores(windows, found)

    def explain(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """For each text the words that earned its toxicity, heaviest first."""
        windows = cut(texts)
        toxicity: list[float] = []
        found: list[tuple[Span, ...]] = []
        for first in range(0, len(windows), BATCH):
            batch = windows[first : first + BATCH]
            reading = self._read(batch, [""] * len(batch))
            toxicity += self._chances(reading)[:, 0].tolist()
            found += self._explain(reading)
        return choose_spans(windows, toxicity, found)

    def _read(self, windows: Sequence[Window], fallbacks: Sequence[str]) -> Reading:
        texts, places = self._unmask.restore([window.text for window in windows])
        text = self._fold(texts)
        text, words = self._respeller.respell(texts, text, Words(text))
        point_back(text, places)
        tongues = self._finder.find(texts, text, words, fallbacks)
        strange = [code != UNKNOWN and code not in self.languages for code in tongues.codes]
        parts = np.where(strange, len(self.languages), tongues.guesses)
        evidence = weigh(text, words, self._tables, tongues.guesses)
        matches = defuse(self._lexicon.match(words), words, self._columns)
        signals = signal_matrix(matches, len(texts), len(self._columns.names))
        heads = sum_up(text, words, evidence) * self._scales[tongues.guesses] + self._biases[tongues.guesses]
        heads += self._by_signals(signals, tongues.guesses)
        context = read_context(heads[:, 2], signals, self._columns)
        combined = combine(heads, signals, context)
        return Reading(text, words, tongues, parts, evidence, matches, context, combined)

    def _languages_of(self, texts: Sequence[str]) -> list[str]:
        """The language of each text, or the likeliest of those with weights."""
        text = self._fold(texts)
        tongues = self._finder.find(texts, text, Words(text), [""] * len(texts))
        numbers = zip(tongues.codes, tongues.guesses.tolist(), strict=True)
        return [self.languages[number] if code == UNKNOWN else code for code, number in numbers]

    def _score(self, reading: Reading) -> list[Scores]:
        chances = self._chances(reading).tolist()
        told = self._told[reading.parts].tolist()
        return [self._scores(*row) for row in zip(reading.tongues.codes, chances, told, strict=True)]

    def _chances(self, reading: Reading) -> Floats:
        """The probability of each label for each text, to six digits."""
        margins = self._by_lines(reading.combined, reading.parts) + self._offsets[reading.parts]
        chances: Floats = (1.0 / (1.0 + np.exp(-margins))).round(6)
        return chances

    def _scores(self, language: str, chances: Sequence[float], told: Sequence[bool]) -> Scores:
        supported = language in self.languages or language == UNKNOWN
        known = {label: chance for label, chance, tell in zip(self.labels, chances, told, strict=True) if tell}
        return Scores(self.name, self.version, language, supported, known)

    def _explain(self, reading: Reading) -> list[tuple[Span, ...]]:
        words, matches = reading.words, reading.matches
        line = self._lines[reading.parts, 0]
        worths = slopes(reading.context, line)
        scaled = worths * self._scales[reading.tongues.guesses, :2]
        runs = _weigh(reading.evidence.runs, scaled[reading.text.rows])
        singles = _weigh(reading.evidence.words, scaled[words.rows])
        worth = line[matches.rows, FRONT + matches.columns]
        tongues = reading.tongues.guesses[matches.rows]
        worth += (worths[matches.rows] * self._head_signals[tongues, :2, matches.columns]).sum(axis=1)
        weights = word_weights(reading.text, words, runs, singles, matches, worth)
        return find_spans(reading.text, words, weights)


class _ByPart:
    """Rows of numbers times the weights of the part that each belongs to. weights: parts, outputs, columns."""

    def __init__(self, weights: Floats) -> None:
        self._shape = weights.shape[:2]
        self._all = np.ascontiguousarray(weights.reshape(-1, weights.shape[2]).T)

    def __call__(self, values: Floats, parts: NDArray[np.int64]) -> Floats:
        every = (values @ self._all).reshape(len(values), *self._shape)
        chosen: Floats = every[np.arange(len(values)), parts]
        return chosen


def _weigh(sums: NDArray[np.signedinteger[Any]], worths: Floats) -> Floats:
    weighed: Floats = sums[0] * worths[:, 0] + sums[1] * worths[:, 1]  # a statement has no part in a margin's slope
    return weighed
