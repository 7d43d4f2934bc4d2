"""The book of words: what it says does not depend on how many words begin alike."""

from itertools import product
from string import ascii_lowercase

import pytest

from moderation.models.embedded.wordbook import Use, Wordbook, pack_words

ENDS = ["".join(letters) for letters in product(ascii_lowercase, "aeiou", ascii_lowercase)]
USES = {f"ver{end}": [Use(0, number % 12, False)] for number, end in enumerate(ENDS) if number % 3}
USES |= {"ver": [Use(0, 9, False), Use(1, 2, True)], "vera": [Use(1, 1, False)]}


@pytest.fixture(scope="module")
def book() -> Wordbook:
    return Wordbook(pack_words(["de", "en"], [], USES))


def test_each_of_many_words_that_begin_alike_is_known_with_its_uses(book: Wordbook) -> None:
    assert {word: book.uses(word) for word in USES} == USES
    assert all(word in book for word in USES)


def test_none_is_known_that_is_not_in_the_book(book: Wordbook) -> None:
    others = [f"ver{end}" for number, end in enumerate(ENDS) if not number % 3] + ["ve", "verb", "vere", "vär"]
    assert not [word for word in others if word in book or book.uses(word)]


def test_words_that_go_on_are_found_among_many(book: Wordbook) -> None:
    expected = {word: uses for word, uses in USES.items() if word.startswith("verb")}
    assert dict(book.beginning("verb", 3)) == expected
    assert book.beginning("verä", 3) == []
