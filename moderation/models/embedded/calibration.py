"""From margins to probabilities at a news site's base rate."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BASE_RATE = 0.10
"""Share of toxic comments that the probabilities assume: news sites report 5 to 15 percent."""
BASE_RATES = {"toxicity": BASE_RATE, "insult": 0.06, "obscene": 0.03, "identity_attack": 0.02}
"""The same for the other labels, as most abuse on news sites is insult; those not named are RARE."""
RARE = 0.01


def base_rate_weights(positive: Floats, weights: Floats, rate: float = BASE_RATE) -> Floats:
    """The rows' weights, changed so that this share of them is positive; they add up to 1."""
    yes, no = (weights * positive).sum(), (weights * (1 - positive)).sum()
    shared: Floats = weights * (positive * rate / yes + (1 - positive) * (1 - rate) / no)
    return shared


def fit_line(margins: Floats, positive: Floats, weights: Floats, rate: float = BASE_RATE) -> tuple[float, float]:
    """Slope and offset of the logistic curve through the rows at the base rate."""
    shares = base_rate_weights(positive, weights, rate)
    columns = np.stack([margins, np.ones_like(margins)], axis=1)
    line = np.array([1.0, 0.0])
    for _ in range(60):  # Newton's steps on two parameters
        chance = 1.0 / (1.0 + np.exp(-(columns @ line)))
        slope = columns.T @ (shares * chance - shares * positive) + 1e-6 * line
        curve = (columns * (shares * chance * (1 - chance))[:, None]).T @ columns + 1e-6 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        line -= step * min(1.0, 2.0 / float(np.abs(step).max() + 1e-12))
    return float(line[0]), float(line[1])


def calibration_error(chances: Floats, positive: Floats, weights: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal weight."""
    order = np.argsort(chances, kind="stable")
    edges = np.minimum((np.cumsum(weights[order]) / weights.sum() * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        rows = order[edges == number]
        if len(rows):
            share = weights[rows]
            error += abs(float(share @ (chances[rows] - positive[rows])))
    return error / float(weights.sum())
