"""What a model sees of a text: folded code points of a whole batch, each pointing back to its original."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import AnyStr

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
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Kinds = NDArray[np.uint8]

_LONGEST_LEET = 6
_UMLAUTS = ("ae", "oe", "ue")
_PADS = b"\0" * 2 * PADDING
_SEPARATOR = " " + "\0" * PADDING + " "
_JOINED = bytes([LOWER, LOWER, UPPER, LOWER, LOWER])
"""The cases of a capital inside a word."""
_DROPPED, _SHARP_S = DROPPED.to_bytes(2, "little"), SHARP_S.to_bytes(2, "little")
_GONE = b"\1"
"""One code that is gone."""
_SPACED = b"\1" * 6
"""Borders of words at six codes in a row: three single letters."""
_LEET, _INNER_LEET = bytes([LATIN | IN_WORD | STANDS_FOR]), bytes([LATIN | IN_WORD | STANDS_INSIDE] * 2)
"""A letter beside a sign that stands for one; a sign between two letters."""


@dataclass(eq=False)
class Folded:
    """A batch of texts as models read it: lower-cased, without accents, look-alikes and disguises undone."""

    texts: Sequence[str]
    """What was folded."""
    codes: Codes
    """Folded code points of all texts, each text with a space on both sides and padding after it."""
    words: Flags
    """Which codes belong to words."""
    trace: Callable[[], Places]
    """Finds the places; only few are asked for."""
    edges: Places
    """Where each text's codes begin (its leading space) and where they end (after its trailing space), in turn."""
    parted: Sequence[int] = ()
    """The places of the capitals at which words were parted, in order."""
    squeezed: Sequence[int] = ()
    """The places of signs left out between single letters, and of letters that repeat others."""

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each text's codes begin (its leading space)."""
        return self.edges[::2]

    @property
    def ends(self) -> NDArray[np.int64]:
        """Where each text's codes end (after its trailing space)."""
        return self.edges[1::2]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many codes each text has, without its padding."""
        return self.ends - self.starts

    @cached_property
    def places(self) -> Places:
        """For each code its place among the code points of all texts, with the spaces and the padding."""
        return self.trace()

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """For each code its text."""
        return np.arange(len(self.starts)).repeat(self.lengths + PADDING)

    @cached_property
    def origin(self) -> Places:
        """For each code its place in its own text, in code points; the spaces around it stand at -1 and len(text)."""
        firsts = self.places[self.starts] + 1
        origin: Places = self.places - firsts.repeat(self.lengths + PADDING)
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
    places: Places | None = None
    parted = [place + 2 for place in _find_all(_JOINED, CASE.take(points, mode="clip").tobytes())]
    content = codes.tobytes()
    if parted or _DROPPED in content or _SHARP_S in content:
        codes, places = _spell_out(codes, parted)
        content = codes.tobytes()
    kinds = KIND.take(codes)
    gone, squeezed = _find_gone(codes, content, (kinds & IN_WORD).view(np.bool_), len(texts))
    if squeezed:
        squeezed = places.take(squeezed).tolist() if places is not None else squeezed
    if _GONE in gone:
        kept = (np.frombuffer(gone, dtype=np.bool_) == 0).nonzero()[0]
        kinds = kinds.take(kept)
        codes, places = _pick(kept, codes, places)
    for _ in range(_LONGEST_LEET):  # each round reaches one sign further into a word
        pairs = (kinds[1:] | kinds[:-1]).tobytes()
        if _LEET not in pairs and _INNER_LEET not in pairs:
            break
        _undo_leet(codes, kinds)
    trace = partial(np.arange, len(codes)) if places is None else places.view
    return _with_bounds(texts, codes, (kinds & IN_WORD).view(np.bool_), trace, parted, squeezed)


def _pick(kept: Places, codes: Codes, places: Places | None) -> tuple[Codes, Places]:
    """Some of the codes, and their places; none were given where each code stands at its own."""
    return codes.take(kept), kept if places is None else places.take(kept)


def _find_all(run: AnyStr, content: AnyStr) -> Iterator[int]:
    """Where this stands, overlapping itself, too."""
    place = content.find(run)
    while place >= 0:
        yield place
        place = content.find(run, place + 1)


def _find_gone(codes: Codes, content: bytes, words: Flags, texts: int) -> tuple[bytearray, list[int]]:
    """The codes that a word is written with to look like another; and which of them repeat, or part single letters."""
    gone = bytearray(len(codes))
    flags = np.frombuffer(gone, dtype=np.bool_)
    same = codes[1:] == codes[:-1]
    if np.count_nonzero(same[1:] & same[:-1]) > texts * (PADDING - 2):
        _drop_repetition(codes, flags)
    if _SPACED in (words[1:] != words[:-1]).tobytes():
        _drop_spacing(codes, words, flags)
    squeezed = flags.nonzero()[0].tolist() if _GONE in gone else []
    letters = content.decode("utf-16-le")
    for pair in _UMLAUTS:
        if pair in letters:
            _drop_umlaut_e(pair, letters, gone)
    if "@" in letters:
        _drop_mentions(letters, words.tobytes(), gone)
    return gone, squeezed


def fold_plainly(texts: Sequence[str]) -> Folded:
    """Lower-cased and nothing else: what a model sees that has no defence; to measure the defence by."""
    points = np.frombuffer(_join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.minimum(points, OTHER).astype(np.uint16)
    small = (codes >= ord("A")) & (codes <= ord("Z"))
    codes[small] += 32
    words = (KIND.take(codes) & IN_WORD).view(np.bool_)
    return _with_bounds(texts, codes, words, partial(np.arange, len(codes)))


def _join(texts: Sequence[str]) -> str:
    return " " + _SEPARATOR.join([text.replace("\0", " ") for text in texts]) + _SEPARATOR[:-1] if texts else ""


def _with_bounds(
    texts: Sequence[str],
    codes: Codes,
    words: Flags,
    trace: Callable[[], Places],
    parted: Sequence[int] = (),
    squeezed: Sequence[int] = (),
) -> Folded:
    edges = np.array(_find_edges(codes.tobytes()), dtype=np.int64)
    return Folded(texts, codes, words, trace, edges, parted, squeezed)


def _find_edges(content: bytes) -> list[int]:
    edges, place = [0], content.find(_PADS)
    while place >= 0:
        end = (place + 1) // 2  # the last byte of the space before it is 0, too
        edges += [end, end + PADDING]
        place = content.find(_PADS, 2 * (end + PADDING))
    return edges[:-1]


def _spell_out(codes: Codes, parted: Sequence[int]) -> tuple[Codes, Places]:
    """What people see, and the place of each code: ß is ss, as Swiss German has it; joined words are parted.

    A space goes before a capital that stands between two small letters and two more: einDepp, #WegMitIhm.
    """
    counts = (codes != DROPPED).astype(np.int8)
    counts += codes == SHARP_S
    counts[parted] = 2
    places = np.arange(len(codes)).repeat(counts)
    spelled = codes.take(places)
    spelled[places.searchsorted(parted)] = SPACE
    spelled[spelled == SHARP_S] = ord("s")
    return spelled, places


def _undo_leet(codes: Codes, kinds: Kinds) -> None:
    """Digits and signs that stand for letters, where the neighbours are letters: 1d10t, f4ck, a$$hole."""
    signs = (kinds >= STANDS_FOR).nonzero()[0]
    left, right, sign = kinds[signs - 1], kinds[signs + 1], kinds[signs]
    change = ((left | right) & LATIN > 0) & (sign & STANDS_FOR > 0)
    change |= (left & right & LATIN > 0) & (sign & STANDS_INSIDE > 0)
    places = signs[change]
    codes[places] = LEET[codes[places]]
    kinds[places] = LATIN | IN_WORD


def _drop_spacing(codes: Codes, words: Flags, gone: Flags) -> None:
    """Drop the sign between single letters, the same three letters or more in a row: i d i o t, i.d.i.o.t."""
    between = words[:-2] & ~words[1:-1] & words[2:]
    between[1:] &= ~words[:-3]
    between[:-1] &= ~words[3:]
    places = between.nonzero()[0] + 1
    if len(places) > 1:
        signs = codes[places]
        close = (np.diff(places) == 2) & (signs[1:] == signs[:-1])
        gone[places[:-1][close]] = True
        gone[places[1:][close]] = True


def _drop_repetition(codes: Codes, gone: Flags) -> None:
    """Drop what makes a run of three or more: all but the first, of s all but two (ass, Hass)."""
    same = codes[1:] == codes[:-1]
    triple = (same[1:] & same[:-1] & (codes[2:] != PAD)).nonzero()[0]
    if not len(triple):
        return
    triple = triple[codes[triple + 3] != PAD]  # the last space stays, it points to the end of its text
    gone[triple + 2] = True
    gone[triple[codes[triple] != ord("s")] + 1] = True


def _drop_umlaut_e(pair: str, letters: str, gone: bytearray) -> None:
    """Drop the e of ae, oe and ue, so that both spellings of an umlaut are one; not after a vowel or q (neue)."""
    for place in _find_all(pair, letters):
        if letters[place - 1] not in "aeq":
            gone[place + 1] = 1


def _drop_mentions(letters: str, words: bytes, gone: bytearray) -> None:
    """Drop the name after an @: a person's account says nothing of what is said to them."""
    for place in _find_all("@", letters):
        if words[place + 1] and not words[place - 1]:
            end = words.index(0, place + 1)
            while letters[end] == "_":
                end = words.index(0, end + 1)
            gone[place + 1 : end] = b"\1" * (end - place - 1)
