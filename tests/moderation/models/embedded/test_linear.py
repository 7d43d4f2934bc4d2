"""The linear part: each head's table is looked up by language."""

import numpy as np

from moderation.models.embedded.features import BITS, RUNS, Words, word_buckets
from moderation.models.embedded.linear import TABLES, open_table, sum_up, weigh
from moderation.text import fold

PART = 1 << BITS


def test_a_head_without_a_language_says_nothing_of_it() -> None:
    ones = np.ones(2 * PART, dtype=np.int8)
    table = open_table({name: ones if name == "offence" else ones[:PART] for name in TABLES})
    text = fold(["ein Wort", "ein Wort"])
    words = Words(text)
    first, second = sum_up(text, words, weigh(text, words, word_buckets(words.hashes), table, [0, 1]))
    assert first[0] == first[1] == first[2] == second[0] > 0
    assert second[1:] == (0, 0)


def test_weights_of_both_signs_are_added_exactly() -> None:
    chance = np.random.default_rng(3)
    arrays = {name: chance.integers(-127, 128, PART, dtype=np.int8) for name in TABLES}
    text = fold(["Ein langer Satz mit vielen Wörtern. " * 30])
    words = Words(text)
    evidence = weigh(text, words, word_buckets(words.hashes), open_table(arrays), [0])
    for row, name in enumerate(TABLES):
        assert evidence.words[row].tolist() == arrays[name][word_buckets(words.hashes)].astype(int).tolist()
    expected = evidence.runs[:, : text.ends[0]].sum(axis=1) / np.sqrt(3 * text.ends[0])
    expected += evidence.words.sum(axis=1) / np.sqrt(len(words.hashes))
    assert np.allclose(sum_up(text, words, evidence)[0], expected)


def test_a_run_s_bucket_depends_on_its_own_codes_and_on_no_others() -> None:
    rows = [Words(fold([text])).run_buckets() for text in ("mnopqr", "mnopqz", "mnopzr", "mnozqr", "mnzpqr")]
    same = [[bool(row[length, 1] == rows[0][length, 1]) for length in range(len(RUNS))] for row in rows[1:]]
    assert same == [[True, True, True], [True, True, False], [True, False, False], [False, False, False]]
    other = Words(fold(["vorher", "xy mnopqr"]))
    start = int(other.starts[-1])
    assert other.run_buckets()[:, start].tolist() == rows[0][:, 1].tolist()
