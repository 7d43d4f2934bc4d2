"""From margins to probabilities at a news site's base rate, per language."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

BASE_RATE = 0.10
"""Share of toxic comments that the probabilities assume: news sites report 5 to 15 percent."""

Floats = NDArray[np.float64]


def probabilities(margins: Floats, languages: Sequence[str], calibration: Mapping[str, Sequence[float]]) -> Floats:
    """The probability that each text is toxic. calibration: language -> slope and offset, "" for any other."""
    default = calibration[""]
    lines = np.array([calibration.get(language, default) for language in languages]).reshape(-1, 2)
    chances: Floats = 1.0 / (1.0 + np.exp(-(lines[:, 0] * margins + lines[:, 1])))
    return chances


def fit_line(margins: Floats, toxic: Floats) -> tuple[float, float]:
    """Slope and offset of the logistic curve through the rows, weighted so that BASE_RATE of them are toxic."""
    weights = np.where(toxic > 0, BASE_RATE / toxic.mean(), (1 - BASE_RATE) / (1 - toxic.mean())) / len(toxic)
    columns = np.stack([margins, np.ones_like(margins)], axis=1)
    line = np.array([1.0, 0.0])
    for _ in range(50):  # Newton's steps on two parameters
        chance = 1.0 / (1.0 + np.exp(-(columns @ line)))
        slope = columns.T @ (weights * (chance - toxic)) + 1e-6 * line
        curve = (columns * (weights * chance * (1 - chance))[:, None]).T @ columns + 1e-6 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        line -= step * min(1.0, 2.0 / float(np.abs(step).max() + 1e-12))
    return float(line[0]), float(line[1])
