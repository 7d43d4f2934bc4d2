"""The languages agree with each other and with the code that speaks them."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot
from bot.telegram.quote import NOTE, shown
from bot.telegram.texts import Markup, Phrase, Texts, clean, escape, join, languages, load
from moderation.comment import LABELS, REASONS
from moderation.errors import SettingsError
from tests.bot.telegram.cases import DE, EN, NOW, ZONE

ALL = [load(language, ZONE) for language in languages()]
_HOLES = re.compile(r"\{(\w+)\}")


def forms(phrase: Phrase) -> list[str]:
    return [phrase] if isinstance(phrase, str) else list(phrase.values())


def holes(phrase: Phrase) -> set[str]:
    return set(_HOLES.findall(" ".join(forms(phrase))))


def spoken() -> Iterator[tuple[ast.Call, re.Pattern[str]]]:
    """Every texts("key") and texts.plain("key") in the code, the key as a pattern: f-strings leave parts open."""
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and re.fullmatch(r"(\w+\.)*_?texts(\.plain)?", ast.unparse(node.func)):
                yield node, re.compile(key_of(node.args[0]))


def key_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.IfExp):
        return f"({key_of(node.body)}|{key_of(node.orelse)})"
    if isinstance(node, ast.JoinedStr):
        return "".join(key_of(part) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)
    return "a key must be written where it is used"


@pytest.mark.parametrize("texts", ALL, ids=languages())
class TestEachLanguage:
    def test_it_has_the_keys_and_holes_of_english(self, texts: Texts) -> None:
        assert {key: holes(phrase) for key, phrase in texts.phrases.items()} == {
            key: holes(phrase) for key, phrase in EN.phrases.items()
        }

    def test_it_has_both_plurals_of_what_is_counted(self, texts: Texts) -> None:
        for key, phrase in texts.phrases.items():
            assert isinstance(phrase, str) or set(phrase) == {"one", "other"}, key
            assert isinstance(phrase, str) == isinstance(EN.phrases[key], str), key

    def test_answers_to_taps_fit_and_hold_no_markup(self, texts: Texts) -> None:
        for key, phrase in texts.phrases.items():
            if key.startswith(("tap.", "button.", "reason.", "command.", "chart.")):
                assert "<" not in str(phrase), key
            if key.startswith("tap.") and not holes(phrase):
                assert len(str(phrase)) <= 200, key

    def test_labels_and_reasons_all_have_words(self, texts: Texts) -> None:
        for label in LABELS:
            assert texts(f"label.{label}")
        for reason in REASONS:
            assert texts(f"reason.{reason}")
            assert texts(f"because.{reason}")

    def test_what_is_said_of_a_cut_fits_its_room(self, texts: Texts) -> None:
        note = join(" ", ("\n", texts("card.cut", n=1_000_000), texts("card.original")))
        assert max(shown(note), shown(texts("card.empty"))) <= NOTE


class TestUse:
    def test_every_text_is_used(self) -> None:
        patterns = [pattern for _, pattern in spoken()]
        unused = [key for key in EN.phrases if not any(pattern.fullmatch(key) for pattern in patterns)]
        assert unused == []

    def test_every_text_that_is_used_is_there(self) -> None:
        missing = [ast.unparse(call) for call, key in spoken() if not any(key.fullmatch(known) for known in EN.phrases)]
        assert missing == []

    def test_every_hole_is_filled_and_nothing_more(self) -> None:
        for call, _ in spoken():
            given = {word.arg for word in call.keywords}
            if isinstance(call.args[0], ast.Constant) and None not in given:
                assert given - {"n"} == holes(EN.phrases[call.args[0].value]) - {"n"}, ast.unparse(call)  # type: ignore[index]


class TestFilling:
    def test_values_are_escaped_and_markup_is_not(self) -> None:
        assert "Hello &lt;b&gt; &amp; co." in EN("hello.moderator", name="<b> & co")
        assert "Hello <b>x</b>." in EN("hello.moderator", name=Markup("<b>x</b>"))
        assert "Hello {name}." in EN("hello.moderator", name="{name}")

    def test_plain_is_plain(self) -> None:
        assert EN.plain("tap.reason_set", reason="<b> & co") == "Noted: <b> & co"

    def test_numbers_are_grouped_as_the_language_does(self) -> None:
        assert EN("digest.received", n=12_345) == "12,345 comments received"
        assert DE("digest.received", n=12_345) == "12.345 Kommentare eingegangen"
        assert EN("digest.received", n=1) == "1 comment received"

    def test_what_breaks_messages_is_made_visible(self) -> None:
        odd = "a\x00b\u202ec\ud800d\r\ne"
        assert clean(odd) == "a�b�c�d \ne"
        assert len(clean(odd)) == len(odd)
        assert escape(odd).encode()

    def test_an_unknown_language_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(SettingsError, match="language = 'xx': there are texts for de, en"):
            load("xx", ZONE)
        with pytest.raises(SettingsError):
            load("../en", ZONE)


class TestTime:
    def test_times_are_local_and_days_are_named_when_not_today(self) -> None:
        assert EN.moment(NOW, NOW) == "12:03"
        assert EN.clock(NOW, seconds=True) == "12:03:10"
        assert EN.moment(datetime(2026, 11, 21, 22, 59, tzinfo=UTC), NOW) == "Sat, Nov 21, 23:59"
        assert EN.moment(datetime(2026, 11, 21, 23, 1, tzinfo=UTC), NOW) == "00:01"
        assert DE.moment(datetime(2026, 7, 1, 10, 0, tzinfo=UTC), NOW) == "Mi., 1. Juli, 12:00"

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(0, "0 seconds"), (-5, "0 seconds"), (100, "100 seconds"), (95 * 60, "95 minutes"), (36 * 3600, "36 hours")],
    )
    def test_durations_keep_what_matters(self, seconds: int, words: str) -> None:
        assert EN.duration(timedelta(seconds=seconds)) == words

    def test_ago_is_never_in_the_future(self) -> None:
        assert EN.ago(timedelta(minutes=2)) == "2 minutes ago"
        assert EN.ago(timedelta(seconds=-3)) == "1 second ago"
        assert DE.ago(timedelta(days=3)) == "vor 3 Tagen"

    @pytest.mark.parametrize(
        ("share", "words"), [(0.0, "0%"), (0.001, "1%"), (0.999, "99%"), (1.0, "100%"), (0.314, "31%")]
    )
    def test_shares_claim_no_certainty_there_is_not(self, share: float, words: str) -> None:
        assert EN.percent(share) == words
