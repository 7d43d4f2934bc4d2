"""Disguises that need more than folding: masked letters, words broken off, words run together."""

import pytest

from moderation.models.embedded.unmask import Unmasker, point_back
from moderation.text import fold

WORDS = ["idiot", "idioten", "arschloch", "scheisse"]


@pytest.fixture
def unmasker() -> Unmasker:
    return Unmasker(WORDS, {"das", "die"}.__contains__)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Du Id*ot!", "Du idiot!"),
        ("Du I**ot!", "Du idiot!"),
        ("so ein Idi… echt", "so ein idiot… echt"),
        ("Arschlo... halt", "arschloch... halt"),
        ("Sch*i#se", "scheisse"),
        ("Sch*x", "Sch*x"),
        ("#Idiot und 2 * 3", "#Idiot und 2 * 3"),
        ("die... das...", "die... das..."),
    ],
)
def test_a_masked_word_is_written_out_where_one_fits(unmasker: Unmasker, written: str, meant: str) -> None:
    assert unmasker.restore([written])[0] == [meant]


def test_written_out_words_point_to_what_was_written(unmasker: Unmasker) -> None:
    restored, places = unmasker.restore(["gut", "ihr Idi… ja"])
    text = fold(restored)
    point_back(text, places)
    origin = text.origin[text.starts[1] : text.ends[1]].tolist()
    assert origin[0] == -1
    assert origin[-1] == len("ihr Idi… ja")
    assert origin[5:10] == [4, 4, 5, 5, 6]


@pytest.mark.parametrize(
    ("joined", "parted"),
    [("ein alterDepp", "ein alter depp"), ("#WegMitIhm", "#weg mit ihm"), ("IdIoT", "idiot"), ("McDonald", "mcdonald")],
)
def test_capitals_part_joined_words(joined: str, parted: str) -> None:
    assert fold([joined]).string(0) == parted
