"""From a batch of texts to probabilities and spans: fold, look up, match, combine."""

from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.comment import Scores, Span
from moderation.models.embedded.features import Words, word_buckets
from moderation.models.embedded.language import UNKNOWN, LanguageFinder, Tongues
from moderation.models.embedded.lexicon import Match, open_lexicon
from moderation.models.embedded.linear import Evidence, open_table, sum_up, weigh
from moderation.models.embedded.meaning import Guesser
from moderation.models.embedded.output import Margins, Output, chances
from moderation.models.embedded.respell import Respeller, replace, replace_strings
from moderation.models.embedded.signals import Columns, find_matches
from moderation.models.embedded.spans import find_spans, word_weights
from moderation.models.embedded.spelling import Speller
from moderation.models.embedded.stems import stem_keys
from moderation.models.embedded.unmask import Unmasker, point_back
from moderation.models.embedded.vocabulary import Known, Vocabulary
from moderation.models.embedded.weights import Weights
from moderation.models.embedded.windows import Window, choose_spans, cut, sum_up_scores
from moderation.models.embedded.wordbook import EMPTY, Wordbook
from moderation.text import Folded
from moderation.text import fold as defended

IMPLYING = ("toxicity", "severe_toxicity", "identity_attack", "threat", "sexual_explicit")
"""A text is at least as likely toxic as it is any of these. Not so insult: hate corpora call mere insults harmless."""
BATCH, ROOM = 160, 28_672
"""Windows folded and scored at once, and their code points: enough to make calls cheap, few enough for the cache."""

Floats = NDArray[np.float64]


class Reading(NamedTuple):
    """A batch, read."""

    text: Folded
    words: Words
    tongues: Tongues
    parts: list[int]
    """For each text which part of the output it is read by."""
    evidence: Evidence
    found: Sequence[Sequence[Match]]
    """For each text what the lexicon finds."""
    margins: list[Margins]


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
        self._columns = Columns(facts["columns"])
        self._foreign = [self._columns.foreign(code) for code in facts["found_languages"]]
        self._output = Output(arrays, self._columns, len(self.languages))
        self._implying = [self.labels.index(label) for label in IMPLYING]
        self._untold = [list(compress(self.labels, ~part)) for part in self._output.told]
        """For each part of the output the labels without evidence."""
        self._lexicon = open_lexicon(arrays)
        self._finder = LanguageFinder(facts["found_languages"], len(self.languages), arrays)
        self._vocabulary = Vocabulary(self._learn)
        book = Wordbook(arrays["wordbook"] if fold is defended else EMPTY)
        offence = self._table.view(np.int8).reshape(len(self._table), -1)[:, 0]
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
            toxicity += [scores.probabilities["toxicity"] for scores in self._score(reading)]
            found += self._explain(reading)
        return choose_spans(windows, toxicity, found)

    def _readings(self, windows: Sequence[Window], languages: Sequence[str]) -> Iterator[Reading]:
        texts = windows[-1].row + 1 if windows else 0
        if languages and len(languages) != texts:
            raise ValueError(f"{texts} texts, but {len(languages)} languages: give one for each, or none.")
        for batch in _batches(windows):
            yield self._read(batch, [languages[window.row] for window in batch] if languages else [""] * len(batch))

    def _read(self, windows: Sequence[Window], fallbacks: Sequence[str]) -> Reading:
        texts, places = self._unmask.restore([window.text for window in windows])
        text = self._fold(texts)
        words = Words(text)
        strings = words.strings()
        known = self._vocabulary.recall(strings)
        changes = self._respeller.respell(text, words, strings, [one.meant for one in known])
        if changes:
            text = replace(text, words, changes)
            words = Words(text)
            known = self._vocabulary.recall(replace_strings(strings, changes))
        point_back(text, places)
        tongues = self._finder.find(texts, text, words, [one.votes for one in known], fallbacks)
        parts = list(map(self._part, tongues.codes, tongues.guesses))
        buckets = np.frombuffer(b"".join([one.bucket for one in known]), dtype=np.int64)
        evidence = weigh(text, words, buckets, self._table, tongues.guesses)
        foreign = [self._foreign[number] for number in tongues.read_as]
        found = find_matches(self._lexicon, self._columns, words, [one.held for one in known], foreign)
        margins = list(map(self._output.read, sum_up(text, words, evidence), found, parts))
        return Reading(text, words, tongues, parts, evidence, found, margins)

    def _part(self, language: str, guess: int) -> int:
        """By which part of the output a text is read: that of the guess, or the one for any other language."""
        return guess if language == UNKNOWN or language in self.languages else guess + len(self.languages)

    def _learn(self, words: Sequence[str]) -> list[Known]:
        keys = stem_keys(words)
        buckets = word_buckets(keys[0]).view("V8").tolist()
        found = buckets, self._finder.votes(keys[0]), self._lexicon.hold(keys)
        return list(map(Known, *found, map(self._speller.meant, words)))

    def _languages_of(self, texts: Sequence[str]) -> list[str]:
        """The language of each text, or the likeliest of those with weights."""
        text = self._fold(texts)
        words = Words(text)
        votes = [known.votes for known in self._vocabulary.recall(words.strings())]
        tongues = self._finder.find(texts, text, words, votes, [""] * len(texts))
        numbers = zip(tongues.codes, tongues.guesses, strict=True)
        return [self.languages[number] if code == UNKNOWN else code for code, number in numbers]

    def _score(self, reading: Reading) -> list[Scores]:
        return list(map(self._scores, reading.tongues.codes, reading.margins, reading.parts))

    def _scores(self, language: str, margins: Margins, part: int) -> Scores:
        found = chances(margins.labels)
        known = dict(zip(self.labels, found, strict=True))
        known["toxicity"] = max([found[place] for place in self._implying])
        for label in self._untold[part]:
            del known[label]
        return Scores(self.name, self.version, language, part < len(self.languages), known)

    def _explain(self, reading: Reading) -> list[tuple[Span, ...]]:
        text, words, parts = reading.text, reading.words, reading.parts
        leading = [max(self._implying, key=margins.labels.__getitem__) for margins in reading.margins]
        contexts = [margins.context for margins in reading.margins]
        slopes = list(map(self._output.slopes, contexts, parts, leading))
        scaled = np.array(list(map(self._output.scale, slopes, parts)))
        runs = _weigh(reading.evidence.runs, scaled[text.rows])
        singles = _weigh(reading.evidence.words, scaled[words.rows])
        worths = [
            (first + left, first + right, self._output.worth(slope, part, label, column))
            for first, matches, slope, part, label in zip(
                words.first, reading.found, slopes, parts, leading, strict=True
            )
            for left, right, column in sorted(matches)
        ]
        return find_spans(text, words, word_weights(text, words, runs, singles, worths))


def _batches(windows: Sequence[Window]) -> Iterator[list[Window]]:
    batch: list[Window] = []
    room = ROOM
    for window in windows:
        room -= len(window.text)
        if len(batch) == BATCH or (batch and room < 0):
            yield batch
            batch, room = [], ROOM - len(window.text)
        batch.append(window)
    if batch:
        yield batch


def _weigh(sums: NDArray[np.signedinteger[Any]], worths: Floats) -> Floats:
    weighed: Floats = sums[0] * worths[:, 0] + sums[1] * worths[:, 1]  # a statement has no part in a margin's slope
    return weighed
