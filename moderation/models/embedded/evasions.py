"""Ways in which people disguise a word, as rewritings of a text: for measuring, and for the rows that are added."""

import random
import re
from collections.abc import Callable, Mapping

Disguise = Callable[[str, random.Random], str]
"""Rewrites one word."""

_LEET = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"}
_ALIKE = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у"}
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
_BARE = {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "Ä": "A", "Ö": "O", "Ü": "U"}
_ACCOUNT = re.compile(r"@\w+$")
_WORD = re.compile(r"[^\W\d_]{4,}")


def _mapped(table: Mapping[str, str]) -> Disguise:
    return lambda word, _: "".join(table.get(letter, table.get(letter.lower(), letter)) for letter in word)


def _between(sign: str) -> Disguise:
    return lambda word, _: sign.join(word)


def _stretch(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place] * chance.randrange(2, 5) + word[place:]


def _mask(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + "*" + word[place + 1 :]


def _mask_two(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 2)
    return word[:place] + "**" + word[place + 2 :]


def _double(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place] + word[place:]


def _break_off(word: str, _: random.Random) -> str:
    return word[: max(3, len(word) - 2)] + "…"


def _mix_case(word: str, chance: random.Random) -> str:
    return "".join(chance.choice((letter.lower(), letter.upper())) for letter in word)


def _squares(word: str, _: random.Random) -> str:
    return "".join(chr(0x1F170 + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in word.lower())


DISGUISES: Mapping[str, Disguise] = {
    "leetspeak": _mapped(_LEET),
    "spaced letters": _between(" "),
    "dotted letters": _between("."),
    "letters with hyphens": _between("-"),
    "letters with underscores": _between("_"),
    "repeated letters": _stretch,
    "doubled letter": _double,
    "look-alikes": _mapped(_ALIKE),
    "zero-width": _between("\u200b"),
    "combining marks": _between("\u0336"),
    "masked letter": _mask,
    "two masked letters": _mask_two,
    "broken off": _break_off,
    "mixed case": _mix_case,
    "emoji letters": _squares,
    "umlauts spelled out": _mapped(_UMLAUTS),
    "umlauts left out": _mapped(_BARE),
}


def disguise(text: str, name: str, chance: random.Random, spans: list[tuple[int, int]]) -> str:
    """The text with its words inside the spans disguised, the last ones first so that places stay true."""
    for match in reversed(list(_WORD.finditer(text))):
        if any(start < match.end() and match.start() < end for start, end in spans):
            text = text[: match.start()] + DISGUISES[name](match[0], chance) + text[match.end() :]
    return text


def join_words(text: str, spans: list[tuple[int, int]]) -> str:
    """The text without the space before each span: the words of it are joined with the ones before.

    Not with the name of an account, which would become another account's.
    """
    for start, _ in sorted(spans, reverse=True):
        if start and text[start - 1] == " " and not _ACCOUNT.search(text[: start - 1]):
            text = text[: start - 1] + text[start:]
    return text
