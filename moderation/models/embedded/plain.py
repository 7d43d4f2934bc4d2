"""The reference of every figure: a plain linear model over TF-IDF features, trained on the same corpora."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

from moderation.models.embedded.corpora import Row

Floats = NDArray[np.float64]


class Plain:
    """Hashed runs of 3 to 5 characters and words, TF-IDF, logistic regression; no lexicon, no defence."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._runs = HashingVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), n_features=1 << 19, norm=None, alternate_sign=False
        )
        self._words = HashingVectorizer(ngram_range=(1, 2), n_features=1 << 18, norm=None, alternate_sign=False)
        self._weight = TfidfTransformer(sublinear_tf=True)
        texts = [row.text for row in rows]
        features = self._weight.fit_transform(self._features(texts))
        toxic = [int(row.labels.get("toxicity", 0.0) >= 0.5) for row in rows]
        self._line = LogisticRegression(C=1.0, solver="liblinear", tol=0.01, max_iter=30).fit(features, toxic)

    def _features(self, texts: Sequence[str]) -> sparse.csr_matrix:
        parts = [self._runs.transform(texts), self._words.transform(texts)]
        return sparse.hstack(parts, format="csr")

    def margins(self, texts: Sequence[str]) -> Floats:
        """The log-odds of toxicity for each text."""
        found: Floats = self._line.decision_function(self._weight.transform(self._features(texts)))
        return found
