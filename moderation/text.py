"""What a model sees of a text: folded code points of a whole batch, each pointing back to its original."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.folding import DROPPED, FOLD, INNER_LEET, LEET, PAD, SHARP_S, WORD

PADDING = 8
"""Code points of padding after each text, so that no window of up to 9 of them spans two texts."""

Codes = NDArray[np.uint16]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]

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

    def string(self, row: int) -> str:
        """The folded text of one row, for people and tests."""
        return "".join(map(chr, self.codes[self.starts[row] : self.ends[row]].tolist())).strip()


def fold(texts: Sequence[str]) -> Folded:
    """Fold a batch of texts. Any string will do; an empty one becomes two spaces."""
    clean = [text.replace("\0", " ") if "\0" in text else text for text in texts]
    joined = " " + _SEPARATOR.join(clean) + _SEPARATOR[:-1]
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = FOLD.take(points, mode="clip")
    places = np.arange(len(codes), dtype=np.int32)
    codes, places = _drop_invisible(codes, places)
    codes, places = _spell_out_sharp_s(codes, places)
    codes = _undo_leet(codes)
    words = WORD.take(codes)
    keep = ~(_spacing(codes, words) | _repetition(codes) | _umlaut_e(codes))
    if "@" in joined:
        keep &= ~_mentions(codes, words)
    codes, places, words = codes[keep], places[keep], words[keep]
    return _with_bounds(clean, codes, places, words)


def _with_bounds(texts: Sequence[str], codes: Codes, places: Places, words: Flags) -> Folded:
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    firsts = np.cumsum(lengths + 2 + PADDING) - (lengths + 1 + PADDING)
    starts = np.searchsorted(places, firsts - 1)
    ends = np.searchsorted(places, firsts + lengths, side="right")
    stretches = np.diff(starts, append=len(codes))
    origin = places - np.repeat(firsts, stretches).astype(np.int32) if len(texts) else places
    return Folded(codes, origin, starts, ends, words)


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


def _undo_leet(codes: Codes) -> Codes:
    """Digits and signs that stand for letters, where the neighbours are letters: 1d10t, f4ck, a$$hole."""
    leet, inner = LEET.take(codes), INNER_LEET.take(codes)
    if not (leet.any() or inner.any()):
        return codes
    out = codes.copy()
    for _ in range(3):  # each round reaches one sign further into a word
        letters = _latin(out)
        left, right = letters[:-2], letters[2:]
        edge = (left & ~_digits(out[2:])) | (right & ~_digits(out[:-2]))
        edge[:-1] |= left[:-1] & right[1:]
        change = np.where(edge, leet[1:-1], 0) | np.where(left & right, inner[1:-1], 0)
        if not change.any():
            break
        out[1:-1] = np.where(change, change, out[1:-1])
        leet[1:-1][change > 0] = 0
        inner[1:-1][change > 0] = 0
    return out


def _latin(codes: Codes) -> Flags:
    return (codes >= ord("a")) & (codes <= ord("z"))


def _digits(codes: Codes) -> Flags:
    return (codes >= ord("0")) & (codes <= ord("9"))


def _spacing(codes: Codes, words: Flags) -> Flags:
    """The signs between single letters, three or more in a row: i d i o t, i.d.i.o.t."""
    out = np.zeros_like(words)
    single = words.copy()
    single[1:] &= ~words[:-1]
    single[:-1] &= ~words[1:]
    between = out.copy()
    between[1:-1] = single[:-2] & single[2:] & ~words[1:-1]
    if not between.any():
        return out
    out[2:] |= between[2:] & between[:-2]
    out[:-2] |= between[:-2] & between[2:]
    return out


def _repetition(codes: Codes) -> Flags:
    """What makes a run of three or more: all but the first, of s all but two (ass, Hass)."""
    out = np.zeros(len(codes), dtype=bool)
    same = codes[1:] == codes[:-1]
    triple = same[1:] & same[:-1]
    triple[:-1] &= codes[3:] != PAD  # the last space stays, it points to the end of its text
    triple &= codes[2:] != PAD
    if not triple.any():
        return out
    out[2:] = triple
    second = np.flatnonzero(triple) + 1
    second = second[~out[second] & (codes[second] != ord("s"))]
    out[second] = True
    return out


def _umlaut_e(codes: Codes) -> Flags:
    """The e of ae, oe and ue, so that both spellings of an umlaut are one; not after a vowel or q (neue, quer)."""
    out = np.zeros(len(codes), dtype=bool)
    e = np.flatnonzero(codes == ord("e"))
    e = e[e > 1]
    before = codes[e - 1]
    e = e[(before == ord("a")) | (before == ord("o")) | (before == ord("u"))]
    ahead = codes[e - 2]
    vowel = (ahead == ord("a")) | (ahead == ord("e")) | (ahead == ord("q"))
    out[e[~vowel]] = True
    return out


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
