"""Matching the compiled lexicon: words and stems by their hashes, phrases outwards from their rarest word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes
from moderation.models.embedded.lookup import Lookup

GAPS = 8
"""A step goes to the right with 0 to 7 words between, or to the left with 0 to 7 words between."""
_MOVES = (*range(1, GAPS + 1), *range(-1, -GAPS - 1, -1))
"""How many words further to the right that is."""

_OPEN = 4096
"""So many elements are kept open: the same few come up in most texts."""

Match = tuple[int, int, int]
"""What was found: the first and the last word (numbers within the text), and the column."""

Ways = tuple[tuple[int, dict[int, int]], ...]
"""Where a part of a phrase goes on: how many words to the right, and the next node for each element there."""


Node = tuple[tuple[int, ...], Ways]
"""The columns that end there, and where it leads."""


class Held(NamedTuple):
    """What a word holds, whatever stands around it."""

    elements: tuple[int, ...] = ()
    root: Node | None = None
    """What begins with this as its rarest word; the columns are those of the patterns that are this word alone."""


NONE_HELD = Held()


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
    twins: Mapping[int, int]
    """For some nodes another one that is reached with it, because more than one column ends there."""
    open: Callable[[int], Held] = field(init=False)
    """What a word holds that holds this element alone."""
    reach: Callable[[int], Node] = field(init=False)
    """A node by its number."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "open", lru_cache(_OPEN)(self._open))
        object.__setattr__(self, "reach", lru_cache(_OPEN)(self._reach))

    def match(self, held: Sequence[Held]) -> set[Match]:
        """Everything in the lexicon that the words of a text hold, each once. held: what each word holds."""
        reached = [(root, place, place) for place, (_, root) in enumerate(held) if root]
        found, end = set(), len(held)
        while reached:
            (columns, ways), left, right = reached.pop()
            for column in columns:
                found.add((left, right, column))
            for move, following in ways:
                target = (right if move > 0 else left) + move
                if 0 <= target < end:
                    for element in held[target][0]:
                        if element in following:
                            edges = (left, target) if move > 0 else (target, right)
                            reached.append((self.reach(following[element]), *edges))
        return found

    def hold(self, keys: Hashes) -> list[Held]:
        """What words hold. keys: a column for each, as stem_keys() finds them."""
        elements = self.elements.find(keys.ravel())
        hits = elements.nonzero()[0]
        numbers = hits % keys.shape[1]
        held = [NONE_HELD] * keys.shape[1]
        for number, other in zip(numbers.tolist(), map(self.open, elements[hits].tolist()), strict=True):
            held[number] = _join(held[number], other)
        return held

    def _open(self, element: int) -> Held:
        columns, ways = root = self._reach(int(self.roots[element]))
        return Held((element,), root if columns or ways else None)

    def _reach(self, node: int) -> Node:
        return self._columns(node), self._ways(node)

    def _columns(self, node: int) -> tuple[int, ...]:
        """Those that end at this node or at a twin of it."""
        columns = []
        while node:
            columns.append(int(self.columns[node]) - 1)
            node = self.twins.get(node, 0)
        return tuple(column for column in columns if column >= 0)

    def _ways(self, node: int) -> Ways:
        """Where this node leads."""
        steps = slice(int(self.firsts[node]), int(self.firsts[node + 1]))
        ways: dict[int, dict[int, int]] = {}
        for element, end in zip(self.asked[steps].tolist(), self.ends[steps].tolist(), strict=True):
            ways.setdefault(_MOVES[end % (2 * GAPS)], {})[element] = end // (2 * GAPS)
        return tuple(ways.items())


def _join(one: Held, other: Held) -> Held:
    if one is NONE_HELD:
        return other
    (columns, ways), (more, further) = one.root or ((), ()), other.root or ((), ())
    root = columns + more, ways + further
    return Held(one.elements + other.elements, root if one.root or other.root else None)


def open_lexicon(arrays: Mapping[str, NDArray[Any]]) -> Lexicon:
    """The lexicon from the arrays of the weights file."""
    firsts = np.zeros(len(arrays["step_counts"]) + 1, dtype=np.uint32)
    np.add.accumulate(arrays["step_counts"], out=firsts[1:])
    return Lexicon(
        Lookup(arrays["elements"]),
        arrays["roots"],
        firsts,
        arrays["step_elements"],
        arrays["step_ends"],
        arrays["columns"],
        dict(zip(*arrays["twins"].tolist(), strict=True)),
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
        "twins": np.array([list(lexicon.twins), list(lexicon.twins.values())], dtype=np.uint32),
    }
