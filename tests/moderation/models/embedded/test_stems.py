"""The keys by which words and stems are looked up."""

import random

import numpy as np
import pytest

from moderation.models.embedded.features import Words
from moderation.models.embedded.stems import HEAD, LONGEST, SHORTEST, TAIL, stem_keys
from moderation.text import fold

SIZES = range(SHORTEST, LONGEST + 1)


def hashes(words: list[str]) -> list[int]:
    """Of each word, as features have them."""
    found = Words(fold([" ".join(words)]))
    assert found.strings() == words
    return [int(number) for number in found.hashes]


def test_the_keys_are_those_of_each_words_first_and_last_letters() -> None:
    words = ["an", "idiot", "donaudampfschiff", "abc", "x", "kellerasselhaltungsverordnung"]
    for word, keys in zip(words, stem_keys(words).T.tolist(), strict=True):
        whole, heads, tails = keys[0], keys[1 : 1 + len(SIZES)], keys[1 + len(SIZES) :]
        assert [whole] == hashes([word])
        for size, head, tail in zip(SIZES, heads, tails, strict=True):
            if size <= len(word):
                first, last = np.array(hashes([word[:size], word[-size:]]), dtype=np.uint64) * np.array([HEAD, TAIL])
                assert (head, tail) == (first, last)


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_neighbours_lend_a_word_no_stems(seed: int) -> None:
    rng = random.Random(seed)
    words = ["".join(rng.choices(["ab", "ba", "ac"], k=rng.randint(1, 10))) for _ in range(300)]
    stems = [word for word in words if SHORTEST <= len(word) <= LONGEST]
    known = dict(zip(hashes(stems), stems, strict=True))
    unsalted = [1, *[pow(int(HEAD), -1, 2**64)] * len(SIZES), *[pow(int(TAIL), -1, 2**64)] * len(SIZES)]
    for word, keys in zip(words, stem_keys(words).T.tolist(), strict=True):
        found = {known.get(key * factor % 2**64) for key, factor in zip(keys[1:], unsalted[1:], strict=True)}
        expected = {stem for stem in stems if word.startswith(stem) or word.endswith(stem)}
        assert found - {None} == expected


def test_no_words_have_no_keys() -> None:
    assert stem_keys([]).shape == (1 + 2 * len(SIZES), 0)
