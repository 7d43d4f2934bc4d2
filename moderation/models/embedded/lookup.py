"""A map from 64-bit hashes to small numbers, as one array: looked up for many keys at once, loaded without building."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.features import Hashes

VALUE_BITS = 18
"""An entry holds its value in the low bits; the bits above prove the key: 13 of them, or 45."""

_CHOICES = np.array([[0x9FB21C651E98DF25], [0xD6E8FEB86659FD93]], dtype=np.uint64)
_PROOF = np.uint64(0xA0761D6478BD642F)
_HALF = np.uint64(32)
_MOVES = 1000
_ROOM = 2.15
"""Places for each key: with two to choose from, just under half of them may be taken."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Each key lies in one of two places."""

    entries: NDArray[Any]
    """Unsigned, of 32 or 64 bits; 0 is an empty place."""

    def find(self, keys: Hashes) -> NDArray[np.int64]:
        """The value of each key; 0 where there is none."""
        kind = self.entries.dtype.type
        limit = kind(1 << VALUE_BITS)
        both = self.entries.take(_places(keys, len(self.entries)), mode="clip")
        both ^= _proofs(keys, kind)  # the value alone, where the proof is the same
        found = np.minimum(*both)
        found *= found < limit
        values: NDArray[np.int64] = found.astype(np.int64)
        return values


def _proofs(keys: Hashes, kind: type[Any]) -> NDArray[Any]:
    """The high bits of an entry; never 0, which is an empty place."""
    mixed = keys * _PROOF
    if kind is np.uint32:
        mixed = (mixed >> _HALF).astype(np.uint32)
    mixed |= kind((2 << VALUE_BITS) - 1)
    mixed ^= kind((1 << VALUE_BITS) - 1)
    return mixed


def _places(keys: Hashes, size: int) -> NDArray[np.int64]:
    """The first and the second place of each key, in two rows."""
    mixed = (keys ^ (keys >> _HALF)) * _CHOICES
    mixed >>= _HALF
    mixed *= np.uint64(size)
    mixed >>= _HALF
    return mixed.view(np.int64)


def build_lookup(entries: Mapping[int, int], kind: type[Any] = np.uint64) -> Lookup:
    """Place every key, moving others to their second place where needed (cuckoo hashing). Values: 1 to 2 ** 18 - 1."""
    size = int(_ROOM * len(entries)) + 16
    while (holder := _place_all(np.array(list(entries), dtype=np.uint64), size)) is None:
        size += size // 16
    found = np.array(holder)
    taken = np.flatnonzero(found >= 0)
    array = np.zeros(size, dtype=kind)
    keys = np.array(list(entries), dtype=np.uint64)[found[taken]]
    array[taken] = _proofs(keys, kind) | np.array(list(entries.values()), dtype=kind)[found[taken]]
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
