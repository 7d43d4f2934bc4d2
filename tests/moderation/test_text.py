"""Folding: what a model sees, and that it always points back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text import fold


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Du IDIOT", "du idiot"),
        ("D u  I d i o t", "d u  idiot"),
        ("I.d.i.o.t", "idiot"),
        ("I.d.1.0.t", "idiot"),
        ("d.u.m.m.e.r I.d.i.o.t", "dummer idiot"),
        ("I_d_i_o_t, D-e-p-p", "idiot, depp"),
        ("1d10t", "idiot"),
        ("a$$hole", "asshole"),
        ("arschl0ch!!", "arschloch!!"),
        ("Idiоt", "idiot"),
        ("𝕴𝖉𝖎𝖔𝖙", "idiot"),
        ("🅸🅳🅸🅾🆃", "idiot"),
        ("i\u200bd\u200bi\u00adot", "idiot"),
        ("I\u0336d\u0336i\u0336o\u0336t\u0336", "idiot"),
        ("Idiiiiiot", "idiot"),
        ("Scheiße", "scheisse"),
    ],
)
def test_a_disguise_is_undone(written: str, seen: str) -> None:
    assert fold([written]).string(0) == seen


@pytest.mark.parametrize("spelling", ["Ärsche", "Aersche", "A\u0308rsche", "Arsche", "ÄRSCHE"])
def test_every_spelling_of_an_umlaut_is_the_same_word(spelling: str) -> None:
    assert fold([spelling]).string(0) == "arsche"


@pytest.mark.parametrize("text", ["2020 und 5 euro", "z.b. so", "neue quelle", "hass", "call me"])
def test_plain_writing_stays_as_it_is(text: str) -> None:
    assert fold([text]).string(0) == text


def test_the_name_of_an_account_is_not_read() -> None:
    assert fold(["@Idioten_Jaeger: hallo"]).string(0) == "@: hallo"


def test_each_code_points_to_its_place_in_its_own_text() -> None:
    text = fold(["x", "So ein I d i o t, Straße"])
    row = text.codes[text.starts[1] : text.ends[1]].tolist()
    origin = text.origin[text.starts[1] : text.ends[1]].tolist()
    assert origin[0] == -1
    assert origin[-1] == 24
    assert [origin[row.index(ord("d"))], origin[row.index(ord(","))]] == [9, 16]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_a_text_is_folded_alike_alone_and_among_others(texts: list[str]) -> None:
    together = fold(texts)
    assert [together.string(row) for row in range(len(texts))] == [fold([text]).string(0) for text in texts]


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_origins_never_leave_the_text_and_never_turn_back(texts: list[str]) -> None:
    folded = fold(texts)
    for text, start, end in zip(texts, folded.starts, folded.ends, strict=True):
        origin = folded.origin[start:end]
        assert origin[0] == -1
        assert origin[-1] == len(text)
        assert (origin[1:] >= origin[:-1]).all()
