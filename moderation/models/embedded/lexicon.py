"""Matching the compiled lexicon: words and stems by their hashes, phrases outwards from their rarest word."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes, Words
from moderation.models.embedded.lookup import Lookup
from moderation.models.embedded.stems import stem_keys

GAPS = 8
"""A step goes to the right with 0 to 7 words between, or to the left with 0 to 7 words between."""
_MOVES = (*range(1, GAPS + 1), *range(-1, -GAPS - 1, -1))
"""How many words further to the right that is."""

_OPEN = 4096
"""So many elements are kept open: the same few come up in most texts."""

Places = NDArray[np.int64]


class Matches(NamedTuple):
    """What was found: the text's row, the first and the last word (numbers within the batch), and the column."""

    rows: Places
    lefts: Places
    rights: Places
    columns: Places


Ways = tuple[tuple[int, dict[int, int]], ...]
"""Where a part of a phrase goes on: how many words to the right, and the next node for each element there."""


class Held(NamedTuple):
    """What a word holds, whatever stands around it."""

    elements: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    """Of the patterns that are this word alone."""
    ways: Ways = ()
    """Where phrases go on that have this as their rarest word."""


class Holdings(NamedTuple):
    """What the words of a batch hold."""

    table: Sequence[Held]
    numbers: Sequence[int]
    """For each word its place in the table."""
    begun: Sequence[int]
    """The words with columns or ways, or all."""


_NOTHING = Held()


@dataclass(frozen=True)
class Lexicon:
    """The compiled lexicon."""

    elements: Lookup
    """Key of a word or of a stem -> element."""
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "open", lru_cache(_OPEN)(self._open))

    def match(self, words: Words, holdings: Holdings | None = None) -> Matches:
        """Everything in the lexicon that the words of a batch hold, each once. holdings: theirs, where known."""
        table, numbers, begun = holdings or self._hold_all(words)
        rows = words.rows.tolist() + [-1] * GAPS  # seen from the other end, too, so that no step leads to another text
        found = [(place, place, column) for place in begun for column in table[numbers[place]].columns]
        reached = [(ways, place, place) for place in begun if (ways := table[numbers[place]].ways)]
        while reached:
            ways, left, right = reached.pop()
            steps = [
                (following[element], target)
                for move, following in ways
                if rows[target := (right if move > 0 else left) + move] == rows[left]
                for element in table[numbers[target]].elements
                if element in following
            ]
            for node, target in steps:
                edges = min(left, target), max(right, target)
                found += [(*edges, column) for column in self._columns(node)]
                reached.append((self._ways(node), *edges))
        return _sorted(words, set(found))

    def _hold_all(self, words: Words) -> Holdings:
        held = self.hold(stem_keys(words.strings()))
        return Holdings(held, range(len(held)), range(len(held)))

    def hold(self, keys: Hashes) -> list[Held]:
        """What words hold. keys: a column for each, as stem_keys() finds them."""
        elements = self.elements.find(keys.ravel())
        hits = elements.nonzero()[0]
        numbers = hits % keys.shape[1]
        held = [_NOTHING] * keys.shape[1]
        for number, other in zip(numbers.tolist(), map(self.open, elements[hits].tolist()), strict=True):
            one = held[number]
            held[number] = other if one is _NOTHING else _join(one, other)
        return held

    def _open(self, element: int) -> Held:
        root = int(self.roots[element])
        return Held((element,), self._columns(root), self._ways(root))

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


def _join(one: Held, other: Held) -> Held:
    return Held(one.elements + other.elements, one.columns + other.columns, one.ways + other.ways)


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
