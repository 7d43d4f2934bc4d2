"""The functional cases: both languages, kept out of training, and answered well enough."""

import re
from collections import Counter, defaultdict

import pytest

from moderation.models.embedded import load
from moderation.models.embedded.frames import Frame, fill, read_frames, read_lists
from moderation.models.embedded.functional import Answers, read_cases

FLOORS = {"de": 0.86, "en": 0.69}
"""AUC that the weights in the package must keep; what they reach stands in the model card."""


@pytest.fixture(scope="module")
def cases() -> list[Frame]:
    return read_cases()


@pytest.fixture(scope="module")
def answers(cases: list[Frame]) -> Answers:
    return Answers(load(), cases)


def test_every_functionality_has_cases_in_both_languages(cases: list[Frame]) -> None:
    counts = Counter((case.kind, case.language) for case in cases)
    kinds = {case.kind for case in cases}
    assert len(kinds) >= 25
    assert all(counts[kind, language] >= 12 for kind in kinds for language in ("de", "en"))


def test_a_functionality_is_toxic_or_harmless_as_a_whole(cases: list[Frame]) -> None:
    told = defaultdict(set)
    for case in cases:
        told[case.kind].add(case.labels["toxicity"])
    assert all(values in ({0.0}, {1.0}) for values in told.values())
    assert Counter(min(values) for values in told.values())[0.0] >= 10


def test_no_case_is_asked_twice_or_stands_in_the_corpus(cases: list[Frame]) -> None:
    texts = [_words(case) for case in cases]
    assert len(set(texts)) == len(texts)
    assert not {_words(frame) for frame in read_frames()} & set(texts)


def test_every_placeholder_is_filled(cases: list[Frame]) -> None:
    lists = read_lists()
    assert not [case.text for case in cases if "{" in fill(case, lists, 1)]


@pytest.mark.parametrize("language", sorted(FLOORS))
def test_toxic_cases_are_told_from_harmless_ones(answers: Answers, language: str) -> None:
    assert answers.auc(language) >= FLOORS[language]


@pytest.mark.parametrize("language", sorted(FLOORS))
def test_groups_may_be_named(answers: Answers, language: str) -> None:
    assert answers.share(language, "mention, neutral") >= 0.95
    assert answers.share(language, "mention, positive") >= 0.95


def _words(frame: Frame) -> str:
    """The case without capitals and punctuation."""
    return " ".join(re.findall(r"\w+", frame.text.casefold()))
