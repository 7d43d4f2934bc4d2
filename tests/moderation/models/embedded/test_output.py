"""The output: what training fitted dense columns for is read from single matches."""

import math
import random

import numpy as np
import pytest

from moderation.models.embedded.output import NEVER, Output, chances
from moderation.models.embedded.signals import FRONT, Columns, combine, signal_matrix

NAMES = ("insult 2 word de", "group 1 word de", "harmless 1 word de", "vulgar 1 phrase en", "threat 3 word en!")
COLUMNS = Columns(NAMES)
FOUND = [[], [(0, 0, 0)], [(0, 0, 1), (2, 3, 3), (4, 4, 3)], [(1, 1, 0), (1, 1, 4), (5, 5, 1), (6, 6, 1)]]
LANGUAGES, LABELS, HEADS = 2, 3, 3


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_single_matches_say_what_the_columns_of_training_say(seed: int) -> None:
    chance = np.random.default_rng(seed)
    arrays = {
        "lines": chance.normal(size=(LANGUAGES + 1, LABELS, FRONT + len(NAMES) + 1)),
        "scales": chance.normal(size=(LANGUAGES, HEADS, 2)),
        "head_signals": chance.normal(size=(LANGUAGES, HEADS, len(NAMES))),
    }
    arrays["lines"][1, 2] = np.nan
    sums, signals = chance.normal(size=(len(FOUND), HEADS)), signal_matrix(FOUND, len(NAMES))
    for part, line in ((0, 0), (1, 1), (2, 2), (3, 2)):
        output = Output(arrays, COLUMNS, LANGUAGES)
        margins = [output.read(row, matches, part).labels for row, matches in zip(sums.tolist(), FOUND, strict=True)]
        own = part % LANGUAGES
        heads = sums * arrays["scales"][own, :, 0] + arrays["scales"][own, :, 1]
        combined = combine(heads + signals @ arrays["head_signals"][own].T, signals, COLUMNS)
        expected = combined @ arrays["lines"][line, :, :-1].T + arrays["lines"][line, :, -1]
        assert np.allclose(margins, np.nan_to_num(expected, nan=NEVER), atol=1e-4)


def test_a_chance_lies_between_0_and_1_whatever_the_margin() -> None:
    margins = [-1e9, -701.0, -1.0, 0.0, 800.0]
    assert chances(margins) == pytest.approx([1 / (1 + math.exp(min(-margin, 700))) for margin in margins])


def test_slopes_and_worths_say_what_more_evidence_and_another_match_add() -> None:
    chance = np.random.default_rng(7)
    arrays = {
        "lines": chance.normal(size=(LANGUAGES + 1, LABELS, FRONT + len(NAMES) + 1)),
        "scales": chance.normal(size=(LANGUAGES, HEADS, 2)),
        "head_signals": chance.normal(size=(LANGUAGES, HEADS, len(NAMES))),
    }
    arrays["head_signals"][:, 2] = 0.0  # a statement has no part in a margin's slope
    output, sums, matches = Output(arrays, COLUMNS, LANGUAGES), [0.3, -0.7, 0.2], [(0, 0, 1), (3, 3, 0)]
    before = output.read(sums, matches, 1)
    for label in range(LABELS):
        slopes = output.slopes(before.context, 1, label)
        for head, added in enumerate(output.scale(slopes, 1)):
            more = [value + (place == head) for place, value in enumerate(sums)]
            assert output.read(more, matches, 1).labels[label] - before.labels[label] == pytest.approx(added)
        after = output.read(sums, [*matches, (5, 5, 3)], 1).labels[label]
        worth = output.worth(slopes, 1, label, 3)
        assert after - before.labels[label] == pytest.approx(worth * math.log(2), rel=1e-4)
