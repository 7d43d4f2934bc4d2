"""The tables by which single code points are folded: case, accents, look-alikes of other scripts, things not seen."""

import unicodedata
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

PAD = 0
SPACE = 0x20
SHARP_S = 0xDF
DROPPED = 0xFFFF
"""Marks a code point that nobody sees."""
OTHER = 0xFFFD
"""Stands for code points beyond the tables."""

IN_WORD, LATIN = np.uint8(1), np.uint8(2)
STANDS_FOR = np.uint8(8)
"""Stands for a letter at a word's edge or inside it."""
STANDS_INSIDE = np.uint8(16)
"""Stands for a letter inside a word only."""

LOWER, UPPER = 1, 2

_EMOJI = 0xE000
"""Symbols of plane 1 move into the private use area, to fit 16 bits."""
_SIZE = 0x20000

_FOLDED_RANGES = (
    (0x00AA, 0x0250), (0x1D00, 0x1DC0), (0x1E00, 0x1F00), (0x2070, 0x20A0), (0x2100, 0x2190), (0x2460, 0x2500),
    (0x2C60, 0x2C80), (0xA720, 0xA800), (0xFB00, 0xFB07), (0xFF01, 0xFF5F), (0x1D400, 0x1D800), (0x1F100, 0x1F200),
)  # fmt: skip
_UNSEEN_RANGES = (
    (0x0300, 0x0370), (0x0483, 0x048A), (0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x200B, 0x2010), (0x202A, 0x202F),
    (0x2060, 0x2070), (0x20D0, 0x2100), (0xFE00, 0xFE10), (0xFE20, 0xFE30), (0x00AD, 0x00AE), (0x061C, 0x061D),
    (0x115F, 0x1161), (0x180B, 0x1810), (0x3164, 0x3165), (0xFEFF, 0xFF00), (0xFFA0, 0xFFA1), (0x1F3FB, 0x1F400),
)  # fmt: skip
_LOWERED_RANGES = ((0x0250, 0x02B0), (0x0370, 0x0600), (0x10A0, 0x1100))

_ALIKE = {
    "a": "аαɑ∂", "b": "ЬьвβƄƅ฿", "c": "сϲᴄ¢©", "d": "ԁɗđð", "e": "еєεҽ℮", "f": "ƒғſ", "g": "ɡցğ", "h": "һнհħ",
    "i": "іιıɩӏɪ¡", "j": "јʝ", "k": "кκқĸ", "l": "ⅼłʟ", "m": "мⅿ", "n": "пηոɴ", "o": "оοσөøօο°", "p": "рρþ",
    "q": "ԛգ", "r": "гяɾʀ", "s": "ѕʂꜱ", "t": "тτŧᴛ", "u": "υцսʊ", "v": "νѵⅴ", "w": "ԝωшɯ", "x": "хχⅹ×",
    "y": "уүγʏ", "z": "ᴢʐ",
}  # fmt: skip
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "$": "s", "€": "e"}
_INNER_LEET = {"@": "a", "!": "i", "|": "l"}


def _fold_table() -> NDArray[np.uint16]:
    table = np.full(_SIZE, OTHER, dtype=np.uint16)
    table[:0x10000] = np.arange(0x10000)
    table[0x1F000:_SIZE] = _EMOJI + np.arange(0x1000)
    table[0xD800:0xF900] = OTHER  # halves of pairs would be read as one, where two meet
    for first, end in _FOLDED_RANGES:
        for point in range(first, end):
            table[point] = _base(point)
    for first, end in _LOWERED_RANGES:
        table[first:end] = [ord(chr(point).lower()[0]) for point in range(first, end)]
    for letter, alike in _ALIKE.items():
        for look in alike + alike.upper():
            if len(look) == 1 and not look.isascii():
                table[ord(look)] = ord(letter)
    for first, end in _UNSEEN_RANGES:
        table[first:end] = DROPPED
    table[ord("A") : ord("Z") + 1] += 32
    table[
        [*range(1, 0x20), 0x7F, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
    ] = SPACE
    table[[0xDF, 0x1E9E]] = SHARP_S
    table[[0x2018, 0x2019, 0x201B, 0x02BC, 0xB4, 0x60]] = ord("'")
    table[[0x201C, 0x201D, 0x201E, 0x201F, 0xAB, 0xBB, 0x2039, 0x203A]] = ord('"')
    table[[*range(0x2010, 0x2016), 0x2212]] = ord("-")
    table[PAD] = PAD
    return table


def _base(point: int) -> int:
    """The plain lower-case letter under accents, circles and fancy styles; the code point itself where there is no."""
    plain = unicodedata.normalize("NFKD", chr(point)).lower()
    letters = [letter for letter in plain if letter.isalnum()]
    if point >= 0x1F1E6 and point <= 0x1F1FF:  # regional indicators, the letters of flags
        return ord("a") + point - 0x1F1E6
    if _enclosed(point):
        return _enclosed(point)
    if point >= 0x1F100 and not letters:
        return _EMOJI + (point & 0xFFF)
    first = letters[0] if letters else chr(point)
    return ord(first) if ord(first) < 0x10000 else OTHER


def _enclosed(point: int) -> int:
    """Squared letters without a decomposition (negative circled, negative squared)."""
    for first in (0x1F150, 0x1F170):
        if first <= point < first + 26:
            return ord("a") + point - first
    return 0


def _word_table() -> NDArray[np.bool_]:
    table = np.zeros(0x10000, dtype=bool)
    table[[point for point in range(0x21, 0x0600) if chr(point).isalnum()]] = True
    table[0x0600:0x2000] = True
    table[0x3040:0xE000] = True
    table[0xA0:0xC0] = False
    table[0x1680] = False  # a space, where nothing is folded
    return table


def _leet_table(leet: Mapping[str, str]) -> NDArray[np.uint16]:
    table = np.zeros(0x10000, dtype=np.uint16)
    for sign, letter in leet.items():
        table[ord(sign)] = ord(letter)
    return table


def _kind_table() -> NDArray[np.uint8]:
    table = np.where(_word_table(), IN_WORD, 0).astype(np.uint8)
    table[ord("a") : ord("z") + 1] |= LATIN
    table[[ord(sign) for sign in _LEET]] |= STANDS_FOR
    table[[ord(sign) for sign in _INNER_LEET]] |= STANDS_INSIDE
    return table


def _case_table() -> NDArray[np.uint8]:
    letters = [chr(point) for point in range(0x180)]
    return np.array([LOWER * letter.islower() | UPPER * letter.isupper() for letter in letters] + [0], dtype=np.uint8)


FOLD = _fold_table()
CASE = _case_table()
"""Lower and upper case of the first letters of Unicode; the last place stands for everything beyond."""
KIND = _kind_table()
LEET = _leet_table({**_LEET, **_INNER_LEET})
"""The letter that a digit or sign stands for; 0 for everything else."""


def flatten(text: str) -> str:
    """Letter by letter folded: small, without accents and what nobody sees; ß is ss."""
    codes = FOLD[np.minimum([ord(sign) for sign in text], len(FOLD) - 1)].tolist() if text else []
    return "".join("ss" if code == SHARP_S else chr(code) for code in codes if code != DROPPED)
