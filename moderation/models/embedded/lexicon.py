"""Matching the compiled lexicon: words and stems by their hashes, phrases outwards from their rarest word."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes, Words
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

HEAD, TAIL = np.uint64(0x8CB92BA72F3D8DD7), np.uint64(0xB5026F5AA96619E9)
_NODE, _STEP = np.uint64(0xE7037ED1A0B428DB), np.uint64(0x8EBC6AF09C88C6E3)
_FILTER_BITS, _STEP_BITS = 16, 20
_SALTS = np.where(_FROM_START, np.where(_TO_END, np.uint64(1), HEAD), TAIL)

Places = NDArray[np.int64]
Ways = tuple[tuple[int, int], ...]
"""Ways on from a node: the number of each, and how many words it goes to the right; to the left where negative."""


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


@dataclass(frozen=True)
class Lexicon:
    """The compiled lexicon."""

    elements: Lookup
    """Hash of a word, or of a stem times HEAD or TAIL -> element."""
    filter: NDArray[np.bool_]
    """Which hashes of 3 code points begin or end a stem."""
    roots: NDArray[np.uint32]
    """For each element the node where phrases with it as their rarest word begin; 0: none."""
    steps: Lookup
    """Node, step and element -> the next node."""
    ways: NDArray[np.uint16]
    """For each node a bit for each step that leads on."""
    columns: NDArray[np.uint16]
    """For each node the column that ends there, counted from 1; 0: none."""
    twins: NDArray[np.uint32]
    """For each node another one that is reached with it, because more than one column ends there; 0: none."""

    def match(self, words: Words, held: Sequence[Held] | None = None) -> Matches:
        """Everything in the lexicon that the words of a batch hold, each once. held: by each word, where it is known."""
        held = self.hold(words, np.arange(len(words.starts))) if held is None else held
        rows = words.rows.tolist() + [-1] * GAPS  # seen from the other end, too, so that no step leads to another text
        found, begun = [], []
        for place, (_, columns, ways) in enumerate(held):
            for column in columns:
                found.append((place, place, column))
            if ways:
                begun.append((ways, place, place))
        while begun:
            reached = list(self._walk(rows, held, begun))
            found += [(left, right, column) for node, left, right in reached for column in self._ends(node)]
            begun = [
                (ways, left, right) for node, left, right in reached if (ways := _ways(node, int(self.ways[node])))
            ]
        return _sorted(words, set(found))

    def _walk(
        self, rows: Sequence[int], held: Sequence[Held], begun: Sequence[tuple[Ways, int, int]]
    ) -> Iterator[tuple[int, int, int]]:
        """One word further from each first and last word of a phrase begun: the nodes reached, and the same of each."""
        tried, elements, places = [], [], []
        for ways, left, right in begun:
            for way, move in ways:
                target = (right if move > 0 else left) + move
                if rows[target] == rows[left]:
                    for element in held[target].elements:
                        tried.append(way)
                        elements.append(element)
                        places.append((left, right, target))
        if not tried:
            return
        nodes = self.steps.find(way_keys(np.array(tried), np.array(elements)))
        for hit in nodes.nonzero()[0].tolist():
            left, right, target = places[hit]
            yield int(nodes[hit]), min(left, target), max(right, target)

    def _ends(self, node: int) -> Iterator[int]:
        """The columns that end at this node and at its twins."""
        while node:
            if column := int(self.columns[node]):
                yield column - 1
            node = int(self.twins[node])

    def hold(self, words: Words, places: Places) -> list[Held]:
        """What each of the words at these places holds."""
        held = [_NOTHING] * len(places)
        numbers, found = self._find_elements(words, places)
        nodes = self.roots[found]
        ways = self.ways[nodes]
        for number, *what in zip(*(part.tolist() for part in (numbers, found, nodes, ways)), strict=True):
            held[number] = self._with(held[number], *what)
        return held

    def _with(self, held: Held, element: int, node: int, ways: int) -> Held:
        """What a word holds, with one element more."""
        return Held((*held.elements, element), (*held.columns, *self._ends(node)), (*held.ways, *_ways(node, ways)))

    def _find_elements(self, words: Words, places: Places) -> tuple[Places, Places]:
        """Which of the words at these places hold which elements."""
        starts, ends = words.starts[places][:, None], words.ends[places][:, None]
        keys = words.part_hashes(np.where(_FROM_START, starts, ends - _SIZES), np.where(_TO_END, ends, starts + _SIZES))
        keys *= _SALTS
        elements = self.elements.find(keys.ravel()).reshape(keys.shape)
        elements *= _SIZES <= ends - starts
        numbers, parts = elements.nonzero()
        return numbers, elements[numbers, parts]


_NOTHING = Held()


def _ways(node: int, bits: int) -> Ways:
    """The ways on from a node with these bits."""
    if not bits:
        return ()
    steps = (step for step in range(2 * GAPS) if bits >> step & 1)
    return tuple((node << _STEP_BITS | step, step + 1 if step < GAPS else GAPS - 1 - step) for step in steps)


def step_keys(nodes: NDArray[Any], steps: NDArray[Any], elements: NDArray[Any]) -> Hashes:
    """The keys of steps in the lookup."""
    return way_keys(nodes << _STEP_BITS | steps, elements)


def way_keys(ways: NDArray[Any], elements: NDArray[Any]) -> Hashes:
    """The keys of steps to these elements, by the numbers of their ways."""
    return (ways.astype(np.uint64) * _NODE) ^ (elements.astype(np.uint64) * _STEP)


def filter_places(edges: Hashes) -> Hashes:
    """Where the hash of a stem's edge stands in the filter."""
    return edges >> np.uint64(64 - _FILTER_BITS)


def _sorted(words: Words, found: Collection[tuple[int, int, int]]) -> Matches:
    lefts, rights, columns = np.array(sorted(found) or np.zeros((0, 3)), dtype=np.int64).T
    return Matches(words.rows[lefts], lefts, rights, columns)


def open_lexicon(arrays: Mapping[str, NDArray[Any]]) -> Lexicon:
    """The lexicon from the arrays of the weights file."""
    twins = np.zeros(len(arrays["columns"]), dtype=np.uint32)
    twins[arrays["twins"][0]] = arrays["twins"][1]
    return Lexicon(
        Lookup(arrays["elements"]),
        arrays["stem_filter"],
        arrays["roots"],
        Lookup(arrays["steps"]),
        arrays["ways"],
        arrays["columns"],
        twins,
    )


def close_lexicon(lexicon: Lexicon) -> dict[str, NDArray[Any]]:
    """The arrays of a lexicon, for the weights file."""
    return {
        "elements": lexicon.elements.entries,
        "stem_filter": lexicon.filter,
        "roots": lexicon.roots,
        "steps": lexicon.steps.entries,
        "ways": lexicon.ways,
        "columns": lexicon.columns,
        "twins": np.stack([lexicon.twins.nonzero()[0], lexicon.twins[lexicon.twins > 0]]).astype(np.uint32),
    }
