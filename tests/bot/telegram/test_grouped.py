"""What a message of several cases says and offers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.telegram.cards import Button, card
from bot.telegram.grouped import MOST, group_card
from bot.telegram.texts import Texts
from moderation.comment import Decision, Person, Span, Thread
from tests.bot.telegram.cases import BEN, DE, EN, NOW, THREAT, WAITING, rejected, saying
from tests.bot.telegram.telegram_html import check, labels


def test_each_case_has_its_row_numbers_first() -> None:
    message = group_card([WAITING, rejected(THREAT, "threat"), replace(WAITING, id=14)], EN, NOW)
    assert labels(message) == [["✅ 1 Approve", "❌ 1 Reject"], ["↩️ 2 Undo"], ["✅ 3 Approve", "❌ 3 Reject"]]
    assert message.buttons[1][0].data == "v1:undo:13"
    parsed = check(message)
    assert parsed.text.startswith(
        "3 comments, 2 open\nThe new bridge\n\n1 🟠 Probably an insult (82%)\n👤 Carl\nWhat a"
    )
    assert parsed.all("s") == [WAITING.comment.text]
    assert "2 ❌ Rejected by Anna · threat" in parsed.text
    assert labels(group_card([WAITING], DE, NOW)) == [["✅ 1 Freigeben", "❌ 1 Ablehnen"]]


def test_each_case_names_its_article_where_they_differ() -> None:
    other = replace(WAITING, id=14, comment=replace(WAITING.comment, thread=Thread("t2", "The old bridge")))
    text = check(group_card([WAITING, other], EN, NOW)).text
    assert text.startswith("2 comments, 2 open\n\n1 🟠")
    assert "👤 Carl · The new bridge" in text
    assert "👤 Carl · The old bridge" in text


def test_the_newest_rejection_is_asked_why() -> None:
    older = replace(rejected(), decision=Decision(1, 12, "reject", BEN, NOW - timedelta(hours=1)))
    message = group_card([older, rejected(THREAT)], EN, NOW)
    assert message.buttons[0][0] == Button("2 Insult", "v1:why:13:insult")
    assert "Why 2?" in check(message).text


def test_edited_ones_have_no_buttons_and_keep_their_number() -> None:
    message = group_card([replace(WAITING, state="superseded"), THREAT], EN, NOW)
    assert labels(message) == [["✅ 2 Approve", "❌ 2 Reject"]]
    assert "1 ✏️ Edited since" in check(message).text


def test_the_worst_stays_hidden_when_struck() -> None:
    assert check(group_card([rejected(THREAT)], EN, NOW)).all("tg-spoiler") == [WAITING.comment.text]


def test_short_comments_leave_their_room_to_long_ones() -> None:
    quotes = check(group_card([saying("x" * 3000), WAITING, saying("short")], EN, NOW)).all("blockquote")
    assert quotes == ["x" * 3000, WAITING.comment.text, "short"]


def test_what_is_cut_is_said_for_each() -> None:
    parsed = check(group_card([saying("word " * 900)] * MOST, EN, NOW))
    assert parsed.text.count("characters missing here. Read it all") == MOST
    assert len(parsed.text) > 3500


@pytest.mark.parametrize("texts", [EN, DE])
@pytest.mark.parametrize("state", ["waiting", "decided"])
def test_eight_of_the_largest_fit(texts: Texts, state: str) -> None:
    long = Person(7, "Maximiliane " * 20)
    comment = replace(
        WAITING.comment,
        text="🤬 wörd " * 9000,
        author="🙂" * 300,
        thread=Thread("t", "Tïtle " * 90, "https://x.y/z"),
    )
    spans = tuple(Span(at, at + 1, 1.0) for at in range(0, 4000, 2))
    largest = replace(
        THREAT,
        comment=comment,
        scores=replace(THREAT.scores, spans=spans),
        claimed_by=long,
        effect="human",
        effect_note="By hand, please! " * 99,
    )
    if state == "decided":
        largest = replace(largest, state="decided", decision=Decision(1, 9, "reject", long, NOW))
    check(group_card([largest] * MOST, texts, NOW))
    check(card(largest, texts, NOW))


def test_eight_without_a_text_fit() -> None:
    assert check(group_card([saying("")] * MOST, EN, NOW)).text.count("No text.") == MOST


@pytest.mark.parametrize("texts", [EN, DE], ids=["en", "de"])
def test_at_no_length_is_the_limit_passed(texts: Texts) -> None:
    for length in range(3500, 4100):
        check(group_card([saying("x" * length), saying("")], texts, NOW))
