"""Telegram takes every message that any case can become."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.cards import Message, card
from bot.telegram.grouped import MOST, group_card
from bot.telegram.review import review_card
from bot.telegram.texts import Texts
from moderation.comment import Case, Comment, Scores, Span, Thread
from tests.bot.telegram.cases import DE, EN, NOW, WAITING, approved, rejected
from tests.bot.telegram.telegram_html import check

ODD = st.text(st.characters(codec=None), max_size=400).flatmap(lambda text: st.sampled_from([text, text * 40]))
LABELS = st.dictionaries(st.sampled_from(["toxicity", "insult", "threat", "obscene"]), st.floats(0, 1), max_size=4)
SPANS = st.lists(st.builds(Span, st.integers(-5, 9999), st.integers(-5, 9999), st.floats(0, 1)), max_size=300).map(
    tuple
)


@st.composite
def any_case(draw: st.DrawFn) -> Case:
    comment = Comment(
        "s", "1", draw(ODD), draw(ODD), "", Thread("t", draw(ODD), draw(ODD)), "", draw(ODD), NOW, url=draw(ODD)
    )
    scores = Scores("m", "1", "en", True, draw(LABELS), draw(SPANS))
    case = replace(WAITING, comment=comment, scores=scores, effect_note=draw(st.sampled_from(["", "By hand."])))
    return draw(st.sampled_from([case, rejected(case), approved(case, "pending"), replace(case, state="superseded")]))


@settings(max_examples=60, deadline=None)
@given(cases=st.lists(any_case(), min_size=1, max_size=MOST), texts=st.sampled_from([EN, DE]))
def test_telegram_takes_whatever_people_write(cases: list[Case], texts: Texts) -> None:
    messages: list[Message] = [card(cases[0], texts, NOW), group_card(cases, texts, NOW)]
    messages += [review_card(cases[0], 5, cases[-1], texts, NOW), review_card(None, 0, cases[-1], texts, NOW)]
    for message in messages:
        check(message)
        message.text.encode("utf-8")
