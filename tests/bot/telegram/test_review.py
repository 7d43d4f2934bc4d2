"""What review mode's one message says and offers."""

from dataclasses import replace

from bot.telegram.cards import Button
from bot.telegram.review import review_card, review_left
from tests.bot.telegram.cases import ANNA, EN, NOW, THREAT, WAITING, approved, rejected
from tests.bot.telegram.telegram_html import check, labels


def test_the_case_what_is_left_and_what_was_before() -> None:
    message = review_card(replace(WAITING, claimed_by=ANNA), 1200, rejected(THREAT, "threat"), EN, NOW)
    assert check(message).text.endswith("1,200 left · waiting for 13 minutes\nBefore: ❌ rejected (Carl)")
    assert labels(message) == [["◀️ Back", "↩️ Undo"], ["✅ Approve", "❌ Reject"], ["🕓 Later", "Done for now"]]
    assert [button.data for button in message.buttons[0]] == ["v1:back:13", "v1:undo:13"]
    assert [button.data for button in message.buttons[2]] == ["v1:later:12", "v1:leave:12"]
    assert "screen" not in message.text


def test_the_reason_of_the_one_before_stands_above_and_moves_nothing() -> None:
    with_reason = review_card(WAITING, 3, rejected(THREAT, "threat"), EN, NOW)
    without = review_card(WAITING, 3, rejected(THREAT), EN, NOW)
    assert without.buttons[-3:] == with_reason.buttons
    assert without.buttons[0][0] == Button("Insult", "v1:why:13:insult")
    assert "Why?" in check(without).text


def test_the_first_case_has_nothing_to_go_back_to() -> None:
    first = review_card(WAITING, 1, None, EN, NOW)
    assert labels(first) == [["✅ Approve", "❌ Reject"], ["🕓 Later", "Done for now"]]


def test_one_set_aside_can_be_gone_back_to_but_not_undone() -> None:
    assert labels(review_card(WAITING, 1, THREAT, EN, NOW))[0] == ["◀️ Back"]


def test_back_on_a_decided_case_offers_undo_and_the_way_on() -> None:
    message = review_card(rejected(reason="spam"), 3, None, EN, NOW)
    assert labels(message) == [["↩️ Undo"], ["▶️ Next", "Done for now"]]
    assert message.buttons[1][0].data == "v1:next:12"
    assert labels(review_card(rejected(), 3, None, EN, NOW))[0] == ["Insult", "Hate", "Threat"]


def test_nothing_left_is_friendly_and_keeps_undo() -> None:
    message = review_card(None, 0, approved(), EN, NOW)
    assert "All done" in check(message).text
    assert labels(message) == [["◀️ Back", "↩️ Undo"], ["🔄 Look again"]]
    assert message.buttons[-1][0].data == "v1:next:0"
    assert labels(review_card(None, 0, None, EN, NOW)) == [["🔄 Look again"]]


def test_a_case_edited_meanwhile_leads_on() -> None:
    message = review_card(replace(WAITING, state="superseded"), 3, None, EN, NOW)
    assert labels(message) == [["▶️ Next", "Done for now"]]
    assert labels(review_card(WAITING, 3, replace(rejected(), state="superseded"), EN, NOW))[0] == ["◀️ Back"]


def test_having_left_says_how_to_return() -> None:
    message = review_left(EN)
    assert "/review" in check(message).text
    assert message.buttons[0][0].data == "v1:next:0"
