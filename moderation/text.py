"""What a model sees of a text: folded code points of a whole batch, each pointing back to its original."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moderation.folding import (
    CASE,
    DROPPED,
    FOLD,
    IN_WORD,
    KIND,
    LATIN,
    LEET,
    LOWER,
    OTHER,
    PAD,
    SHARP_S,
    SPACE,
    STANDS_FOR,
    STANDS_INSIDE,
    UPPER,
)

PADDING = 8
"""Code points of padding after each text, so that no window of up to 9 of them spans two texts."""

Codes = NDArray[np.uint16]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]
Kinds = NDArray[np.uint8]

_LONGEST_LEET = 6
_TAKES_E, _KEEPS_E = np.zeros((2, 0x10000), dtype=np.int8)
_TAKES_E[[ord("a"), ord("o"), ord("u")]] = 1
_KEEPS_E[[ord("a"), ord("e"), ord("q")]] = 1
_SEPARATOR = " " + "\0" * PADDING + " "


@dataclass(frozen=True, slots=True)
class Folded:
    """A batch of texts as models read it: lower-cased, without accents, look-alikes and disguises undone."""

    codes: Codes
    """Folded code points of all texts, each text with a space on both sides and padding after it."""
    origin: Places
    """For each code its place in its own text, in code points; -1 for the space before, len(text) for the one after."""
    starts: NDArray[np.int64]
    """Where each text's codes begin (its leading space)."""
    ends: NDArray[np.int64]
    """Where each text's codes end (after its trailing space)."""
    words: Flags
    """Which codes belong to words."""
    rows: NDArray[np.int64]
    """For each code its text."""
    parted: bool = False
    """Whether any word was parted at a capital."""
    squeezed: bool = False
    """Whether any letters that repeat, or signs between single letters, were left out."""

    def string(self, row: int) -> str:
        """The folded text of one row, for people and tests."""
        return "".join(map(chr, self.codes[self.starts[row] : self.ends[row]].tolist())).strip()


def fold(texts: Sequence[str]) -> Folded:
    """Fold a batch of texts. Any string will do; an empty one becomes two spaces."""
    clean = [text.replace("\0", " ") if "\0" in text else text for text in texts]
    joined = _join(clean)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = FOLD.take(points, mode="clip")
    places = np.arange(len(codes), dtype=np.int32)
    codes, places = _part_words(points, codes, places)
    parted = len(codes) > len(points)
    codes, places = _drop_invisible(codes, places)
    codes, places = _spell_out_sharp_s(codes, places)
    kinds = KIND.take(codes)
    words = (kinds & IN_WORD).view(np.bool_)
    keep = np.ones(len(codes), dtype=bool)
    keep[_umlaut_e(codes)] = False
    squeezed = _drop_repetition(codes, words, keep) | _drop_spacing(codes, words, keep)
    if "@" in joined:
        keep &= ~_mentions(codes, words)
    codes, kinds = _undo_leet(codes[keep], kinds[keep])
    words = (kinds & IN_WORD).view(np.bool_)
    return replace(_with_bounds(clean, codes, places[keep], words), parted=parted, squeezed=squeezed)


def fold_plainly(texts: Sequence[str]) -> Folded:
    """Lower-cased and nothing else: what a model sees that has no defence; to measure the defence by."""
    clean = [text.replace("\0", " ") for text in texts]
    points = np.frombuffer(_join(clean).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.minimum(points, OTHER).astype(np.uint16)
    small = (codes >= ord("A")) & (codes <= ord("Z"))
    codes[small] += 32
    return _with_bounds(
        clean, codes, np.arange(len(codes), dtype=np.int32), (KIND.take(codes) & IN_WORD).view(np.bool_)
    )


def _join(texts: Sequence[str]) -> str:
    return " " + _SEPARATOR.join(texts) + _SEPARATOR[:-1] if texts else ""


def _with_bounds(texts: Sequence[str], codes: Codes, places: Places, words: Flags) -> Folded:
    lengths = np.array([len(text) for text in texts], dtype=np.int32)
    firsts = (lengths + (2 + PADDING)).cumsum(dtype=np.int32) - (lengths + (1 + PADDING))
    starts, ends = places.searchsorted(np.array([firsts - 1, firsts + lengths + 1]))
    rows = np.zeros(len(codes), dtype=np.int64)
    rows[starts[1:]] = 1
    np.add.accumulate(rows, out=rows)
    origin = places - firsts[rows]
    return Folded(codes, origin, starts, ends, words, rows)


def _part_words(points: NDArray[np.uint32], codes: Codes, places: Places) -> tuple[Codes, Places]:
    """With a space before a capital that stands between two small letters and two more: einDepp, #WegMitIhm."""
    case = CASE.take(points, mode="clip")
    small = (case & LOWER).view(np.bool_)
    start = small[:-4] & small[1:-3] & (case[2:-2] == UPPER) & small[3:-1] & small[4:]
    found = start.nonzero()[0] + 2
    if not len(found):
        return codes, places
    return np.insert(codes, found, SPACE), np.insert(places, found, places[found])


def _drop_invisible(codes: Codes, places: Places) -> tuple[Codes, Places]:
    """Without zero-width characters and combining marks."""
    keep = codes != DROPPED
    return (codes, places) if keep.all() else (codes[keep], places[keep])


def _spell_out_sharp_s(codes: Codes, places: Places) -> tuple[Codes, Places]:
    """ß is ss: many write it so, and Swiss German knows nothing else."""
    sharp = codes == SHARP_S
    if not sharp.any():
        return codes, places
    counts = sharp.astype(np.int8) + 1
    spelled = np.repeat(codes, counts)
    spelled[spelled == SHARP_S] = ord("s")
    return spelled, np.repeat(places, counts)


def _undo_leet(codes: Codes, kinds: Kinds) -> tuple[Codes, Kinds]:
    """Digits and signs that stand for letters, where the neighbours are letters: 1d10t, f4ck, a$$hole."""
    if not np.bitwise_or.reduce(kinds) & (STANDS_FOR | STANDS_INSIDE):
        return codes, kinds
    out = codes.copy()
    for _ in range(_LONGEST_LEET):  # each round reaches one sign further into a word
        left, right = kinds[:-2] & LATIN, kinds[2:] & LATIN
        change = ((left | right) > 0) & ((kinds[1:-1] & STANDS_FOR) > 0)
        change |= ((left & right) > 0) & ((kinds[1:-1] & STANDS_INSIDE) > 0)
        places = change.nonzero()[0] + 1
        if not len(places):
            break
        out[places] = LEET[out[places]]
        kinds[places] = LATIN | IN_WORD
    return out, kinds


def _drop_spacing(codes: Codes, words: Flags, keep: Flags) -> bool:
    """Drop the sign between single letters, the same three letters or more in a row: i d i o t, i.d.i.o.t."""
    between = words[:-2] & ~words[1:-1] & words[2:]
    between[1:] &= ~words[:-3]
    between[:-1] &= ~words[3:]
    places = between.nonzero()[0] + 1
    if len(places) < 2:
        return False
    signs = codes[places]
    close = (np.diff(places) == 2) & (signs[1:] == signs[:-1])
    keep[places[:-1][close]] = False
    keep[places[1:][close]] = False
    return bool(close.any())


def _drop_repetition(codes: Codes, words: Flags, keep: Flags) -> bool:
    """Drop what makes a run of three or more: all but the first, of s all but two (ass, Hass)."""
    same = codes[1:] == codes[:-1]
    triple = (same[1:] & same[:-1] & (codes[2:] != PAD)).nonzero()[0]
    if not len(triple):
        return False
    triple = triple[codes[triple + 3] != PAD]  # the last space stays, it points to the end of its text
    keep[triple + 2] = False
    keep[triple[codes[triple] != ord("s")] + 1] = False
    return bool(words[triple].any())


def _umlaut_e(codes: Codes) -> Places:
    """Where the e of ae, oe and ue is, so that both spellings of an umlaut are one; not after a vowel or q (neue)."""
    places = (codes[2:] == ord("e")).nonzero()[0] + 2
    found = _TAKES_E[codes[places - 1]] > _KEEPS_E[codes[places - 2]]
    kept: Places = places[found]
    return kept


def _mentions(codes: Codes, words: Flags) -> Flags:
    """The name after an @: a person's account says nothing of what is said to them."""
    at = np.flatnonzero(codes[:-1] == ord("@"))
    at = at[words[at + 1] & ~words[at - 1]]
    gaps = np.flatnonzero(~(words | (codes == ord("_"))))
    ends = gaps[np.searchsorted(gaps, at + 1)]
    edges = np.zeros(len(codes) + 1, dtype=np.int8)
    edges[at + 1] += 1
    edges[ends] -= 1
    inside: Flags = np.cumsum(edges[:-1]) > 0
    return inside
