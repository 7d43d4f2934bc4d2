"""The keys of words, and of the stems that words may have: their first and their last letters."""

from collections.abc import Sequence

import numpy as np

from moderation.folding import SPACE
from moderation.models.embedded.features import POWERS, Hashes

SHORTEST, LONGEST = 3, 14
"""Stems are looked up by their first (or last) 3 to 14 code points; the compiler cuts longer ones."""
HEAD, TAIL = np.uint64(0x8CB92BA72F3D8DD7), np.uint64(0xB5026F5AA96619E9)
"""What the hash of a stem is multiplied by."""

_SIZES = np.arange(SHORTEST, LONGEST + 1)[:, None]
_AROUND = " " * LONGEST


def stem_keys(words: Sequence[str]) -> Hashes:
    """A column for each word: its hash, then the keys of its first 3 to 14 code points, then those of its last.

    Where a word is shorter these reach into its neighbours: such a key is that of no stem, for no stem has a space.
    """
    codes = np.frombuffer(f"{_AROUND}{' '.join(words)}{_AROUND}".encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    gaps = (codes == SPACE).nonzero()[0][LONGEST - 1 : LONGEST + len(words)]
    starts, ends = gaps[:-1] + 1, gaps[1:]
    up, down = POWERS.reach(len(codes))
    total = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.add.accumulate(codes * up, out=total[1:])
    before, after, scale = total.take(starts), total.take(ends), down.take(starts)
    keys = np.empty((1 + 2 * len(_SIZES), len(words)), dtype=np.uint64)
    whole, heads, tails = keys[0], keys[1 : len(_SIZES) + 1], keys[len(_SIZES) + 1 :]
    np.multiply(after - before, scale, out=whole)
    np.subtract(total.take(starts + _SIZES), before, out=heads)
    heads *= scale * HEAD
    firsts = ends - _SIZES
    np.subtract(after, total.take(firsts), out=tails)
    tails *= down.take(firsts)
    tails *= TAIL
    return keys
