"""Two pictures for the model card: how well probabilities hold, and precision against recall, per language."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moderation.models.embedded.calibration import base_rate_weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from moderation.models.embedded.figures import Bench

Floats = NDArray[np.float64]
_BINS = 8


def draw_plots(folder: Path, bench: "Bench") -> list[Path]:
    """Write the PNGs into the folder."""
    from matplotlib.figure import Figure as Canvas

    from moderation.models.embedded.figures import DEVELOP, TRAINED

    paths = []
    for name, title, draw in (
        ("reliability", "Reliability at a base rate of 10 %", _reliability),
        ("precision_recall", "Precision and recall", _precision_recall),
    ):
        canvas = Canvas(figsize=(5.2, 4.2), dpi=120, layout="constrained")
        axes = canvas.subplots()
        for language in TRAINED:
            names = [one for one, spoken in DEVELOP.items() if spoken == language]
            labels = np.concatenate([bench.sets[one][1] for one in names])
            draw(axes, language, labels, np.concatenate([bench.chances[one] for one in names]))
        axes.set_title(title)
        axes.legend()
        paths.append(folder / f"{name}.png")
        canvas.savefig(paths[-1], metadata={"Software": None})
    return paths


def _reliability(axes: "Axes", language: str, labels: Floats, chances: Floats) -> None:
    weights = base_rate_weights(labels, np.ones_like(labels))
    order = np.argsort(chances, kind="stable")
    parts = np.array_split(order, _BINS)
    said = [float(np.average(chances[part], weights=weights[part])) for part in parts]
    seen = [float(np.average(labels[part], weights=weights[part])) for part in parts]
    axes.plot(said, seen, marker="o", label=language)
    axes.axline((0, 0), slope=1, color="grey", linewidth=0.8, linestyle="--")
    axes.set(xlabel="probability given", ylabel="share toxic", xlim=(0, 1), ylim=(0, 1))


def _precision_recall(axes: "Axes", language: str, labels: Floats, chances: Floats) -> None:
    order = np.argsort(-chances, kind="stable")
    weights = base_rate_weights(labels, np.ones_like(labels))[order]
    caught = np.cumsum(weights * labels[order])
    axes.plot(caught / caught[-1], caught / np.cumsum(weights), label=language)
    axes.set(xlabel="recall", ylabel="precision at a base rate of 10 %", xlim=(0, 1), ylim=(0, 1))
