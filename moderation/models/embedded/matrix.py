"""The features of many texts as one sparse matrix, for training."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from moderation.models.embedded.features import BITS, Places, Words, word_buckets
from moderation.models.embedded.linear import feature_counts
from moderation.text import Folded, fold

Floats = NDArray[np.float64]

_BATCH = 512


def feature_matrix(texts: Sequence[str]) -> sparse.csr_matrix:
    """One row for each text, one column for each bucket: how often, over the square root of the text's features."""
    blocks = [_block(texts[first : first + _BATCH]) for first in range(0, len(texts), _BATCH)]
    return sparse.vstack(blocks, format="csr")


def _block(texts: Sequence[str]) -> sparse.csr_matrix:
    text = fold(texts)
    words = Words(text)
    rows, columns, values = (np.concatenate(parts) for parts in zip(*_places(text, words), strict=True))
    return sparse.csr_matrix((values.astype(np.float32), (rows, columns)), shape=(len(texts), 1 << BITS))


def _places(text: Folded, words: Words) -> Iterator[tuple[Places, NDArray[np.integer[Any]], Floats]]:
    """Rows, columns and values of each kind of feature."""
    runs, singles = map(np.array, feature_counts(text, words))
    rows = np.full(len(text.codes), -1, dtype=np.int64)
    for row, (start, end) in enumerate(zip(text.starts, text.ends, strict=True)):
        rows[start:end] = row
    kept = np.flatnonzero(rows >= 0)
    for buckets in words.run_buckets():
        yield rows[kept], buckets[kept], 1.0 / np.sqrt(runs[rows[kept]])
    yield words.rows, word_buckets(words.hashes), 1.0 / np.sqrt(singles[words.rows])
