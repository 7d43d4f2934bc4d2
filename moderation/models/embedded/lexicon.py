"""Matching the compiled lexicon: words and stems by their hashes, phrases outwards from their rarest word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes, Words
from moderation.models.embedded.lookup import Lookup

SHORTEST, LONGEST = 3, 14
"""Stems are looked up by their first (or last) 3 to 14 code points; the compiler cuts longer ones."""
GAPS = 8
"""A step goes to the right with 0 to 7 words between, or to the left with 0 to 7 words between."""
_MOVES = (*range(1, GAPS + 1), *range(-1, -GAPS - 1, -1))
"""How many words further to the right that is."""

HEAD, TAIL = np.uint64(0x8CB92BA72F3D8DD7), np.uint64(0xB5026F5AA96619E9)
_SALTS = np.array([[HEAD], [TAIL]])
_OPEN = 4096
"""So many elements are kept open: the same few come up in most texts."""
_FILTER_BITS = 16
_BITS = np.uint16(1) << np.arange(LONGEST - SHORTEST + 1, dtype=np.uint16)
_FITTING = np.array([0] * SHORTEST + [(2 << size) - 1 for size in range(len(_BITS))], dtype=np.uint16)
"""For each length of a word a bit for each size of stem that it has room for."""

Places = NDArray[np.int64]


Match = tuple[int, int, int]
"""What was found: the first and the last word (numbers within the text), and the column."""

Ways = tuple[tuple[int, dict[int, int]], ...]
"""Where a part of a phrase goes on: how many words to the right, and the next node for each element there."""


class Held(NamedTuple):
    """What a word holds, whatever stands around it."""

    elements: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    """Of the patterns that are this word alone."""
    ways: Ways = ()
    """Where phrases go on that have this as their rarest word."""


NOTHING = Held()


@dataclass(frozen=True)
class Lexicon:
    """The compiled lexicon."""

    elements: Lookup
    """Hash of a word, or of a stem times HEAD or TAIL -> element."""
    sizes: NDArray[np.uint16]
    """For each hash of 3 code points a bit for each size of stem that begins or ends with them, the shortest first."""
    roots: NDArray[np.uint32]
    """For each element the node where phrases with it as their rarest word begin; 0: none."""
    firsts: NDArray[np.uint32]
    """For each node the first of its steps, which end where the next node's begin."""
    asked: NDArray[np.unsignedinteger]
    """For each step the element that it asks for."""
    ends: NDArray[np.uint32]
    """For each step 2 * GAPS times the node that it leads to, and the gap: 0 to 7 to the right, 8 to 15 to the left."""
    columns: NDArray[np.uint16]
    """For each node the column that ends there, counted from 1; 0: none."""
    twins: NDArray[np.uint32]
    """For each node another one that is reached with it, because more than one column ends there; 0: none."""
    open: Callable[[int], Held] = field(init=False)
    """What a word holds that holds this element alone."""
    reach: Callable[[int], tuple[tuple[int, ...], Ways]] = field(init=False)
    """The columns of a node, and its ways."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "open", lru_cache(_OPEN)(self._open))
        object.__setattr__(self, "reach", lru_cache(_OPEN)(self._reach))

    def match(self, held: Sequence[Held]) -> set[Match]:
        """Everything in the lexicon that the words of a text hold, each once. held: what each word holds."""
        begun = [(place, one) for place, one in enumerate(held) if one is not NOTHING]
        found = {(place, place, column) for place, one in begun for column in one.columns}
        reached = [(one.ways, place, place) for place, one in begun if one.ways]
        end = len(held)
        while reached:
            ways, left, right = reached.pop()
            for move, following in ways:
                target = (right if move > 0 else left) + move
                if not 0 <= target < end:
                    continue
                for element in held[target].elements:
                    if element in following:
                        columns, further = self.reach(following[element])
                        edges = (left, target) if move > 0 else (target, right)
                        found.update([(*edges, column) for column in columns])
                        if further:
                            reached.append((further, *edges))
        return found

    def hold(self, words: Words, places: Places) -> list[Held]:
        """What each of the words at these places holds."""
        held = [NOTHING] * len(places)
        for number, element in zip(*self._find_elements(words, places), strict=True):
            one, other = held[number], self.open(element)
            held[number] = other if one is NOTHING else _join(one, other)
        return held

    def _open(self, element: int) -> Held:
        root = int(self.roots[element])
        return Held((element,), *self._reach(root))

    def _reach(self, node: int) -> tuple[tuple[int, ...], Ways]:
        return self._columns(node), self._ways(node)

    def _columns(self, node: int) -> tuple[int, ...]:
        """Those that end at this node or at a twin of it."""
        columns = []
        while node:
            columns.append(int(self.columns[node]) - 1)
            node = int(self.twins[node])
        return tuple(column for column in columns if column >= 0)

    def _ways(self, node: int) -> Ways:
        """Where this node leads."""
        steps = slice(int(self.firsts[node]), int(self.firsts[node + 1]))
        ways: dict[int, dict[int, int]] = {}
        for element, end in zip(self.asked[steps].tolist(), self.ends[steps].tolist(), strict=True):
            ways.setdefault(_MOVES[end % (2 * GAPS)], {})[element] = end // (2 * GAPS)
        return tuple(ways.items())

    def _find_elements(self, words: Words, places: Places) -> tuple[list[int], list[int]]:
        """Which of the words at these places hold which elements."""
        starts, ends = words.starts[places], words.ends[places]
        numbers, stems = self._stems(words, starts, ends)
        elements = self.elements.find(np.concatenate([words.part_hashes(starts, ends), stems]))
        hits = elements.nonzero()[0]
        return np.concatenate([np.arange(len(places)), numbers])[hits].tolist(), elements[hits].tolist()

    def _stems(self, words: Words, starts: Places, ends: Places) -> tuple[Places, Hashes]:
        """The first and the last code points of words that a stem may have: the words, and the keys of the stems."""
        edges = np.concatenate([starts, ends - SHORTEST])
        keys = words.part_hashes(edges, edges + SHORTEST).reshape(2, -1) * _SALTS
        sizes = self.sizes.take(filter_places(keys)) & _FITTING.take(ends - starts, mode="clip")
        sides, numbers, bits = (sizes[:, :, None] & _BITS).nonzero()
        lengths = bits + SHORTEST
        starts = np.where(sides, ends[numbers] - lengths, starts[numbers])
        return numbers, words.part_hashes(starts, starts + lengths) * _SALTS[sides, 0]


def _join(one: Held, other: Held) -> Held:
    return Held(one.elements + other.elements, one.columns + other.columns, one.ways + other.ways)


def filter_places(edges: Hashes) -> Hashes:
    """Where the hash of a stem's edge stands among the sizes."""
    return edges >> np.uint64(64 - _FILTER_BITS)


def open_lexicon(arrays: Mapping[str, NDArray[Any]]) -> Lexicon:
    """The lexicon from the arrays of the weights file."""
    twins = np.zeros(len(arrays["columns"]), dtype=np.uint32)
    twins[arrays["twins"][0]] = arrays["twins"][1]
    firsts = np.zeros(len(arrays["step_counts"]) + 1, dtype=np.uint32)
    np.add.accumulate(arrays["step_counts"], out=firsts[1:])
    return Lexicon(
        Lookup(arrays["elements"]),
        arrays["stem_sizes"],
        arrays["roots"],
        firsts,
        arrays["step_elements"],
        arrays["step_ends"],
        arrays["columns"],
        twins,
    )


def close_lexicon(lexicon: Lexicon) -> dict[str, NDArray[Any]]:
    """The arrays of a lexicon, for the weights file."""
    counts = np.diff(lexicon.firsts)
    return {
        "elements": lexicon.elements.entries,
        "stem_sizes": lexicon.sizes,
        "roots": lexicon.roots,
        "step_counts": counts.astype(np.min_scalar_type(counts.max(initial=0))),
        "step_elements": lexicon.asked.astype(np.min_scalar_type(lexicon.asked.max(initial=0))),
        "step_ends": lexicon.ends,
        "columns": lexicon.columns,
        "twins": np.stack([lexicon.twins.nonzero()[0], lexicon.twins[lexicon.twins > 0]]).astype(np.uint32),
    }
