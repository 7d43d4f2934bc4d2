"""Flagdesk's own comments: frames whose placeholders are filled in from lists, a fifth of them for measuring only."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.comment import LABELS
from moderation.models.embedded.corpora import Row, part

FOLDER = Path(__file__).parent / "corpus"
BLOCK = 10
"""So many neighbours in a file are trained on together, or kept apart together."""
WEIGHT = 2.0
"""What one of our own rows counts in training."""
_PLACE = re.compile(r"\{(\w+)\}")

Lists = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Frame:
    """A comment with placeholders."""

    text: str
    language: str
    labels: Mapping[str, float]
    kind: str
    block: str
    """Frames that stand together in a file are often twins with different labels: they are kept together."""

    @property
    def measured(self) -> bool:
        """Belongs to the fifth that is kept apart."""
        return part(self.block) == 0


def read_lists(folder: Path = FOLDER) -> Lists:
    """What the placeholders stand for: language -> name -> words."""
    lists: Lists = json.loads((folder / "lists.json").read_text(encoding="utf-8"))
    return lists


def read_frames(folder: Path = FOLDER) -> list[Frame]:
    """Every frame, in the order of the files."""
    return [
        _frame(json.loads(line), f"{path.name}:{number // BLOCK}")
        for path in sorted(folder.glob("*.jsonl"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines())
    ]


def _frame(row: Mapping[str, Any], block: str) -> Frame:
    return Frame(row["text"], row["lang"], _labels(row["labels"]), row["kind"], block)


def _labels(given: Mapping[str, int]) -> Mapping[str, float]:
    return {label: float(given.get(label, 0)) for label in LABELS}


def fill(frame: Frame, lists: Lists, seed: int) -> str:
    """The frame with a word in place of each placeholder; the same seed gives the same words."""
    chance = random.Random(f"{seed}:{frame.text}")  # noqa: S311 - a choice of words, no secret
    words = lists[frame.language]
    return _PLACE.sub(lambda match: chance.choice(words.get(match[1], [match[0]])), frame.text)


def own_rows(frames: Sequence[Frame], lists: Lists, fillings: int = 8) -> Iterator[Row]:
    """The rows for training; a frame with placeholders comes several times, and then each weighs less.

    With 8 fillings a group is named in harmless frames as often as in hateful ones, whichever group it is.
    """
    for frame in frames:
        if frame.measured:
            continue
        times = fillings if "{" in frame.text else 1
        for seed in range(times):
            text = fill(frame, lists, seed)
            yield Row(text, frame.labels, frame.language, "own", WEIGHT / times, 1 + part(frame.block[::-1]) % 4)
