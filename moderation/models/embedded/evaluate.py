"""Measuring: `python -m moderation.models.embedded.evaluate --data FOLDER` prints every figure beside its reference.

FOLDER holds train/ (for the references, which are fitted in the same run) and develop/ (what is measured on).
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from moderation.errors import ModelError
from moderation.models.embedded import load
from moderation.models.embedded.card import write_card
from moderation.models.embedded.figures import Figure, all_figures, read_bench
from moderation.models.embedded.plots import draw_plots


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and develop/")
    parser.add_argument("--card", type=Path, help="write MODEL_CARD.md and its plots into this folder")
    choice = parser.parse_args()
    bench = read_bench(choice.data, load())
    try:
        figures = list(_shown(all_figures(bench)))
    except ModelError as error:
        parser.error(str(error))
    if choice.card:
        write_card(choice.card, bench, figures, draw_plots(choice.card, bench))


def _shown(figures: Iterator[Figure]) -> Iterator[Figure]:
    """The figures, each printed as soon as it is there."""
    _print(["what", "reference", "this model", "at least", "reach for"])
    for figure in figures:
        _print(figure)
        yield figure


def _print(cells: Sequence[str]) -> None:
    widths = (64, 34, 16, 10, 10)
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip(), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
