"""Windows over long texts: an insult counts by the words around it, however long the comment is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from moderation.comment import Scores, Span
from moderation.models.embedded.language import UNKNOWN

WHOLE = 1200
"""A text of no more code points than this is read as a whole. Few comments are longer."""
LENGTH = 300
"""Code points of a window: with more, harmless sentences around an insult outweigh it; with fewer, context is lost."""
SHARED = 100
"""At least so many code points of a window are in the next one too, so that no phrase is cut in half unseen."""
_REACH = 40
"""So far back a word's end is looked for."""


class Window(NamedTuple):
    """A part of a text, by the text's number and its first code point there."""

    row: int
    start: int
    text: str


def cut(texts: Sequence[str]) -> list[Window]:
    """The windows of each text, in order; at least one for each."""
    return [window for row, text in enumerate(texts) for window in _windows(row, text)]


def _windows(row: int, text: str) -> list[Window]:
    if len(text) <= WHOLE:
        return [Window(row, 0, text)]
    return [Window(row, start, text[start:end]) for start, end in _places(text)]


def _places(text: str) -> list[tuple[int, int]]:
    start, places = 0, []
    while len(text) - start > LENGTH:
        end = _word_end(text, start + LENGTH)
        places.append((start, end))
        start = _word_end(text, end - SHARED)
    return [*places, (start, len(text))]


def _word_end(text: str, place: int) -> int:
    """The last white space in reach before this place; the place itself where there is none."""
    found = max(text.rfind(space, place - _REACH, place) for space in " \n\t")
    return found if found >= 0 else place


def sum_up_scores(windows: Sequence[Window], scores: Sequence[Scores]) -> list[Scores]:
    """For each text its highest probability of each label, in the language that most of its windows are in."""
    texts = groupby(zip(windows, scores, strict=True), key=lambda pair: pair[0].row)
    return [_worst([found for _, found in pairs]) for _, pairs in texts]


def _worst(scores: Sequence[Scores]) -> Scores:
    if len(scores) == 1:
        return scores[0]
    languages = Counter(found.language for found in scores if found.language != UNKNOWN)
    language = max(languages, key=languages.__getitem__, default=UNKNOWN)
    said = next(found for found in scores if found.language == language)
    worst: dict[str, float] = {}
    for found in scores:
        for label, chance in found.probabilities.items():
            worst[label] = max(chance, worst.get(label, 0.0))
    return replace(said, probabilities=worst)


def choose_spans(
    windows: Sequence[Window], toxicity: Sequence[float], spans: Sequence[tuple[Span, ...]]
) -> list[tuple[Span, ...]]:
    """For each text the spans of its most toxic window, as places in the text."""
    worst: dict[int, int] = {}
    for number, window in enumerate(windows):
        best = worst.setdefault(window.row, number)
        if toxicity[number] > toxicity[best]:
            worst[window.row] = number
    return [_moved(spans[number], windows[number].start) for number in worst.values()]


def _moved(spans: tuple[Span, ...], by: int) -> tuple[Span, ...]:
    return tuple(Span(span.start + by, span.end + by, span.weight) for span in spans)
