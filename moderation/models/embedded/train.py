"""Training: `python -m moderation.models.embedded.train --data FOLDER` rebuilds the weights from the corpora."""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from moderation.models.embedded.calibration import Floats, fit_line
from moderation.models.embedded.corpora import Row, read_corpora
from moderation.models.embedded.matrix import feature_matrix
from moderation.models.embedded.weights import HERE, Weights, write_weights

PENALTY = 1e-4
"""Weight of the squared length of the weights in the loss."""
STEPS = 40
RAREST = 3
"""A feature that fewer rows have gets no weight."""


def train(rows: Sequence[Row]) -> Weights:
    """Fit, calibrate on rows that the fit has not seen, quantise."""
    features = feature_matrix([row.text for row in rows])
    toxic = np.array([row.toxic for row in rows], dtype=np.float64)
    weights = np.array([row.weight for row in rows])
    features = scale_rare(features)
    unseen = np.array([row.fold == 0 for row in rows])
    held = fit(features[~unseen], toxic[~unseen], weights[~unseen])
    calibration = _calibrate(rows, unseen, features[unseen] @ held[:-1] + held[-1], toxic)
    whole = fit(features, toxic, weights)
    return _pack(whole[:-1] * _rarity(features), float(whole[-1]), calibration)


def scale_rare(features: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rare features count more; the rarest not at all."""
    scaled = features.copy()
    scaled.data *= _rarity(features).astype(np.float32)[features.indices]
    scaled.eliminate_zeros()
    return scaled


def _rarity(features: sparse.csr_matrix) -> Floats:
    rows = np.bincount(features.indices, minlength=features.shape[1])
    return np.where(rows >= RAREST, np.log((1 + features.shape[0]) / (1 + rows)) + 1, 0.0)


def fit(features: sparse.csr_matrix, toxic: Floats, weights: Floats) -> Floats:
    """Logistic regression by L-BFGS: a weight for each column, and last the bias."""
    share = weights / weights.sum()

    def loss(line: Floats) -> tuple[float, Floats]:
        margins = features @ line[:-1] + line[-1]
        value = float(share @ (np.logaddexp(0, margins) - toxic * margins) + 0.5 * PENALTY * (line[:-1] @ line[:-1]))
        rest = share * (expit(margins) - toxic)
        return value, np.append(features.T @ rest + PENALTY * line[:-1], rest.sum())

    found = minimize(
        loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 6}
    )
    line: Floats = found.x
    return line


def _calibrate(
    rows: Sequence[Row], unseen: NDArray[np.bool_], margins: Floats, toxic: Floats
) -> dict[str, tuple[float, float]]:
    languages = np.array([row.language for row in rows])[unseen]
    known = sorted(set(languages.tolist()))
    lines = {code: fit_line(margins[languages == code], toxic[unseen][languages == code]) for code in known}
    return {"": fit_line(margins, toxic[unseen]), **lines}


def _pack(line: Floats, bias: float, calibration: dict[str, tuple[float, float]]) -> Weights:
    """One byte for each weight; the few largest are cut off, so that the many small ones keep their digits."""
    scale = float(np.quantile(np.abs(line[line != 0]), 0.9999)) / 127
    table = np.clip(np.rint(line / scale), -127, 127).astype(np.int8)
    version = hashlib.sha256(table.tobytes()).hexdigest()[:8]
    languages = [code for code in calibration if code]
    facts = {
        "version": f"1.{version}", "labels": ["toxicity"], "languages": languages, "scale": scale, "bias": bias,
        "calibration": calibration,
    }  # fmt: skip
    return Weights({"table": table}, facts)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training corpora (NAME.jsonl.gz)")
    parser.add_argument("--to", type=Path, default=HERE, help="where the weights go (default: the package)")
    choice = parser.parse_args()
    size = write_weights(train(read_corpora(choice.data)), choice.to)
    print(f"{size:,} bytes of weights written to {choice.to}")  # noqa: T201


if __name__ == "__main__":
    main()
