"""What the bot answers to taps and commands, and what it tells the owner."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.telegram import replies
from bot.telegram.cards import Message
from bot.telegram.texts import Texts
from moderation.comment import REASONS, Decision, Person
from moderation.digest import Counts, QueueCounts, SourceStatus, Status
from tests.bot.telegram.cases import DE, EN, NOW, WAITING, approved, rejected
from tests.bot.telegram.telegram_html import check

BOTH = pytest.mark.parametrize("texts", [EN, DE], ids=["en", "de"])
WEEK = Counts(
    NOW - timedelta(days=7),
    NOW,
    12_000,
    240,
    180,
    41,
    3,
    median_wait=timedelta(minutes=4),
    people=(("Ben", 20), ("Anna", 201)),
)
STATUS = Status(
    "embedded",
    "1.2",
    {"toxicity": 0.5, "threat": 0.3},
    backlog=4,
    backlog_oldest=NOW - timedelta(minutes=3),
    waiting=7,
    sources=(SourceStatus("readers", "telegram", "act"), SourceStatus("site", "http", "watch")),
    pending=2,
    human=1,
)


class TestTaps:
    def test_too_late_names_who_decided_what_and_why(self) -> None:
        assert replies.too_late(rejected(reason="insult"), EN, NOW) == "Anna rejected this 2 minutes ago: insult"
        assert replies.too_late(rejected(), EN, NOW) == "Anna rejected this 2 minutes ago"
        assert replies.too_late(approved(), EN, NOW + timedelta(hours=3)) == "Anna approved this 3 hours ago"
        assert (
            replies.too_late(rejected(reason="insult"), DE, NOW) == "Anna hat das vor 2 Minuten abgelehnt: Beleidigung"
        )

    def test_too_late_after_a_rule_or_an_undo_names_nobody(self) -> None:
        rule = Decision(1, 12, "reject", Person(0, ""), NOW, rule="toxicity 0.95 >= 0.90")
        assert (
            replies.too_late(replace(WAITING, state="decided", decision=rule), EN, NOW)
            == "A rule rejected this 1 second ago"
        )
        assert replies.too_late(WAITING, EN, NOW) == "This has just changed. Please look at the card again."

    def test_undo_tells_exact_from_too_late(self) -> None:
        assert "too late" not in replies.undone(EN, exact=True)
        assert "too late" in replies.undone(EN, exact=False)

    @BOTH
    def test_every_answer_fits_above_the_chat(self, texts: Texts) -> None:
        long = rejected(reason="off_topic")
        made = Decision(1, 12, "reject", Person(7, "Maximiliane <b>" * 30), NOW - timedelta(days=400), "off_topic")
        plain = (
            replies.approved, replies.rejected, replies.later, replies.edited_since, replies.unknown_button,
            replies.not_a_moderator, replies.undo_gone, replies.not_saved,
        )  # fmt: skip
        answers = [answer(texts) for answer in plain]
        answers += [replies.undone(texts, exact=exact) for exact in (True, False)]
        answers += [replies.reason_set(reason, texts) for reason in REASONS]
        answers.append(replies.too_late(replace(long, decision=made), texts, NOW))
        assert all(0 < len(answer.encode("utf-16-le")) // 2 <= 200 for answer in answers), answers
        assert len(set(answers)) == len(answers)


class TestCommands:
    def test_queue_counts_by_severity_and_says_the_longest_wait(self) -> None:
        counts = QueueCounts(2, 3, 0, 1, claimed=2, later=1, oldest=NOW - timedelta(minutes=95))
        assert check(replies.queue(counts, EN, NOW)).text == (
            "6 cases are waiting\n\n🔴 2 among the worst\n🟠 3 clearly over the threshold\n⚪ 1 not scored\n\n"
            "Longest wait: 95 minutes\nOn somebody’s screen: 2\n"
            "Set aside for later: 1\n\n/review works through them, the worst first."
        )

    def test_an_empty_queue_is_a_short_answer(self) -> None:
        assert check(replies.queue(QueueCounts(), EN, NOW)).text == "🌿 Nothing is waiting."

    def test_stats_say_what_came_in_and_who_decided(self) -> None:
        assert check(replies.stats(WEEK, EN)).text == (
            "Sun, Nov 15 to Sun, Nov 22\n\n12,000 received, 240 flagged\n180 approved, 41 rejected, 3 taken back\n"
            "Median wait for a decision: 4 minutes\n\n👤 Anna: 201\n👤 Ben: 20"
        )

    def test_status_says_how_it_is(self) -> None:
        assert check(replies.status(STATUS, EN, NOW)).text == (
            "Status\n\nModel: embedded 1.2\nTo review from: toxic 50%, a threat 30%\nRejected by rule: nothing\n\n"
            "Not yet scored: 4\nThe first of them has waited: 3 minutes\nWaiting for a decision: 7\n"
            "⏳ Actions on their way: 2\n✋ Actions that need a hand: 1\n\n"
            "▶️ readers (telegram): acting\n👁 site (http): watching only"
        )

    def test_status_without_sources_or_work_is_calm(self) -> None:
        text = check(replies.status(Status("embedded", "1.2", reject={"threat": 0.95}), EN, NOW)).text
        for words in (
            "Everything is scored.",
            "No source is set.",
            "Rejected by rule from: a threat 95%",
            "every comment",
        ):
            assert words in text
        assert "⏳" not in text

    def test_many_sources_are_counted_not_listed(self) -> None:
        many = replace(STATUS, sources=(SourceStatus("s" * 60, "http", "act"),) * 400)
        assert "… and 380 more sources" in check(replies.status(many, EN, NOW)).text

    def test_ids_can_be_copied_as_they_are(self) -> None:
        assert check(replies.ids(-1001234567890, 1000, EN)).all("code") == ["-1001234567890", "1000"]

    def test_the_polite_no_carries_the_id_the_operator_needs(self) -> None:
        assert check(replies.polite_no(123456, EN)).all("code") == ["123456"]

    @BOTH
    def test_help_lists_every_command_with_its_line(self, texts: Texts) -> None:
        text = check(replies.guide([("review", "Work <on> it"), ("id", "Ids")], texts)).text
        assert "/review – Work <on> it\n/id – Ids" in text

    def test_a_moderator_who_never_started_gets_a_button_that_does(self) -> None:
        message = replies.start_first("@flagdesk_bot", EN)
        assert message.buttons[0][0].url == "https://t.me/flagdesk_bot?start=review"
        assert check(message).text

    def test_names_cannot_write_markup(self) -> None:
        assert "<b>Hi" not in replies.hello("<b>Hi", EN).text
        assert "Hello <b>Hi." in check(replies.hello("<b>Hi", EN)).text


class TestNotices:
    def test_missing_rights_are_named_in_words(self) -> None:
        rights = ["can_delete_messages", "can_pin_messages"]
        text = check(replies.missing_rights("Readers <1>", rights, EN)).text
        assert "In Readers <1> I lack the right to: delete messages, can_pin_messages." in text
        assert "not an administrator" in check(replies.missing_rights("Readers", [], EN)).text

    def test_a_stall_says_how_long_and_how_many(self) -> None:
        since = NOW - timedelta(minutes=12)
        assert "stalled for 12 minutes; 1 comment waits" in check(replies.scoring_stalled(1, since, EN, NOW)).text
        assert "1,200 comments wait" in check(replies.scoring_stalled(1200, since, EN, NOW)).text
        assert "3 actions" in check(replies.effects_stalled(3, since, EN, NOW)).text
        assert "the oldest for 12 minutes" in check(replies.effects_stalled(3, since, EN, NOW)).text

    @BOTH
    def test_everything_is_telegram_html(self, texts: Texts) -> None:
        crowd = Counts(NOW, NOW, people=(("🙂" * 90, 1),) * 500)
        messages: list[Message] = [
            replies.queue(QueueCounts(1, 1, 1, 1, 1, 1, NOW), texts, NOW),
            replies.stats(WEEK, texts),
            replies.stats(crowd, texts),
            replies.status(STATUS, texts, NOW),
            replies.unknown_command(texts),
            replies.start_first("flagdesk_bot", texts),
            replies.guide([("id", "Ids")], texts),
        ]
        for message in messages:
            check(message)
