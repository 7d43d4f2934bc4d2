"""The measures that the figures are given in."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def auc(positive: Floats, scores: Floats) -> float:
    """The chance that a positive row scores above a negative one, ties counted half; 0.5 without both kinds."""
    yes = positive > 0.5
    if yes.all() or not yes.any():
        return 0.5
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    total = int(yes.sum())
    return float((ranks[yes].sum() - total * (total + 1) / 2) / (total * (len(yes) - total)))


def macro_f1(positive: Floats, flagged: NDArray[np.bool_]) -> float:
    """The mean of the F1 of both classes."""
    yes = positive > 0.5
    return (_f1(yes, flagged) + _f1(~yes, ~flagged)) / 2


def _f1(wanted: NDArray[np.bool_], given: NDArray[np.bool_]) -> float:
    both = float((wanted & given).sum())
    return 2 * both / max(float(wanted.sum() + given.sum()), 1.0)


def best_threshold(positive: Floats, scores: Floats, samples: int = 100, seed: int = 0) -> float:
    """The threshold with the highest macro-F1, averaged over samples of these rows: the best on them all is a fluke."""
    chance = np.random.default_rng(seed)
    choices = np.quantile(scores, np.linspace(0.02, 0.98, 97))
    drawn = (chance.integers(0, len(scores), len(scores)) for _ in range(samples))
    return float(np.mean([_best_of(choices, positive[rows], scores[rows]) for rows in drawn]))


def _best_of(choices: Floats, positive: Floats, scores: Floats) -> float:
    return float(max(choices, key=lambda choice: macro_f1(positive, scores >= choice)))
