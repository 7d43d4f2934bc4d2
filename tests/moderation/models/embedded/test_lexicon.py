"""The lexicon: patterns as people write them, found in texts as people write those."""

import random
from pathlib import Path

import numpy as np
import pytest

from moderation.errors import ModelError
from moderation.models.embedded.compile import Pattern, compile_lexicon, read_groups, read_lexicon, spell_out
from moderation.models.embedded.features import Words
from moderation.models.embedded.lookup import build_lookup
from moderation.models.embedded.signals import Columns, find_matches
from moderation.models.embedded.stems import stem_keys
from moderation.text import fold


def found(patterns: list[Pattern], text: str, language: str = "de") -> set[tuple[str, str]]:
    """The category and the folded words of each match that counts in this language and is not defused."""
    compiled = compile_lexicon(patterns, {"de": ["ein satz"], "en": ["a sentence"]})
    folded = fold([text])
    words = Words(folded)
    columns = Columns(compiled.columns)
    held = compiled.lexicon.hold(stem_keys(words.strings()))
    (matches,) = find_matches(compiled.lexicon, columns, words, held, [columns.foreign(language)])
    seen = "".join(map(chr, folded.codes.tolist()))
    return {
        (compiled.columns[column].split()[0], seen[words.starts[left] : words.ends[right]])
        for left, right, column in matches
    }


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ("idiot", "Du IDIOT!", "idiot"),
        ("idiot*", "lauter Idioten", "idioten"),
        ("*gesindel", "Das Lumpengesindel", "lumpengesindel"),
        ("halt dein maul", "Ach, halt dein Maul.", "halt dein maul"),
        ("gehör* ~ an die wand", "Der gehört doch endlich an die Wand", "gehort doch endlich an die wand"),
        ("gehör* ~ an die wand", "gehören an die Wand", "gehoren an die wand"),
        ("du _ schwein", "du elendes Schwein", "du elendes schwein"),
        ("arsch", "Ä r s c h? Nein: A r s c h", "arsch"),
    ],
)
def test_a_pattern_finds_its_words(pattern: str, text: str, words: str) -> None:
    assert ("insult", words) in found([Pattern(pattern, "insult", 2, "de")], text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("idiot", "idiotisch"),
        ("halt dein maul", "halt mein maul"),
        ("gehör* ~ an die wand", "gehört heute und morgen und immer an die Wand"),
        ("du _ schwein", "du schwein"),
        ("*gesindel", "gesindelhaft"),
    ],
)
def test_a_pattern_finds_nothing_else(pattern: str, text: str) -> None:
    assert not found([Pattern(pattern, "insult", 2, "de")], text)


def test_a_phrase_does_not_reach_into_the_next_text() -> None:
    compiled = compile_lexicon([Pattern("halt dein maul", "insult", 2, "de")], {"de": ["x"]})
    words, columns = Words(fold(["halt dein", "maul", "maul auf"])), Columns(compiled.columns)
    held = compiled.lexicon.hold(stem_keys(words.strings()))
    assert find_matches(compiled.lexicon, columns, words, held, [()] * 3) == [[], [], []]


def test_a_harmless_pattern_defuses_what_it_covers() -> None:
    patterns = [Pattern("idiot*", "insult", 2, "de"), Pattern("kein* idiot*", "harmless", 1, "de")]
    assert ("insult", "idiot") not in found(patterns, "Er ist kein Idiot.")
    assert ("insult", "idiot") in found(patterns, "Er ist ein Idiot.")


def test_patterns_that_end_at_one_place_all_count() -> None:
    patterns = [Pattern("bimbo", "hate", 3, "de"), Pattern("bimbo", "sexual", 2, "en")]
    assert found(patterns, "bimbo") == {("hate", "bimbo"), ("sexual", "bimbo")}


def test_a_word_that_is_common_elsewhere_counts_in_its_own_language_only() -> None:
    patterns = [Pattern("ein", "threat", 3, "en"), Pattern("ein satz", "harmless", 1, "en")]
    assert found(patterns, "ein", language="en") == {("threat", "ein")}
    assert not found(patterns, "ein", language="de")


def test_the_lexicon_in_the_package_can_be_read() -> None:
    patterns = read_lexicon()
    assert {"de", "en"} <= {pattern.language for pattern in patterns}
    assert all(pattern.category == "group" for pattern in read_groups())


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "de_insult.tsv"
    path.write_text("idiot\tinsult\t2\tde\tx\nidiot insult\n")
    with pytest.raises(ModelError, match=r"de_insult\.tsv:2"):
        read_lexicon(tmp_path)


def test_every_key_is_found_again_and_no_other() -> None:
    chance = random.Random(11)
    entries = {chance.getrandbits(64): chance.randrange(1, 1 << 18) for _ in range(3000)}
    lookup = build_lookup(entries)
    keys = np.array(list(entries), dtype=np.uint64)
    assert lookup.find(keys).tolist() == list(entries.values())
    assert not lookup.find(keys ^ np.uint64(1)).any()


def test_a_line_with_alternatives_stands_for_each_of_them() -> None:
    assert spell_out("du (blöder|dummer) ~ (hund|esel*)") == [
        "du blöder ~ hund",
        "du blöder ~ esel*",
        "du dummer ~ hund",
        "du dummer ~ esel*",
    ]
    assert spell_out("idiot*") == ["idiot*"]


def test_a_word_of_two_stems_begins_the_phrases_of_both() -> None:
    patterns = [Pattern("kanak* raus", "hate", 3, "de"), Pattern("*nack weg", "insult", 2, "de")]
    assert found(patterns, "kanaknack weg") == {("insult", "kanaknack weg")}
    assert found(patterns, "kanaknack raus") == {("hate", "kanaknack raus")}
    assert found(patterns, "kanak weg") == found(patterns, "schnack raus") == set()
