"""Training the language finder: which words speak for which languages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.compile import word_shares
from moderation.models.embedded.features import Words
from moderation.models.embedded.language import VOTE
from moderation.models.embedded.lookup import build_lookup
from moderation.text import fold

COMMON_WORDS = Path(__file__).parent / "languages.tsv"
_VOCABULARY = 4000
"""So many of a corpus's commonest words vote."""
_LISTED = 2e-3
"""The share that a word on a language's list is taken to have, where there is no corpus."""
_UNSEEN = 1e-5
_MOST = 4.0
"""No word has more votes than this."""


def read_common_words(path: Path = COMMON_WORDS) -> dict[str, list[str]]:
    """Language -> its commonest words."""
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {code: words.split() for code, words in lines}


def learn_languages(texts: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], dict[str, NDArray[Any]]]:
    """The languages, those of the corpora first, and the arrays of the finder."""
    shares = {code: _corpus_shares(some) for code, some in texts.items()}
    for code, listed in read_common_words().items():
        seen = fold(listed)
        common = {seen.string(row) for row in range(len(listed))}
        shares.setdefault(code, Counter()).update({word: _LISTED for word in common if word.isalpha()})
    words = sorted({word for some in shares.values() for word in some})
    votes = np.log(np.array([[some[word] + _UNSEEN for some in shares.values()] for word in words]))
    votes -= votes.mean(axis=1, keepdims=True)
    votes = np.rint(np.clip(votes, -_MOST, _MOST) * VOTE).astype(np.int8)
    hashes = Words(fold(words)).hashes.tolist()
    lookup = build_lookup(dict(zip(hashes, range(1, len(words) + 1), strict=True)))
    arrays = {
        "language_words": lookup.entries,
        "language_votes": np.concatenate([np.zeros((1, len(shares)), dtype=np.int8), votes]),
    }
    return tuple(shares), arrays


def _corpus_shares(texts: Sequence[str]) -> Counter[str]:
    every = word_shares(texts)
    return Counter({word: share for word, share in every.most_common(_VOCABULARY) if word.isalpha()})
