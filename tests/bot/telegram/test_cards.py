"""What a card says and offers, and that Telegram takes every card there can be."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.cards import Button, Tap, card, copy_card, pack, summary_card, unpack
from bot.telegram.quote import NOTE, shown
from bot.telegram.texts import Texts
from moderation.comment import REASONS, Case, Comment, Decision, Person, Record, Scores, Span, Thread
from tests.bot.telegram.cases import BEN, DE, EN, NOW, THREAT, WAITING, approved, rejected, saying
from tests.bot.telegram.telegram_html import check, labels


def text_of(case: Case, texts: Texts = EN) -> str:
    return check(card(case, texts, NOW)).text


class TestCallbackData:
    @given(
        case_id=st.integers(1, 2**63 - 1),
        action=st.sampled_from(["ok", "no", "later", "undo", "back", "next", "leave"]),
    )
    def test_what_is_packed_comes_back(self, case_id: int, action: str) -> None:
        tap = Tap(action, case_id)  # type: ignore[arg-type]
        assert unpack(pack(*tap)) == tap
        assert len(pack(*tap).encode()) <= 64

    @pytest.mark.parametrize("reason", REASONS)
    def test_a_reason_comes_back(self, reason: str) -> None:
        assert unpack(pack("why", 2**63 - 1, reason)) == Tap("why", 2**63 - 1, reason)
        assert len(pack("why", 2**63 - 1, reason).encode()) <= 64

    @pytest.mark.parametrize(
        "data",
        [
            None, "", "v2:ok:1", "v1:ok", "v1:ok:", "v1:ok:0", "v1:ok:-1", "v1:ok:01", "v1:ok:+1", "v1:ok: 1",
            "v1:ok:1 ", "v1:ok:1\n", "v1:ok:١", "v1:ok:9223372036854775808", "v1:ok:99999999999999999999", "v1:ban:1",
            "v1:OK:1", "v1:ok:1:insult", "v1:why:1", "v1:why:1:", "v1:why:1:rude", "v1:why:0:insult",
            "v1:why:1:insult:x", "v1:undo:0", "v1:ok:1;drop", "\x00", "🙂" * 16,
        ],
    )  # fmt: skip
    def test_what_was_never_packed_means_nothing(self, data: str | None) -> None:
        assert unpack(data) is None

    @given(st.text(max_size=70))
    def test_no_text_is_too_odd(self, data: str) -> None:
        tap = unpack(data)
        assert tap is None or pack(*tap) == data

    def test_looking_again_needs_no_case(self) -> None:
        assert unpack("v1:next:0") == Tap("next", 0)


class TestWaiting:
    def test_the_card_says_what_a_decision_needs(self) -> None:
        parsed = check(card(WAITING, EN, NOW))
        for words in (
            "Probably an insult (82%)", "Also: obscene (60%)", "The new bridge\n👤 Carl · readers · 11:49",
            "3 flagged, 1 rejected in 30 days", "Answers: “The bridge is fine.”",
            "What a windbag you are, go home.",
        ):  # fmt: skip
            assert words in parsed.text
        assert parsed.entities[1].attributes == {"href": "https://news.example/bridge?a=1&b=2"}

    def test_the_buttons_are_the_plain_words(self) -> None:
        assert labels(card(WAITING, EN, NOW)) == [["✅ Approve", "❌ Reject"], ["🕓 Later"]]
        assert labels(card(WAITING, DE, NOW)) == [["✅ Freigeben", "❌ Ablehnen"], ["🕓 Später"]]
        data = [button.data for row in card(WAITING, EN, NOW).buttons for button in row]
        assert data == ["v1:ok:12", "v1:no:12", "v1:later:12"]

    def test_the_words_that_earned_the_score_are_marked_in_code_points(self) -> None:
        case = saying("🙂🙂 you <windbag> & co")
        case = replace(case, scores=replace(case.scores, spans=(Span(7, 16, 1.0), Span(-5, 1, 0.4), Span(17, 99, 0.1))))
        assert check(card(case, EN, NOW)).all("b")[-3:] == ["🙂", "<windbag>", "& co"]

    def test_spans_that_overlap_become_one(self) -> None:
        case = replace(
            WAITING, scores=replace(WAITING.scores, spans=(Span(7, 12, 1.0), Span(10, 14, 0.5), Span(14, 18, 0.2)))
        )
        assert check(card(case, EN, NOW)).all("b")[-1] == "windbag you"

    def test_the_label_that_decided_comes_first(self) -> None:
        scores = replace(WAITING.scores, probabilities={"toxicity": 0.9, "insult": 0.8, "identity_attack": 0.55})
        case = replace(WAITING, scores=scores, verdict=replace(WAITING.verdict, label="identity_attack"))
        assert text_of(case).startswith("🟠 Perhaps an attack on a group (55%)\nAlso: an insult (80%)")

    def test_where_only_toxicity_is_known_it_is_named(self) -> None:
        case = replace(WAITING, scores=replace(WAITING.scores, probabilities={"toxicity": 0.95}))
        assert "Very probably toxic (95%)" in text_of(case)

    @pytest.mark.parametrize(("share", "words"), [(0.9999, "99%"), (1.0, "100%"), (0.505, "50%")])
    def test_no_doubt_is_rounded_away(self, share: float, words: str) -> None:
        case = replace(WAITING, scores=replace(WAITING.scores, probabilities={"insult": share}))
        assert f"({words})" in text_of(case)

    def test_the_worst_stands_behind_a_spoiler_after_a_neutral_warning(self) -> None:
        parsed = check(card(THREAT, EN, NOW))
        assert parsed.all("tg-spoiler") == [WAITING.comment.text]
        assert "Harsh content. 7 words, hidden" in parsed.text.partition(WAITING.comment.text)[0]
        assert "🔴 Probably a threat" in parsed.text

    @pytest.mark.parametrize(
        ("shares", "severity", "hidden"),
        [
            ({"toxicity": 0.6, "threat": 0.5}, 1.2, True),
            ({"toxicity": 0.6, "severe_toxicity": 0.9}, 1.2, True),
            ({"toxicity": 0.6, "identity_attack": 0.8}, 1.2, True),
            ({"toxicity": 0.99, "insult": 0.99, "threat": 0.2}, 1.98, False),
            ({"toxicity": 0.95}, 2.7, True),
            ({"toxicity": 0.89, "threat": 0.49}, 1.79, False),
        ],
    )
    def test_what_is_grave_hides_and_a_common_insult_does_not(
        self, shares: dict[str, float], severity: float, hidden: bool
    ) -> None:
        scores, verdict = replace(WAITING.scores, probabilities=shares), replace(WAITING.verdict, severity=severity)
        case = replace(WAITING, scores=scores, verdict=verdict)
        assert bool(check(card(case, EN, NOW)).all("tg-spoiler")) is hidden
        assert check(card(replace(case, scores=replace(scores, supported=False)), EN, NOW)).all("tg-spoiler") == []

    def test_not_scored_is_said_and_never_looks_clean(self) -> None:
        unscored = replace(WAITING, scores=Scores("m", "1", error="timed out after 10 s"))
        assert "⚪ Not scored, please judge for yourself (timed out after 10 s)" in text_of(unscored)
        finnish = replace(WAITING, scores=replace(WAITING.scores, language="fi", supported=False))
        assert "the model does not know Finnish" in text_of(finnish)
        assert "Das Modell kann kein Finnisch" in text_of(finnish, DE)
        unknown = replace(WAITING, scores=replace(WAITING.scores, language="und", supported=False))
        assert "the language was not recognised" in text_of(unknown)

    def test_who_has_it_on_screen_is_said_until_it_is_decided(self) -> None:
        assert "On Ben’s screen" in text_of(replace(WAITING, claimed_by=BEN))
        assert "screen" not in text_of(replace(rejected(), claimed_by=BEN))

    def test_what_cannot_be_done_is_said_before_the_tap(self) -> None:
        assert text_of(replace(WAITING, effect_note="Older than 48 hours: remove it by hand.")).startswith(
            "✋ Older than 48 hours"
        )

    def test_what_is_missing_is_not_made_up(self) -> None:
        bare = replace(WAITING, comment=Comment("readers", "c2", " \n"), record=Record(0, 0))
        text = text_of(bare)
        for words in ("No name · readers · 11:50\nnothing flagged in 30 days", "No text."):
            assert words in text
        assert "Answers" not in text
        assert "title" not in text
        linked = replace(bare, comment=replace(bare.comment, thread=Thread("t", "", "https://x.example/1")))
        assert check(card(linked, EN, NOW)).all("a") == ["No title"]

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "/bridge", 'https://a"b', "https://x.example/ y", "https://" + "x" * 2000]
    )
    def test_an_address_that_is_none_is_not_linked(self, url: str) -> None:
        case = replace(WAITING, comment=replace(WAITING.comment, thread=Thread("t", "The bridge", url)))
        assert check(card(case, EN, NOW)).all("a") == []

    def test_posted_on_another_day_is_said_with_the_day(self) -> None:
        comment = replace(WAITING.comment, posted_at=NOW - timedelta(days=1))
        assert "Sat, Nov 21, 12:03" in text_of(replace(WAITING, comment=comment))


class TestLong:
    def test_a_long_comment_opens_on_a_tap(self) -> None:
        entity = check(card(saying("word " * 130), EN, NOW)).entities[-1]
        assert (entity.tag, entity.attributes) == ("blockquote", {"expandable": None})

    @pytest.mark.parametrize(
        "text",
        [
            "wörd " * 2000,
            "x" * 10_000,
            "🙂" * 10_000,
            "🙂" * 3000,
            "&<>\"'" * 2000,
            "\n" * 9000 + "x",
            "e\u0301" * 5000,
        ],
    )
    @pytest.mark.parametrize("texts", [EN, DE])
    def test_too_long_is_cut_and_says_by_how_much(self, text: str, texts: Texts) -> None:
        parsed = check(card(saying(text), texts, NOW))
        quoted = parsed.all("blockquote")[0]
        assert text.startswith(quoted)
        assert texts.number(len(text) - len(quoted)) in parsed.text.rpartition(quoted)[2]
        assert parsed.all("a")[-1] in ("Read it all", "Alles lesen")
        assert len(parsed.text.encode("utf-16-le")) // 2 > 4096 - NOTE - 61

    def test_the_cut_is_at_a_word(self) -> None:
        assert check(card(saying("Bürgermeisterin " * 900), EN, NOW)).all("blockquote")[0].endswith("Bürgermeisterin")

    def test_halves_of_characters_do_not_stop_a_card(self) -> None:
        assert check(card(saying("\ud83d word " * 2000), EN, NOW)).all("blockquote")[0].startswith("� word � word")

    def test_without_an_address_nothing_is_promised(self) -> None:
        parsed = check(card(saying("word " * 2000, url=""), EN, NOW))
        assert "Read it all" not in parsed.text

    def test_the_longest_comment_that_fits_is_whole(self) -> None:
        free = 4096 - (shown(card(saying("x"), EN, NOW).text) - 1)
        assert check(card(saying("x" * free), EN, NOW)).all("blockquote") == ["x" * free]
        assert "characters missing here" in text_of(saying("x" * (free + 1)))


class TestDecided:
    def test_rejected_asks_for_the_reason_and_offers_undo(self) -> None:
        message = card(rejected(effect="pending"), EN, NOW)
        text = check(message).text
        assert text.startswith(
            "❌ Rejected by Anna\n12:01, after a wait of 11 minutes\n⏳ Will be removed at 12:03:18.\n\n"
        )
        assert labels(message) == [["Insult", "Hate", "Threat"], ["Spam", "Off-topic", "Illegal"], ["Other", "↩️ Undo"]]
        assert message.buttons[0][1] == Button("Hate", "v1:why:12:hate")

    def test_words_too_long_for_a_third_of_a_phone_stand_two_to_a_row(self) -> None:
        assert labels(card(rejected(), DE, NOW)) == [
            ["Beleidigung", "Hass"], ["Drohung", "Spam"], ["Themenfern", "Strafbar"], ["Anderes", "↩️ Zurücknehmen"],
        ]  # fmt: skip

    def test_once_the_reason_is_named_only_undo_is_left(self) -> None:
        message = card(rejected(reason="off_topic", effect="confirmed"), EN, NOW)
        assert check(message).text.startswith(
            "❌ Rejected by Anna · off-topic\n12:01, after a wait of 11 minutes\nRemoved.\n"
        )
        assert labels(message) == [["↩️ Undo"]]

    def test_a_rule_says_so_and_needs_no_reason(self) -> None:
        made = Decision(1, 12, "reject", Person(0, ""), NOW, rule="toxicity 0.95 >= 0.90")
        message = card(replace(WAITING, state="decided", decision=made), EN, NOW)
        assert "Rejected by a rule (toxicity 0.95 >= 0.90)" in check(message).text
        assert labels(message) == [["↩️ Undo"]]

    @pytest.mark.parametrize(
        ("case", "words"),
        [
            (rejected(effect="recorded"), "Watch mode: it would be removed."),
            (rejected(effect="human", note="Too old: remove it by hand."), "✋ Too old: remove it by hand."),
            (replace(rejected(effect="pending"), effect_due=NOW - timedelta(seconds=1)), "⏳ Being removed."),
            (replace(rejected(effect="pending"), effect_due=None), "⏳ Being removed."),
            (approved(effect="confirmed"), "Released."),
        ],
    )
    def test_the_effect_is_said_as_far_as_it_is(self, case: Case, words: str) -> None:
        assert words in text_of(case)

    @pytest.mark.parametrize("effect", ["", "pending", "recorded", "human", "cancelled"])
    def test_removed_is_said_only_when_confirmed(self, effect: str) -> None:
        case = rejected(effect=effect)  # type: ignore[arg-type]
        assert "Removed" not in text_of(case)
        assert "Entfernt." not in text_of(case, DE)

    def test_an_edited_comment_takes_no_decision(self) -> None:
        message = card(replace(rejected(), state="superseded"), EN, NOW)
        assert check(message).text.startswith("✏️ Edited since.")
        assert message.buttons == ()


class TestClosing:
    def test_a_summary_counts_kinds_and_people(self) -> None:
        made = Decision(1, 12, "approve", BEN, NOW)
        cases = [rejected(), rejected(), replace(WAITING, state="decided", decision=made)]
        text = check(summary_card(cases, EN, NOW)).text
        assert text == "3 cases were decided in review (as of 12:03)\n1 approved, 2 rejected\n👤 Anna 2, Ben 1"

    def test_a_summary_counts_rules_among_no_people(self) -> None:
        made = Decision(1, 12, "reject", Person(0, "rule"), NOW, rule="toxicity 0.95 >= 0.90")
        text = check(summary_card([replace(WAITING, state="decided", decision=made)], EN, NOW)).text
        assert text == "1 case was decided in review (as of 12:03)\n0 approved, 1 rejected"

    def test_a_copy_says_which_one_counts(self) -> None:
        assert check(copy_card(EN)).text
        assert copy_card(DE).buttons == ()
