"""Matching the compiled lexicon: words and stems by their hashes, phrases outwards from their rarest word."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Words
from moderation.models.embedded.lookup import Lookup

SHORTEST, LONGEST = 3, 14
"""Stems are looked up by their first (or last) 3 to 14 code points; the compiler cuts longer ones."""
_SIZES = np.array([0, *range(SHORTEST, LONGEST + 1), *range(SHORTEST, LONGEST + 1)])
"""Of the parts of a word that are looked up: the whole word, the first code points, the last ones."""
_FROM_START, _TO_END = np.ones((2, len(_SIZES)), dtype=np.bool_)
_FROM_START[-(LONGEST - SHORTEST + 1) :] = False
_TO_END[1 : -(LONGEST - SHORTEST + 1)] = False
GAPS = 8
"""A step goes to the right with 0 to 7 words between, or to the left with 0 to 7 words between."""
_MOVES = (*range(1, GAPS + 1), *range(-1, -GAPS - 1, -1))
"""How many words further to the right that is."""

HEAD, TAIL = np.uint64(0x8CB92BA72F3D8DD7), np.uint64(0xB5026F5AA96619E9)
_SALTS = np.where(_FROM_START, np.where(_TO_END, np.uint64(1), HEAD), TAIL)

Places = NDArray[np.int64]
Ways = tuple[tuple[int, dict[int, int]], ...]
"""Where a node leads: how many words to the right, and the next node for each element there."""


class Matches(NamedTuple):
    """What was found: the text's row, the first and the last word (numbers within the batch), and the column."""

    rows: Places
    lefts: Places
    rights: Places
    columns: Places


class Held(NamedTuple):
    """What a word holds, whatever stands around it."""

    elements: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    """Of the patterns that are this word alone."""
    ways: Ways = ()
    """Where phrases with this as their rarest word go on."""

    def plus(self, other: "Held") -> "Held":
        """What a word holds that holds both."""
        return Held(self.elements + other.elements, self.columns + other.columns, self.ways + other.ways)


@dataclass(frozen=True)
class Lexicon:
    """The compiled lexicon."""

    elements: Lookup
    """Hash of a word, or of a stem times HEAD or TAIL -> element."""
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
    _by_element: dict[int, Held] = field(default_factory=dict)
    """The same for all words with the same element."""

    def match(self, words: Words, held: Sequence[Held] | None = None) -> Matches:
        """Everything in the lexicon that the words of a batch hold, each once. held: by each word, if known."""
        held = self.hold(words, np.arange(len(words.starts))) if held is None else held
        found = [(place, place, column) for place, (_, columns, _) in enumerate(held) for column in columns]
        begun = [(ways, place, place) for place, (_, _, ways) in enumerate(held) if ways]
        rows = words.rows.tolist() + [-1] * GAPS  # seen from the other end, too, so that no step leads to another text
        while begun:
            for node, left, right in _walk(rows, held, *begun.pop()):
                found += [(left, right, column) for column in self._columns_at(node)]
                begun.append((self._ways(node), left, right))
        return _sorted(words, set(found))

    def _columns_at(self, node: int) -> Iterator[int]:
        """The columns that end at this node and at its twins."""
        while node:
            if column := int(self.columns[node]):
                yield column - 1
            node = int(self.twins[node])

    def _ways(self, node: int) -> Ways:
        """Where this node leads."""
        steps = slice(int(self.firsts[node]), int(self.firsts[node + 1]))
        ways: dict[int, dict[int, int]] = {}
        for element, end in zip(self.asked[steps].tolist(), self.ends[steps].tolist(), strict=True):
            ways.setdefault(_MOVES[end % (2 * GAPS)], {})[element] = end // (2 * GAPS)
        return tuple(ways.items())

    def hold(self, words: Words, places: Places) -> list[Held]:
        """What each of the words at these places holds."""
        held = [_NOTHING] * len(places)
        for number, element in zip(*self._find_elements(words, places), strict=True):
            more = self._by_element.get(element) or self._by_element.setdefault(element, self._open(element))
            before = held[number]
            held[number] = more if before is _NOTHING else before.plus(more)
        return held

    def _open(self, element: int) -> Held:
        """What a word holds that holds this element alone."""
        node = int(self.roots[element])
        return Held((element,), tuple(self._columns_at(node)), self._ways(node))

    def _find_elements(self, words: Words, places: Places) -> tuple[list[int], list[int]]:
        """Which of the words at these places hold which elements."""
        starts, ends = words.starts[places][:, None], words.ends[places][:, None]
        keys = words.part_hashes(np.where(_FROM_START, starts, ends - _SIZES), np.where(_TO_END, ends, starts + _SIZES))
        keys *= _SALTS
        elements = self.elements.find(keys.ravel()).reshape(keys.shape)
        elements *= ends - starts >= _SIZES
        hits = elements.nonzero()
        return hits[0].tolist(), elements[hits].tolist()


_NOTHING = Held()


def _walk(
    rows: Sequence[int], held: Sequence[Held], ways: Ways, left: int, right: int
) -> Iterator[tuple[int, int, int]]:
    """One word further from the first or the last word of a phrase begun: the nodes reached, and their words."""
    for move, nodes in ways:
        target = (right if move > 0 else left) + move
        if rows[target] == rows[left]:
            for element in held[target].elements:
                if node := nodes.get(element):
                    yield node, min(left, target), max(right, target)


def _sorted(words: Words, found: Collection[tuple[int, int, int]]) -> Matches:
    lefts, rights, columns = np.array(sorted(found) or np.zeros((0, 3)), dtype=np.int64).T
    return Matches(words.rows[lefts], lefts, rights, columns)


def open_lexicon(arrays: Mapping[str, NDArray[Any]]) -> Lexicon:
    """The lexicon from the arrays of the weights file."""
    twins = np.zeros(len(arrays["columns"]), dtype=np.uint32)
    twins[arrays["twins"][0]] = arrays["twins"][1]
    firsts = np.zeros(len(arrays["step_counts"]) + 1, dtype=np.uint32)
    np.add.accumulate(arrays["step_counts"], out=firsts[1:])
    return Lexicon(
        Lookup(arrays["elements"]),
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
        "roots": lexicon.roots,
        "step_counts": counts.astype(np.min_scalar_type(counts.max(initial=0))),
        "step_elements": lexicon.asked.astype(np.min_scalar_type(lexicon.asked.max(initial=0))),
        "step_ends": lexicon.ends,
        "columns": lexicon.columns,
        "twins": np.stack([lexicon.twins.nonzero()[0], lexicon.twins[lexicon.twins > 0]]).astype(np.uint32),
    }
