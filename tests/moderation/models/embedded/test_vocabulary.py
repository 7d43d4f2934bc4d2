"""The vocabulary: what is remembered of words changes no answer."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from moderation.models.embedded import Embedded, load
from moderation.models.embedded.lexicon import NONE_HELD
from moderation.models.embedded.vocabulary import Known, Vocabulary

TEXTS = [
    "Du bist so ein dummer Idiot, halt einfach dein Maul!",
    "Danke für den guten Artikel, ich habe viel gelernt.",
    "You are a moron and nobody likes you.",
    "",
    "Wer das glaubt, gehört an die Wand gestellt.",
    "Esto es una cosa muy bonita",
]


AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from moderation.models.embedded import load
from moderation.models.embedded.features import POWERS
sys.setswitchinterval(1e-6)
texts = [("Du bist so ein dummer Idiot. " * (number % 40) + f"Nummer {number}")[:1200] for number in range(400)]
with ThreadPoolExecutor(4) as pool:
    shared = load()
    found = list(pool.map(lambda text: shared.score([text])[0], texts))
    lengths = [number * 1500 + 2000 + 1200 * (number % 2) for number in range(1000)]
    reached = list(pool.map(lambda length: [len(part) for part in POWERS.reach(length)], lengths))
alike = found == load().score(texts) and reached == [[length, length] for length in lengths]
print("as one by one" if alike else "unlike")
"""
"""In a process of its own, where nothing has grown yet."""


class Counted:
    """A vocabulary that knows of each word how long it is, and counts what it looks up."""

    def __init__(self, most: int) -> None:
        self.looked_up = 0
        self.vocabulary = Vocabulary(self._learn, most)

    def _learn(self, words: Sequence[str]) -> list[Known]:
        self.looked_up += len(words)
        return [Known(len(word).to_bytes(8, "little"), 0, NONE_HELD, "") for word in words]

    def lengths(self, text: str) -> list[int]:
        """Of its words, as the vocabulary knows them."""
        return [int.from_bytes(known.bucket, "little") for known in self.vocabulary.recall(text.split())]


@pytest.fixture(scope="module")
def model() -> Embedded:
    return load()


def test_a_word_is_looked_up_once() -> None:
    counted = Counted(most=100)
    assert counted.lengths("wer ist wer und was ist was") == [3] * 7
    assert counted.lengths("was ist wer") == [3] * 3
    assert counted.looked_up == 4


def test_a_full_vocabulary_begins_anew_and_still_knows_every_word() -> None:
    counted = Counted(most=3)
    for text in ("ab abc", "abcd abcde abc", "a bc def ghij klmno", "abc ab"):
        assert counted.lengths(text) == [len(word) for word in text.split()]


def test_what_comes_up_again_and_again_is_looked_up_once() -> None:
    counted = Counted(most=20)
    for number in range(200):
        counted.lengths(f"immer wieder {number}")
    assert counted.looked_up == 202


def test_a_flood_of_long_words_is_forgotten_again() -> None:
    counted = Counted(most=100)
    for number in range(50):
        counted.lengths(f"{number}x" * 300)
    before = counted.looked_up
    counted.lengths("0x" * 300)
    assert counted.looked_up == before + 1


def test_the_order_of_texts_changes_no_answer(model: Embedded) -> None:
    alone = [load().score([text])[0] for text in TEXTS]
    assert model.score(TEXTS) == alone
    assert [model.score([text])[0] for text in reversed(TEXTS)] == alone[::-1]


def test_threads_that_score_at_once_get_the_same_answers() -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=False)
    assert done.stdout == "as one by one\n", done.stderr
