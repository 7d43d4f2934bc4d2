"""Matching the compiled lexicon: words and stems by their hashes, phrases outwards from their rarest word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes, Words
from moderation.models.embedded.lookup import Lookup

SHORTEST, LONGEST = 3, 14
"""Stems are looked up by their first (or last) 3 to 14 code points; the compiler cuts longer ones."""
_SIZES = np.arange(SHORTEST, LONGEST + 1)
GAPS = 8
"""A step goes to the right with 0 to 7 words between, or to the left with 0 to 7 words between."""

HEAD, TAIL = np.uint64(0x8CB92BA72F3D8DD7), np.uint64(0xB5026F5AA96619E9)
_NODE, _STEP = np.uint64(0xE7037ED1A0B428DB), np.uint64(0x8EBC6AF09C88C6E3)
_FILTER_BITS = 16
_ENDS = np.array([HEAD, TAIL])
_BITS = np.uint16(1) << np.arange(2 * GAPS, dtype=np.uint16)
_MOVES = np.concatenate([np.arange(1, GAPS + 1), -np.arange(1, GAPS + 1)])

Places = NDArray[np.int64]


class Matches(NamedTuple):
    """What was found: the text's row, the first and the last word (numbers within the batch), and the column."""

    rows: Places
    lefts: Places
    rights: Places
    columns: Places


@dataclass(frozen=True, slots=True)
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

    def match(self, words: Words) -> Matches:
        """Everything in the lexicon that the words of a batch hold, each once."""
        hit_words, hit_elements = self._find_elements(words)
        counts = np.bincount(hit_words, minlength=len(words.hashes))
        firsts = np.cumsum(counts) - counts
        nodes = self.roots[hit_elements].astype(np.int64)
        begun = nodes.nonzero()[0]
        nodes, lefts = nodes[begun], hit_words[begun]
        rights = lefts
        found: list[tuple[Places, Places, Places]] = []
        while len(nodes):
            found += self._ends(nodes, lefts, rights)
            onward = self.ways[nodes].nonzero()[0]
            if not len(onward):
                break
            nodes, lefts, rights = nodes[onward], lefts[onward], rights[onward]
            nodes, lefts, rights = self._walk(words, nodes, lefts, rights, (hit_elements, firsts, counts))
        return _distinct(words, found)

    def _ends(self, nodes: Places, lefts: Places, rights: Places) -> Iterator[tuple[Places, Places, Places]]:
        """The columns that end at these nodes and at their twins."""
        while len(nodes):
            columns = self.columns[nodes].astype(np.int64)
            ends = columns.nonzero()[0]
            yield lefts[ends], rights[ends], columns[ends] - 1
            twins = self.twins[nodes].astype(np.int64)
            more = twins.nonzero()[0]
            nodes, lefts, rights = twins[more], lefts[more], rights[more]

    def _find_elements(self, words: Words) -> tuple[Places, Places]:
        """Which words hold which elements, in the order of the words."""
        numbers, salts = self._open_words(words)
        which, sizes = ((words.ends - words.starts)[numbers][:, None] >= _SIZES).nonzero()
        numbers, salts, sizes = numbers[which], salts[which], _SIZES[sizes]
        stems = _stem_hashes(words, numbers, sizes, salts)
        elements = self.elements.find(np.concatenate([words.hashes, stems]))
        hits = elements.nonzero()[0]
        places = np.concatenate([np.arange(len(words.hashes)), numbers])[hits]
        order = places.argsort(kind="stable")
        return places[order], elements[hits][order]

    def _open_words(self, words: Words) -> tuple[Places, Hashes]:
        """The words whose first or last code points may be a stem's, each with the salt of that end."""
        long = (words.ends - words.starts >= SHORTEST).nonzero()[0]
        numbers = np.concatenate([long, long])
        salts = np.repeat(_ENDS, len(long))
        known = self.filter[filter_places(_stem_hashes(words, numbers, SHORTEST, salts))]
        return numbers[known], salts[known]

    def _walk(
        self,
        words: Words,
        nodes: Places,
        lefts: Places,
        rights: Places,
        hits: tuple[Places, Places, Places],
    ) -> tuple[Places, Places, Places]:
        """One word further from every node that was reached."""
        elements, firsts, counts = hits
        which, steps = (self.ways[nodes][:, None] & _BITS).nonzero()
        targets = np.where(steps < GAPS, rights[which], lefts[which]) + _MOVES[steps]
        rows = words.rows[lefts[which]]
        inside = (targets >= words.first[rows]) & (targets < words.last[rows])
        repeats = counts.take(targets, mode="clip") * inside
        pairs = np.arange(len(which)).repeat(repeats)
        begin = firsts.take(targets, mode="clip") - (repeats.cumsum() - repeats)
        which, steps, targets = which[pairs], steps[pairs], targets[pairs]
        reached = self.steps.find(step_keys(nodes[which], steps, elements[np.arange(len(pairs)) + begin[pairs]]))
        kept = reached.nonzero()[0]
        which, targets = which[kept], targets[kept]
        return reached[kept], np.fmin(lefts[which], targets), np.fmax(rights[which], targets)


def step_keys(nodes: NDArray[Any], steps: NDArray[Any], elements: NDArray[Any]) -> Hashes:
    """The keys of steps in the lookup."""
    key = nodes.astype(np.uint64) * np.uint64(1 << 20) + steps.astype(np.uint64)
    return (key * _NODE) ^ (elements.astype(np.uint64) * _STEP)


def filter_places(edges: Hashes) -> Hashes:
    """Where the hash of a stem's edge stands in the filter."""
    return edges >> np.uint64(64 - _FILTER_BITS)


def _stem_hashes(words: Words, numbers: Places, sizes: Places | int, salts: Hashes) -> Hashes:
    """The hashes of the first (HEAD) or last (TAIL) so many code points of words."""
    starts = np.where(salts == HEAD, words.starts[numbers], words.ends[numbers] - sizes)
    return words.part_hashes(starts, starts + sizes) * salts


def _distinct(words: Words, found: list[tuple[Places, Places, Places]]) -> Matches:
    nothing = np.zeros(0, dtype=np.int64)
    lefts, rights, columns = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else [nothing] * 3
    keys = np.sort(lefts << 32 | (rights - lefts) << 16 | columns)
    first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    keys = keys[first]
    lefts, widths, columns = keys >> 32, keys >> 16 & 0xFFFF, keys & 0xFFFF
    return Matches(words.rows[lefts], lefts, lefts + widths, columns)


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
