"""What a model sees of a text: folded code points of a whole batch, each pointing back to its original."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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
_UMLAUTS = [pair.encode("utf-16-le") for pair in ("ae", "oe", "ue")]
_KEEP_E = [letter.encode("utf-16-le") for letter in "aeq"]
_SEPARATOR = " " + "\0" * PADDING + " "
_JOINED = bytes([LOWER, LOWER, UPPER, LOWER, LOWER])
"""The cases of a capital inside a word."""
_GONE = [DROPPED.to_bytes(2, "little"), SHARP_S.to_bytes(2, "little")]
_MENTION = "@".encode("utf-16-le")
_DROP = b"\0"
"""One code that is not kept."""
_SPACED = b"\1" * 6
"""Borders of words at six codes in a row: three single letters."""
_LEET = [bytes([LATIN | IN_WORD | STANDS_FOR]), bytes([LATIN | IN_WORD | STANDS_INSIDE] * 2)]
"""A letter beside a sign that stands for one; a sign between two letters."""


@dataclass(frozen=True)
class Folded:
    """A batch of texts as models read it: lower-cased, without accents, look-alikes and disguises undone."""

    texts: Sequence[str]
    """What was folded."""
    codes: Codes
    """Folded code points of all texts, each text with a space on both sides and padding after it."""
    words: Flags
    """Which codes belong to words."""
    places: Places
    """For each code its place among the code points of all texts, with the spaces and the padding."""
    edges: NDArray[np.int64]
    """Where each text's codes begin (its leading space) and where they end (after its trailing space), in turn."""
    lengths: NDArray[np.int64]
    """How many codes each text has, without its padding."""
    parted: bool = False
    """Whether any word was parted at a capital."""
    squeezed: bool = False
    """Whether any letters that repeat, or signs between single letters, may have been left out."""

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each text's codes begin (its leading space)."""
        return self.edges[::2]

    @property
    def ends(self) -> NDArray[np.int64]:
        """Where each text's codes end (after its trailing space)."""
        return self.edges[1::2]

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """For each code its text."""
        return np.arange(len(self.lengths)).repeat(self.lengths + PADDING)

    @cached_property
    def origin(self) -> Places:
        """For each code its place in its own text, in code points; the spaces around it stand at -1 and len(text)."""
        lengths = np.array([len(text) + 2 + PADDING for text in self.texts], dtype=np.int32)
        firsts = lengths.cumsum(dtype=np.int32) - lengths + 1
        origin: Places = self.places - firsts[self.rows]
        return origin

    def string(self, row: int) -> str:
        """The folded text of one row, for people and tests."""
        return "".join(map(chr, self.codes[self.starts[row] : self.ends[row]].tolist())).strip()


def fold(texts: Sequence[str]) -> Folded:
    """Fold a batch of texts. Any string will do; an empty one becomes two spaces.

    Most texts need few of the steps. A look at an array's bytes tells which, many times as quickly as the step itself.
    """
    points = np.frombuffer(_join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = FOLD.take(points, mode="clip")
    places = np.arange(len(codes), dtype=np.int32)
    case = CASE.take(points, mode="clip")
    if parted := _JOINED in case.tobytes():
        codes, places = _part_words(case, codes, places)
    if _any(_GONE, codes.tobytes()):
        codes, places = _spell_out_sharp_s(*_drop_invisible(codes, places))
    kinds = KIND.take(codes)
    keep, squeezed = _kept(codes, (kinds & IN_WORD).view(np.bool_), len(texts))
    if _DROP in keep.tobytes():
        codes, kinds, places = codes[keep], kinds[keep], places[keep]
    if _any(_LEET, (kinds[1:] | kinds[:-1]).tobytes()):
        codes, kinds = _undo_leet(codes, kinds)
    folded = _with_bounds(texts, codes, (kinds & IN_WORD).view(np.bool_), places)
    return replace(folded, parted=parted, squeezed=squeezed) if parted or squeezed else folded


def _kept(codes: Codes, words: Flags, texts: int) -> tuple[Flags, bool]:
    """All codes but those that a word is written with to look like another; and whether any may be repeated ones."""
    keep = np.ones(len(codes), dtype=np.bool_)
    content = codes.tobytes()
    for pair in _UMLAUTS:
        _drop_umlaut_e(pair, content, keep)
    same = codes[1:] == codes[:-1]
    repeated = np.count_nonzero(same[1:] & same[:-1]) > texts * (PADDING - 2)
    if repeated:
        _drop_repetition(codes, keep)
    spaced = _SPACED in (words[1:] != words[:-1]).tobytes()
    if spaced:
        _drop_spacing(codes, words, keep)
    if _MENTION in content:
        _drop_mentions(codes, words, keep)
    return keep, bool(repeated or spaced)


def _any(runs: Sequence[bytes], content: bytes) -> bool:
    return any([run in content for run in runs])  # noqa: C419 - a generator costs more than what it looks for


def fold_plainly(texts: Sequence[str]) -> Folded:
    """Lower-cased and nothing else: what a model sees that has no defence; to measure the defence by."""
    points = np.frombuffer(_join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.minimum(points, OTHER).astype(np.uint16)
    small = (codes >= ord("A")) & (codes <= ord("Z"))
    codes[small] += 32
    words = (KIND.take(codes) & IN_WORD).view(np.bool_)
    return _with_bounds(texts, codes, words, np.arange(len(codes), dtype=np.int32))


def _join(texts: Sequence[str]) -> str:
    return " " + _SEPARATOR.join([text.replace("\0", " ") for text in texts]) + _SEPARATOR[:-1] if texts else ""


def _with_bounds(texts: Sequence[str], codes: Codes, words: Flags, places: Places) -> Folded:
    ends = (codes == PAD).nonzero()[0][::PADDING]
    edges = np.zeros(2 * len(ends), dtype=np.int64)
    edges[1::2] = ends
    np.add(ends[:-1], PADDING, out=edges[2::2])
    return Folded(texts, codes, words, places, edges, ends - edges[::2])


def _part_words(case: Kinds, codes: Codes, places: Places) -> tuple[Codes, Places]:
    """With a space before a capital that stands between two small letters and two more: einDepp, #WegMitIhm."""
    small = (case & LOWER).view(np.bool_)
    start = small[:-4] & small[1:-3] & (case[2:-2] == UPPER) & small[3:-1] & small[4:]
    found = start.nonzero()[0] + 2
    counts = np.ones(len(codes), dtype=np.int8)
    counts[found] = 2
    parted = codes.repeat(counts)
    parted[found + np.arange(len(found))] = SPACE
    return parted, places.repeat(counts)


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
    codes, signs = codes.copy(), (kinds >= STANDS_FOR).nonzero()[0]
    for _ in range(_LONGEST_LEET):  # each round reaches one sign further into a word
        left, right, sign = kinds[signs - 1], kinds[signs + 1], kinds[signs]
        change = ((left | right) & LATIN > 0) & (sign & STANDS_FOR > 0)
        change |= (left & right & LATIN > 0) & (sign & STANDS_INSIDE > 0)
        places = signs[change]
        if not len(places):
            break
        codes[places] = LEET[codes[places]]
        kinds[places] = LATIN | IN_WORD
    return codes, kinds


def _drop_spacing(codes: Codes, words: Flags, keep: Flags) -> None:
    """Drop the sign between single letters, the same three letters or more in a row: i d i o t, i.d.i.o.t."""
    between = words[:-2] & ~words[1:-1] & words[2:]
    between[1:] &= ~words[:-3]
    between[:-1] &= ~words[3:]
    places = between.nonzero()[0] + 1
    if len(places) > 1:
        signs = codes[places]
        close = (np.diff(places) == 2) & (signs[1:] == signs[:-1])
        keep[places[:-1][close]] = False
        keep[places[1:][close]] = False


def _drop_repetition(codes: Codes, keep: Flags) -> None:
    """Drop what makes a run of three or more: all but the first, of s all but two (ass, Hass)."""
    same = codes[1:] == codes[:-1]
    triple = (same[1:] & same[:-1] & (codes[2:] != PAD)).nonzero()[0]
    if not len(triple):
        return
    triple = triple[codes[triple + 3] != PAD]  # the last space stays, it points to the end of its text
    keep[triple + 2] = False
    keep[triple[codes[triple] != ord("s")] + 1] = False


def _drop_umlaut_e(pair: bytes, content: bytes, keep: Flags) -> None:
    """Drop the e of ae, oe and ue, so that both spellings of an umlaut are one; not after a vowel or q (neue)."""
    place = content.find(pair)
    while place >= 0:
        if place % 2 == 0 and content[place - 2 : place] not in _KEEP_E:
            keep[place // 2 + 1] = False
        place = content.find(pair, place + 1)


def _drop_mentions(codes: Codes, words: Flags, keep: Flags) -> None:
    """Drop the name after an @: a person's account says nothing of what is said to them."""
    in_word, in_name = words.tobytes(), (words | (codes == ord("_"))).tobytes()
    for place in (codes == ord("@")).nonzero()[0].tolist():
        if in_word[place + 1] and not in_word[place - 1]:
            keep[place + 1 : in_name.index(0, place + 1)] = False
