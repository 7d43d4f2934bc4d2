"""A model that raises, hangs or answers nonsense never stops the path: its comments come back as "not scored"."""

import time
from collections.abc import Sequence

import pytest

from moderation.comment import Scores, Span
from moderation.scoring import MOST_HANGING, Scorer
from tests.bot.word_model import WordModel
from tests.making import comment


class Liar(WordModel):
    """Answers something else than was asked for."""

    def __init__(self, answer: list[Scores]) -> None:
        super().__init__()
        self._said = answer

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Scores]:
        return self._said

    def explain(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[tuple[Span, ...]]:
        return []


async def test_scores_come_in_the_order_of_the_comments() -> None:
    found = await Scorer(WordModel()).score([comment(1, "a vile text"), comment(2, "fine"), comment(3, "nasty")])
    assert [scores.probabilities["toxicity"] for scores in found] == [0.85, 0.02, 0.7]


async def test_one_poison_comment_leaves_the_others_scored() -> None:
    scorer = Scorer(WordModel())
    found = await scorer.score([comment(1, "vile"), comment(2, "poison"), comment(3, "fine")])
    assert [scores.error for scores in found] == ["", "a text is poison", ""]
    assert scorer.failing == ""


async def test_a_model_that_is_down_says_why_for_each_comment() -> None:
    model = WordModel()
    scorer, model.down = Scorer(model), "out of memory"
    found = await scorer.score([comment(n) for n in range(1, 6)])
    assert [scores.error for scores in found] == ["out of memory"] * 5
    assert [scores.scored for scores in found] == [False] * 5
    assert scorer.failing == "out of memory"


async def test_a_model_that_is_back_scores_again() -> None:
    model = WordModel()
    scorer, model.down = Scorer(model), "out of memory"
    await scorer.score([comment(1)])
    model.down = ""
    [found] = await scorer.score([comment(1, "vile")])
    assert found.probabilities == {"toxicity": 0.85}
    assert scorer.failing == ""


async def test_a_model_that_hangs_is_given_up_after_the_limit() -> None:
    model = WordModel()
    model.go_on.clear()
    began = time.monotonic()
    [found] = await Scorer(model, limit=0.1).score([comment(1)])
    assert found.error == "no answer within 0.1 s"
    assert time.monotonic() - began < 5
    model.go_on.set()


async def test_a_model_that_hangs_for_good_is_not_asked_without_end() -> None:
    model = WordModel()
    model.go_on.clear()
    scorer = Scorer(model, limit=0.05)
    said = [(await scorer.score([comment(1)]))[0].error for _ in range(MOST_HANGING + 1)]
    assert said == ["no answer within 0.05 s"] * MOST_HANGING + ["it still hangs over earlier comments"]
    model.go_on.set()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="too few"),
        pytest.param([Scores("words", "1")] * 3, id="too many"),
        pytest.param([Scores("words", "1", probabilities={"toxicity": float("nan")})], id="not a number"),
        pytest.param([Scores("words", "1", probabilities={"toxicity": 1.5})], id="more than certain"),
    ],
)
async def test_an_answer_that_is_none_counts_as_not_scored(answer: list[Scores]) -> None:
    [found] = await Scorer(Liar(answer)).score([comment(1)])
    assert not found.scored


async def test_spans_that_do_not_fit_the_texts_are_left_out() -> None:
    assert await Scorer(Liar([])).explain([comment(1, "one"), comment(2, "two")]) == [(), ()]


async def test_spans_stand_where_the_words_are() -> None:
    assert await Scorer(WordModel()).explain([comment(1, "a vile text")]) == [(Span(2, 6, 0.85),)]
