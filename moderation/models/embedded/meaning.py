"""What a masked or broken-off word was meant to be (id*ot, idio…), by the words that people write."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from moderation.folding import flatten
from moderation.models.embedded.features import RUNS, Words
from moderation.models.embedded.wordbook import LONGEST, Use, Wordbook
from moderation.text import fold

_LEAST = 3
"""So many letters at least must be there, or the word must be one of abuse."""
_MORE = 3
"""So many letters at most are taken to be broken off."""
_COMMON = 7
"""A word of this level (one in a thousand and more frequent) may well end a sentence that is broken off."""
_OWN, _ABUSIVE = 6, 2
"""What a word of the text's language, and one of abuse, is worth beside its level; abuse for each letter hidden."""
_GENDERED = re.compile(r".{3,}\*(?:in|innen|r|e|n)")
"""Kolleg*innen, jede*r: the star names all genders."""
_FEW = 2
"""With more letters hidden no compound is guessed."""
_SHARP = 4
_INNER = re.compile(r"[a-z]+\*+[a-z]+")

Tables = Mapping[str, NDArray[np.int8]]
"""For each language the weights of its buckets."""
Found = Sequence[tuple[str, Sequence[Use]]]


class Guesser:
    """Guesses words. tables: the weights of the runs that training saw."""

    def __init__(self, book: Wordbook, tables: Tables) -> None:
        self._book = book
        self._tables = tables
        self.guess = lru_cache(maxsize=1024)(self._guess)

    def _guess(self, written: str) -> Mapping[str, str]:
        """For each language, and "" for any other, the word that was meant; empty where none fits."""
        seen = flatten(written)
        codes = (*self._book.languages, "")
        if not _LEAST <= len(seen) <= LONGEST or not seen.isascii():
            return dict.fromkeys(codes, "")
        return self._complete(seen, codes) if seen.isalpha() else self._unmask(seen, codes)

    def _unmask(self, seen: str, codes: Sequence[str]) -> Mapping[str, str]:
        seen, hidden = seen.replace("#", "*"), seen.count("*")  # of a # alone nothing is guessed: two hashtags
        bare = seen.replace("*", "")
        if bare in self._book and seen in (bare + "*", "*" + bare):
            return dict.fromkeys(codes, "")  # trans*
        found: Found = [pair for form in _forms(seen) for pair in self._book.fitting(form)]
        abuse = [(word, uses) for word, uses in found if any(use.abusive for use in uses)]
        if seen.startswith("*") or len(bare) < _LEAST - 1 or (abuse and 2 * len(bare) <= len(seen)):
            found = abuse
        elif not found:
            found = self._known(bare) if hidden == 1 else []
        if found or not hidden or not _INNER.fullmatch(seen) or _GENDERED.fullmatch(seen) or self._is_two(seen):
            return {code: self._best(found, code, _ABUSIVE * hidden) for code in codes}
        found = self._compounds(seen, 0) if hidden <= _FEW else []
        if found or hidden > 1:
            return {code: self._best(found, code) for code in codes}
        usual = _most_usual([seen.replace("*", letter) for letter in ascii_lowercase], self._tables)
        return {code: usual.get(code, "") for code in codes}

    def _is_two(self, seen: str) -> bool:
        """Two words with a star between them: der*die."""
        return all(part in self._book.frequent for part in seen.split("*") if part)

    def _complete(self, seen: str, codes: Sequence[str]) -> Mapping[str, str]:
        """The likeliest word that goes on; none where the one that is there is common, or more likely."""
        common = {use.language for use in self._book.uses(seen) if use.level >= _COMMON}
        found = self._book.beginning(seen, _MORE) or self._compounds(seen, _MORE)
        best = {code: "" if self._number(code) in common else self._best(found, code) for code in codes}
        return {code: word if word != seen else "" for code, word in best.items()}

    def _compounds(self, seen: str, more: int) -> Found:
        """The words of two known parts of one language, the second going on for up to so many letters more."""
        found = []
        for place in range(_LEAST, len(seen) - _LEAST + 1):
            firsts = self._fitting(seen[:place])
            seconds = self._fitting(seen[place:], more) if firsts else []
            for (first, ones), (second, twos) in product(firsts, seconds):
                uses = [
                    one._replace(level=one.level + two.level)
                    for one, two in product(ones, twos)
                    if one.language == two.language
                ]
                found.append((first + second, uses))
        return found

    def _fitting(self, seen: str, more: int = 0) -> Found:
        if more:
            return self._book.beginning(seen, more)
        return self._book.fitting(seen) if "*" in seen else self._known(seen)

    def _known(self, word: str) -> Found:
        return [(word, uses)] if (uses := self._book.uses(word)) else []

    def _best(self, found: Found, language: str, abusive: int = _ABUSIVE) -> str:
        own = self._number(language)
        worth = [
            (use.level + _OWN * (use.language == own) + abusive * use.abusive, -len(word), word)
            for word, uses in found
            for use in uses
        ]
        return max(worth, default=(0, 0, ""))[2]

    def _number(self, language: str) -> int:
        codes = self._book.languages
        return codes.index(language) if language in codes else len(codes)


def _forms(seen: str) -> list[str]:
    """The pattern, and the patterns in which one of its first stars stands for a sharp s (Schei*e)."""
    stars = [place for place, sign in enumerate(seen) if sign == "*"][:_SHARP]
    return [seen, *(f"{seen[:place]}ss{seen[place + 1 :]}" for place in stars)]


def _most_usual(words: Sequence[str], tables: Tables) -> dict[str, str]:
    """For each language the word with the most runs that have a weight, for training saw them; empty where all have."""
    text = fold(words)
    found = Words(text)
    counts = dict.fromkeys(tables, np.zeros(len(words), dtype=np.int64))
    for length, buckets in zip(RUNS, found.run_buckets(), strict=True):
        for code, table in tables.items():
            total = np.append(0, (table[buckets] != 0).cumsum())
            counts[code] = counts[code] + total[found.ends + 2 - length] - total[found.starts - 1]
    return {code: words[int(some.argmax())] if some.max() > some.min() else "" for code, some in counts.items()}
