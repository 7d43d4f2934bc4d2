"""Our own comments: whole, each told once, and fair to those whom they name."""

from collections import Counter

import pytest

from moderation.models.embedded.frames import Frame, fill, read_frames, read_lists

HARMFUL = ("severe_toxicity", "identity_attack", "insult", "threat", "sexual_explicit")


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    return read_frames()


def test_no_comment_stands_twice(frames: list[Frame]) -> None:
    counts = Counter(frame.text.casefold() for frame in frames)
    assert not [text for text, count in counts.items() if count > 1]


def test_every_placeholder_has_words(frames: list[Frame]) -> None:
    lists = read_lists()
    assert not [frame.text for frame in frames if "{" in fill(frame, lists, 1)]


def test_what_harms_people_is_toxic(frames: list[Frame]) -> None:
    harmful = [frame for frame in frames if any(frame.labels[label] for label in HARMFUL)]
    assert len(harmful) > 2000
    assert not [frame.text for frame in harmful if not frame.labels["toxicity"]]


@pytest.mark.parametrize("language", ["de", "en"])
def test_groups_are_named_in_harmless_comments_nearly_as_often_as_in_hateful_ones(
    frames: list[Frame], language: str
) -> None:
    named = Counter(
        bool(frame.labels["toxicity"]) for frame in frames if frame.language == language and "{group" in frame.text
    )
    assert named[False] >= 0.85 * named[True]
