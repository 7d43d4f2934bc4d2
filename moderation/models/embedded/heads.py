"""Fitting: logistic regression over sparse features, for the two heads and for the labels read from them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

Floats = NDArray[np.float64]

RAREST = 2
"""A feature that fewer rows have gets no weight."""


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted margin: a weight for each bucket, one for each signal, and the bias."""

    buckets: Floats
    signals: Floats
    bias: float

    def margins(self, features: sparse.csr_matrix, signals: Floats) -> Floats:
        """The margin of each row of features that are not yet scaled by rarity (it is in the weights)."""
        margins: Floats = features @ self.buckets + signals @ self.signals + self.bias
        return margins


def rarity(features: sparse.csr_matrix) -> Floats:
    """How much a feature counts: rare ones more, the rarest not at all; around 1 on average."""
    rows = np.bincount(features.indices, minlength=features.shape[1])
    kept = rows >= RAREST
    weight = np.log((1 + features.shape[0]) / (1 + rows)) + 1
    scaled: Floats = np.where(kept, weight / (0.6 * weight[kept].mean()), 0.0)
    return scaled


def fit_head(
    features: sparse.csr_matrix, signals: Floats, positive: Floats, weights: Floats, penalty: float, steps: int = 50
) -> Line:
    """A head over buckets and signals together."""
    scale = rarity(features)
    kept = np.flatnonzero(scale)
    columns = [features[:, kept] @ sparse.diags(scale[kept]), sparse.csr_matrix(signals)]
    line = fit_logistic(sparse.hstack(columns, format="csr").astype(np.float32), positive, weights, penalty, steps)
    buckets = np.zeros(features.shape[1])
    buckets[kept] = line[: len(kept)] * scale[kept]
    return Line(buckets, line[len(kept) : -1], float(line[-1]))


def fit_logistic(
    columns: sparse.csr_matrix | Floats, positive: Floats, weights: Floats, penalty: float, steps: int = 100
) -> Floats:
    """Logistic regression by L-BFGS: a weight for each column, and last the bias. positive may lie between 0 and 1."""
    shares = weights / weights.sum()

    def loss(line: Floats) -> tuple[float, Floats]:
        margins = columns @ line[:-1] + line[-1]
        value = float(
            shares @ (np.logaddexp(0, margins) - positive * margins) + 0.5 * penalty * (line[:-1] @ line[:-1])
        )
        rest = shares * (expit(margins) - positive)
        return value, np.append(columns.T @ rest + penalty * line[:-1], rest.sum())

    start = np.zeros(columns.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6})
    line: Floats = found.x
    return line
