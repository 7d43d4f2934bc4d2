"""From a batch of texts to probabilities and spans: fold, look up, match, combine."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.comment import Scores, Span
from moderation.models.embedded.features import Words, word_buckets
from moderation.models.embedded.language import UNKNOWN, LanguageFinder, Tongues
from moderation.models.embedded.lexicon import Matches, open_lexicon
from moderation.models.embedded.linear import Evidence, open_table, sum_up, weigh
from moderation.models.embedded.meaning import Guesser
from moderation.models.embedded.respell import Respeller
from moderation.models.embedded.signals import (
    FRONT,
    Columns,
    combine,
    find_matches,
    read_context,
    signal_matrix,
    slopes,
)
from moderation.models.embedded.spans import find_spans, word_weights
from moderation.models.embedded.spelling import Speller
from moderation.models.embedded.stems import stem_keys
from moderation.models.embedded.unmask import Unmasker, point_back
from moderation.models.embedded.vocabulary import Learned, Vocabulary
from moderation.models.embedded.weights import Weights
from moderation.models.embedded.windows import Window, choose_spans, cut, sum_up_scores
from moderation.models.embedded.wordbook import NOTHING, Wordbook
from moderation.text import Folded
from moderation.text import fold as defended

NEVER = -30.0
"""The log-odds of a label that a language's corpora do not tell."""
IMPLYING = ("toxicity", "severe_toxicity", "identity_attack", "threat", "sexual_explicit")
"""A text is at least as likely toxic as it is any of these. Not so insult: hate corpora call mere insults harmless."""
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
        self._table = open_table(arrays)
        self._scales = arrays["scales"]
        """For each language and each head what its evidence is multiplied by, and what is added."""
        self._head_signals = arrays["head_signals"].astype(np.float64)
        told = ~np.isnan(arrays["lines"][:, :, -1])
        self._told = [[(place, label) for place, label in enumerate(self.labels) if part[place]] for part in told]
        """For each part the labels that are told in it, and their places."""
        lines = np.nan_to_num(arrays["lines"].astype(np.float64))
        self._lines, self._offsets = lines[:, :, :-1], np.where(told, lines[:, :, -1], NEVER)
        self._implying = np.array([self.labels.index(label) for label in IMPLYING])
        self._by_signals, self._by_lines = _ByPart(self._head_signals), _ByPart(self._lines)
        self._columns = Columns(facts["columns"])
        self._own = np.stack([self._columns.own(code) for code in facts["found_languages"]])
        self._lexicon = open_lexicon(arrays)
        self._finder = LanguageFinder(facts["found_languages"], len(self.languages), arrays)
        self._vocabulary = Vocabulary(self._learn)
        book = Wordbook(arrays["wordbook"] if fold is defended else NOTHING)
        offence = self._table.view(np.int8).reshape(len(self._table), -1)[:-1, 0]
        parts = offence.reshape(len(self.languages), -1)
        self._speller = Speller(book)
        self._respeller = Respeller(self._speller)
        self._unmask = Unmasker(Guesser(book, dict(zip(self.languages, parts, strict=True))), self._languages_of)

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Scores]:
        """Probability of each label for each text, without spans. languages: fallbacks, one for each text, or none."""
        windows = cut(texts)
        found = [scores for reading in self._readings(windows, languages) for scores in self._score(reading)]
        return found if len(found) == len(texts) else sum_up_scores(windows, found)

    def explain(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[tuple[Span, ...]]:
        """For each text the words that earned its toxicity, or the label that implies it, heaviest first."""
        windows = cut(texts)
        toxicity: list[float] = []
        found: list[tuple[Span, ...]] = []
        for reading in self._readings(windows, languages):
            toxicity += self._chances(reading)[:, 0].tolist()
            found += self._explain(reading)
        return choose_spans(windows, toxicity, found)

    def _readings(self, windows: Sequence[Window], languages: Sequence[str]) -> Iterator[Reading]:
        fallbacks = [languages[window.row] for window in windows] if languages else [""] * len(windows)
        for first in range(0, len(windows), BATCH):
            batch = slice(first, first + BATCH)
            yield self._read(windows[batch], fallbacks[batch])

    def _read(self, windows: Sequence[Window], fallbacks: Sequence[str]) -> Reading:
        texts, places = self._unmask.restore([window.text for window in windows])
        text = self._fold(texts)
        words = Words(text)
        known = self._vocabulary.recall(words)
        meant = self._respeller.respell(text, words, known.meant)
        if meant is not text:
            text, words = meant, Words(meant)
            known = self._vocabulary.recall(words)
        point_back(text, places)
        tongues = self._finder.find(texts, text, words, known.votes, fallbacks)
        parts = np.array([self._part(*found) for found in zip(tongues.codes, tongues.guesses.tolist(), strict=True)])
        evidence = weigh(text, words, known.buckets, self._table, tongues.guesses)
        own = self._own[tongues.read_as]
        matches = find_matches(self._lexicon, words, self._columns, own, known.holdings)
        signals = signal_matrix(matches, len(texts), len(self._columns.names))
        scales = self._scales[tongues.guesses]
        heads = sum_up(text, words, evidence) * scales[:, :, 0]
        heads += scales[:, :, 1]
        heads += self._by_signals(signals, tongues.guesses)
        context = read_context(heads[:, 2], signals, self._columns)
        combined = combine(heads, signals, context)
        return Reading(text, words, tongues, parts, evidence, matches, context, combined)

    def _part(self, language: str, guess: int) -> int:
        """Which lines a text is read by: those of the guess, or the last ones, for any other language."""
        return guess if language == UNKNOWN or language in self.languages else len(self.languages)

    def _learn(self, words: Sequence[str]) -> Learned:
        keys = stem_keys(words)
        meant = list(map(self._speller.meant, words))
        return Learned(word_buckets(keys[0]), self._finder.number(keys[0]), self._lexicon.hold(keys), meant)

    def _languages_of(self, texts: Sequence[str]) -> list[str]:
        """The language of each text, or the likeliest of those with weights."""
        text = self._fold(texts)
        words = Words(text)
        tongues = self._finder.find(texts, text, words, self._vocabulary.recall(words).votes, [""] * len(texts))
        numbers = zip(tongues.codes, tongues.guesses.tolist(), strict=True)
        return [self.languages[number] if code == UNKNOWN else code for code, number in numbers]

    def _score(self, reading: Reading) -> list[Scores]:
        chances = self._chances(reading).tolist()
        return [self._scores(*row) for row in zip(reading.tongues.codes, chances, reading.parts.tolist(), strict=True)]

    def _chances(self, reading: Reading) -> Floats:
        """The probability of each label for each text, to six digits."""
        margins = self._margins(reading)
        margins[:, 0] = margins[:, self._implying].max(axis=1)
        chances: Floats = (1.0 / (1.0 + np.exp(-margins))).round(6)
        return chances

    def _margins(self, reading: Reading) -> Floats:
        return self._by_lines(reading.combined, reading.parts) + self._offsets[reading.parts]

    def _scores(self, language: str, chances: Sequence[float], part: int) -> Scores:
        supported = language in self.languages or language == UNKNOWN
        known = {label: chances[place] for place, label in self._told[part]}
        return Scores(self.name, self.version, language, supported, known)

    def _explain(self, reading: Reading) -> list[tuple[Span, ...]]:
        words, matches = reading.words, reading.matches
        leading = self._implying[self._margins(reading)[:, self._implying].argmax(axis=1)]
        line = self._lines[reading.parts, leading]
        worths = slopes(reading.context, line)
        scaled = worths * self._scales[reading.tongues.guesses, :2, 0]
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
