"""The features of many texts as one sparse matrix, for training."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from moderation.models.embedded.features import BITS, Words, run_buckets
from moderation.models.embedded.linear import feature_counts
from moderation.text import Folded, fold

_BATCH = 512


def feature_matrix(texts: Sequence[str]) -> sparse.csr_matrix:
    """One row for each text, one column for each bucket: how often, over the square root of the text's features."""
    blocks = [_block(texts[first : first + _BATCH]) for first in range(0, len(texts), _BATCH)]
    return sparse.vstack(blocks, format="csr")


def _block(texts: Sequence[str]) -> sparse.csr_matrix:
    text = fold(texts)
    words = Words(text)
    rows, columns = (np.concatenate(parts) for parts in zip(*_places(text, words), strict=True))
    values = (1.0 / np.sqrt(feature_counts(text, words)))[rows].astype(np.float32)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), 1 << BITS))


def _places(text: Folded, words: Words) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint32]]]:
    code_rows = _row_numbers(text.starts, text.ends, len(text.codes))
    for _, buckets in run_buckets(text):
        yield _inside(code_rows[: len(buckets)], buckets)
    word_rows = _row_numbers(words.first, words.last, len(words.starts))
    yield _inside(word_rows, words.buckets())
    for gap in (0, 1):
        if len(word_rows) > gap + 1:
            same = word_rows[: -gap - 1] == word_rows[gap + 1 :]
            yield _inside(np.where(same, word_rows[: -gap - 1], -1), words.pair_buckets(gap))


def _row_numbers(starts: NDArray[np.int64], ends: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    rows = np.full(size, -1, dtype=np.int64)
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        rows[start:end] = row
    return rows


def _inside(rows: NDArray[np.int64], buckets: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    kept = rows >= 0
    return rows[kept], buckets[kept]
