"""What a folded word that nobody writes was meant to be: words run together, spaced out, with letters repeated."""

import re
from collections.abc import Mapping, Sequence
from itertools import product

from moderation.models.embedded.wordbook import FREQUENT, LONGEST, RAREST, STEP, Wordbook

_SHORTEST, _LONGEST = 5, 2 * LONGEST
"""Shorter words and longer ones are taken as they are."""
_LEADING = 7
"""A word of this level may stand before two others, one below it may have two letters only."""
_LIKELY = 3
"""The least sum of the levels of two words that are taken apart."""
_LEADERS = 3
"""So many words at most may stand before the last two."""
_LONGEST_RUN = 100
"""Letters that are cut into words at once."""
_STRANGE, _STRANGE_LETTER = 10.0, 3.0
"""What an unknown piece costs, and each letter of it; a word costs the negative logarithm of its share."""
_MOST_REPEATED = 4
_DOUBLED = re.compile(r"([a-z])\1")

Pieces = Mapping[tuple[int, int], Mapping[int, int]]
"""For the letters from a place to another: language -> level, where they are a word."""


class Speller:
    """Spells by a book. Answers are empty where a word stays as it is."""

    def __init__(self, book: Wordbook) -> None:
        self._book = book

    def meant(self, word: str) -> str:
        """Words run together, a letter doubled (iddiot), a small L for a capital i (ldiot)."""
        if not _SHORTEST <= len(word) <= _LONGEST or not (word.isascii() and word.isalpha()) or word in self._book:
            return ""
        pieces = self._part(word, self._tails(word), _LEADERS)[1] if len(word) > _SHORTEST else []
        return " ".join(pieces) or self._misspelt(word)

    def _part(self, word: str, tails: Sequence[int], leaders: int) -> tuple[int, list[str]]:
        """Two words of one language, or more, of which all but the last are frequent; and the language's number."""
        heads = self._heads(word)
        pairs = [(word[:place], rest) for place in heads if (rest := word[place:]) in self._book]
        pairs += [(first, word[-size:]) for size in tails if len(first := word[:-size]) > 1 and first in self._book]
        if pairs:
            (bond, language), pieces = max([(self._bond(*pair), list(pair)) for pair in pairs])
            if bond:
                return language, pieces
        for place in heads if leaders else ():
            leads = self._leading(word[:place]) if len(word) - place >= _SHORTEST else ()
            language, pieces = self._part(word[place:], tails, leaders - 1) if leads else (0, [])
            if pieces and language in leads:
                return language, [word[:place], *pieces]
        return 0, []

    def _heads(self, word: str) -> list[int]:
        """Where a frequent first word ends.

        A prefix (auf, vor) is no first word: with almost any other it makes one of its own.
        """
        frequent, places = self._book.frequent, range(2, len(word) - 2)
        return [place for place in places if word[:place] in frequent and word[:place] not in self._book.prefixes]

    def _tails(self, word: str) -> list[int]:
        """The lengths of the frequent words that this one ends with."""
        frequent = self._book.frequent
        return [size for size in range(3, len(word) - 1) if word[-size:] in frequent]

    def _bond(self, first: str, second: str) -> tuple[int, int]:
        """How likely two words are joined: the sum of their levels or 0; and in which language."""
        least = 0 if len(first) > 2 else _LEADING - 1
        sums = [
            (one.level + two.level, one.language)
            for one, two in product(self._book.uses(first), self._book.uses(second))
            if one.language == two.language and one.level >= least and max(one.level, two.level) >= FREQUENT
        ]
        return max((found for found in sums if found[0] >= _LIKELY), default=(0, 0))

    def _leading(self, word: str) -> set[int]:
        """The languages in which this word may stand before two others."""
        return {use.language for use in self._book.uses(word) if use.level >= _LEADING}

    def level(self, word: str) -> int:
        """How frequent this word is where it is most; -1 where nobody uses it."""
        return max((use.level for use in self._book.uses(word)), default=-1)

    def _misspelt(self, word: str) -> str:
        """The most frequent word that this one is with a letter doubled, or with a small L for a capital i."""
        forms = ["i" + word[1:]] if word[0] == "l" else []
        if _DOUBLED.search(word):
            forms += [word[: match.start()] + word[match.start() + 1 :] for match in _DOUBLED.finditer(word)]
        if not forms:
            return ""
        level, best = max([(self.level(form), form) for form in forms])
        return best if level > 0 else ""

    def count_repeated(self, word: str, places: Sequence[int]) -> str:
        """The likeliest word in which the letters at these places, of which there were three or more, are one or two.

        Of an s folding leaves two; its place is that of the second.
        """
        letters = [[letter] for letter in word]
        for place in places[:_MOST_REPEATED]:
            second = word[max(place - 1, 0) : place + 1] == "ss"
            letters[place] = ["s", ""] if second else [word[place], word[place] * 2]
        forms = ["".join(choice) for choice in product(*letters)]
        known = [form for form in forms if form in self._book]
        if known:
            best = max(known, key=self.level)
            return best if best != word else ""
        return next((meant for form in forms if (meant := self.meant(form))), "")

    def cut(self, letters: str) -> str:
        """The words that make up a run of letters most likely, in the language that fits best."""
        if letters in self._book or not letters.isascii() or len(letters) > _LONGEST_RUN:
            return ""
        pieces = {
            (start, end): {use.language: use.level for use in self._book.uses(letters[start:end])}
            for end in range(1, len(letters) + 1)
            for start in range(max(end - LONGEST, 0), end)
        }
        ways = (_cheapest(letters, pieces, number) for number in range(len(self._book.languages)))
        return " ".join(min(ways, default=(0.0, []))[1])


def _cheapest(letters: str, pieces: Pieces, language: int) -> tuple[float, list[str]]:
    """The pieces that cost the least, and what they cost."""
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(letters) + 1):
        cost, start = min(
            (best[start][0] + _cost(end - start, pieces[start, end], language), start)
            for start in range(max(end - LONGEST, 0), end)
        )
        best.append((cost, [*best[start][1], letters[start:end]]))
    return best[-1]


def _cost(length: int, levels: Mapping[int, int], language: int) -> float:
    return RAREST - STEP * levels[language] if language in levels else _STRANGE + _STRANGE_LETTER * length
