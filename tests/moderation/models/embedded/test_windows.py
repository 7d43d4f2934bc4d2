"""Long comments: read in windows, so that length hides nothing."""

import random
from itertools import pairwise

import pytest

from moderation.comment import Scores, Span
from moderation.models.embedded import Embedded
from moderation.models.embedded.weights import read_weights
from moderation.models.embedded.windows import LENGTH, SHARED, WHOLE, Window, choose_spans, cut, sum_up_scores

KIND = "Danke für den guten Artikel, ich habe viel gelernt. "
INSULT = "Du bist so ein dummer Idiot, halt einfach dein dreckiges Maul!"
SENTENCES = (
    "Der Zug nach Graz fährt seit dem Herbst jede Stunde.",
    "Am Bahnhof steht nun auch ein Kasten für Pakete.",
    "Die Gemeinde hat den Plan im März vorgestellt.",
    "Ob die Brücke bis Weihnachten fertig wird, weiß niemand.",
    "Im Artikel fehlt die Zahl der Fahrgäste.",
    "Meine Nachbarin nimmt lieber das Rad.",
    "Früher hielt hier nur der Bus, und der kam selten.",
    "Wer zahlt das alles, und wann wird abgerechnet?",
)
FINNISH = "Tämä on mitä he ovat sanoneet, mutta se ei ole totta. "


@pytest.fixture(scope="module")
def model() -> Embedded:
    return Embedded(read_weights())


def prose(length: int) -> str:
    """So many code points of ordinary German."""
    chance = random.Random(length)
    return " ".join(chance.choice(SENTENCES) for _ in range(length // 30))[:length]


@pytest.mark.parametrize("before", [0, 1000, 14_000, 30_000])
def test_an_insult_is_found_wherever_it_stands_in_a_long_comment(model: Embedded, before: int) -> None:
    text = f"{prose(before)} {INSULT} {prose(30_000 - before)}"
    kind, insult = model.score([prose(30_000), text])
    assert insult.probabilities["toxicity"] > 0.5 > 0.2 > kind.probabilities["toxicity"]
    assert insult.language == "de"
    (spans,) = model.explain([text])
    place = text.index(INSULT)
    assert all(place <= span.start < span.end <= place + len(INSULT) for span in spans)
    assert any("Idiot" in text[span.start : span.end] for span in spans)


def test_texts_among_long_ones_keep_their_places_and_scores(model: Embedded) -> None:
    texts = [INSULT, KIND * 100, "", INSULT, KIND * 600 + INSULT, KIND]
    together, spans = model.score(texts, ["de"] * 6), model.explain(texts)
    assert together == [model.score([text], ["de"])[0] for text in texts]
    assert spans == [model.explain([text])[0] for text in texts]


def test_a_long_comment_mostly_in_an_unsupported_language_is_not_supported(model: Embedded) -> None:
    (scores,) = model.score([FINNISH * 60 + KIND * 24])
    assert (scores.language, scores.supported) == ("fi", False)


def test_windows_cover_all_and_overlap_and_end_at_words() -> None:
    seed = 7
    chance = random.Random(seed)
    text = " ".join("x" * chance.randrange(1, 15) for _ in range(3000))
    windows = cut([text])
    assert windows[0].start == 0
    assert windows[-1].start + len(windows[-1].text) == len(text)
    for window, following in pairwise(windows):
        end = window.start + len(window.text)
        assert len(window.text) <= LENGTH
        assert text[end] == " " == text[following.start]
        assert end - following.start >= SHARED


def test_a_text_without_spaces_is_cut_too() -> None:
    windows = cut(["ab" * 5000])
    assert [window.start for window in windows] == list(range(0, 10_000 - SHARED, LENGTH - SHARED))
    assert {len(window.text) for window in windows[:-1]} == {LENGTH}


@pytest.mark.parametrize("length", [0, 1, WHOLE])
def test_a_text_that_fits_one_window_is_whole(length: int) -> None:
    assert cut(["x" * length]) == [Window(0, 0, "x" * length)]


def test_each_label_is_that_of_its_worst_window() -> None:
    windows = [Window(0, 0, "x"), Window(0, 1, "y"), Window(1, 0, "z")]
    scores = [
        Scores("m", "1", "und", True, {"toxicity": 0.2, "threat": 0.9}),
        Scores("m", "1", "de", True, {"toxicity": 0.6}),
        Scores("m", "1", "en", True, {"toxicity": 0.1}),
    ]
    assert sum_up_scores(windows, scores) == [
        Scores("m", "1", "de", True, {"toxicity": 0.6, "threat": 0.9}),
        scores[2],
    ]


def test_spans_of_the_worst_window_point_into_the_whole_text() -> None:
    windows = [Window(0, 0, "x"), Window(0, 900, "y"), Window(1, 0, "z")]
    spans = [(Span(1, 2, 1.0),), (Span(3, 5, 2.0),), ()]
    assert choose_spans(windows, [0.1, 0.9, 0.5], spans) == [(Span(903, 905, 2.0),), ()]
