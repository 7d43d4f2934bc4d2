"""A map from 64-bit hashes to small numbers, as one array: looked up for many keys at once, loaded without building."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes

VALUE_BITS = 18
"""An entry holds its value in the low bits; of those above one is always 1, and 45 prove the key."""

_LIMIT = np.uint64(1 << VALUE_BITS)
_VALUE, _ABOVE = np.uint64((1 << VALUE_BITS) - 1), np.uint64((2 << VALUE_BITS) - 1)
_CHOICES = np.array([[0x9FB21C651E98DF25], [0xD6E8FEB86659FD93]], dtype=np.uint64)
_PROOF = np.uint64(0xA0761D6478BD642F)
_HALF = np.uint64(32)
_MOVES = 1000
_ROOM = 2.15
"""Places for each key: with two to choose from, just under half of them may be taken."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Each key lies in one of two places."""

    entries: NDArray[np.uint64]
    """0 is an empty place."""

    def find(self, keys: Hashes) -> NDArray[np.int64]:
        """The value of each key; 0 where there is none."""
        first, second = self.entries.take(_places(keys, len(self.entries)), mode="clip") ^ _proofs(keys)
        found = np.minimum(first, second)  # the value alone, where the proof is the same
        found *= found < _LIMIT
        values: NDArray[np.int64] = found.view(np.int64)
        return values


def _proofs(keys: Hashes) -> Hashes:
    """The high bits of an entry; never 0, which is an empty place."""
    mixed = keys * _PROOF
    mixed |= _ABOVE
    mixed ^= _VALUE
    return mixed


def _places(keys: Hashes, size: int) -> NDArray[np.int64]:
    """The first and the second place of each key, in two rows."""
    mixed = (keys ^ (keys >> _HALF)) * _CHOICES
    mixed >>= _HALF
    mixed *= np.uint64(size)
    mixed >>= _HALF
    return mixed.view(np.int64)


def build_lookup(entries: Mapping[int, int]) -> Lookup:
    """Place every key, moving others to their second place where needed (cuckoo hashing). Values: 1 to 2 ** 18 - 1."""
    size = int(_ROOM * len(entries)) + 16
    while (holder := _place_all(np.array(list(entries), dtype=np.uint64), size)) is None:
        size += size // 16
    found = np.array(holder)
    taken = np.flatnonzero(found >= 0)
    array = np.zeros(size, dtype=np.uint64)
    keys = np.array(list(entries), dtype=np.uint64)[found[taken]]
    array[taken] = _proofs(keys) | np.array(list(entries.values()), dtype=np.uint64)[found[taken]]
    return Lookup(array)


def _place_all(keys: Hashes, size: int) -> list[int] | None:
    choices = _places(keys, size).T.tolist()
    holder = [-1] * size
    return holder if all(_place(number, choices, holder) for number in range(len(keys))) else None


def _place(number: int, choices: list[list[int]], holder: list[int]) -> bool:
    place = choices[number][0]
    for _ in range(_MOVES):
        number, holder[place] = holder[place], number
        if number < 0:
            return True
        first, second = choices[number]
        place = second if place == first else first
    return False
