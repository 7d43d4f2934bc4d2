"""Training: `python -m moderation.models.embedded.train --data FOLDER` rebuilds the weights from the corpora."""

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from moderation.comment import LABELS
from moderation.errors import ModelError
from moderation.models.embedded.calibration import BASE_RATES, RARE, Floats, fit_line
from moderation.models.embedded.compile import Compiled, compile_lexicon, read_groups, read_lexicon, with_tails
from moderation.models.embedded.corpora import Row, read_corpora
from moderation.models.embedded.features import Words
from moderation.models.embedded.frames import own_rows, read_frames, read_lists
from moderation.models.embedded.heads import Line, fit_head, fit_logistic
from moderation.models.embedded.linear import HEADS
from moderation.models.embedded.matrix import feature_matrix
from moderation.models.embedded.metrics import best_threshold
from moderation.models.embedded.pack import Heads, Language, pack
from moderation.models.embedded.signals import FRONT, Columns, combine, find_matches, signal_matrix
from moderation.models.embedded.stems import stem_keys
from moderation.models.embedded.teacher import teach
from moderation.models.embedded.tongues import learn_languages
from moderation.models.embedded.weights import HERE, Weights, write_weights
from moderation.models.embedded.wordlist import word_list
from moderation.text import fold

HATE_CORPORA = ("gahd", "hatexplain")
"""They label hate against groups."""
BLIND_CORPORA = ("gahd",)
"""They call an insult without a group harmless: the offence head does not see them."""
HATE_ROWS = (*HATE_CORPORA, "davidson", "jigsaw_subset_en", "own")
PENALTY = {"de": 2e-4, "en": 5e-5, "pl": 3e-4, "ro": 1e-4}
HATE_PENALTY = 3e-4
STATEMENT_PENALTY = 2e-4
HATE_SCALE = 2.0
"""The hate head's buckets are bound less tightly than its signals: hate against groups is told in whole sentences."""
LABEL_PENALTY = 1e-4
QUIET = 0.1
"""Signals speak of toxicity through the heads already: beside them they are bound more tightly."""
EVIDENCE = 40
"""A language answers a label when at least so many of its rows have it, and so many do not."""
PARTS = ((0,), (1, 2), (3, 4))
"""The folds whose rows are scored together by heads that have not seen them."""
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Examples:
    """The rows of one language, as numbers."""

    rows: Sequence[Row]
    features: sparse.csr_matrix
    signals: Floats
    columns: Columns

    def of(self, label: str) -> tuple[Floats, NDArray[np.bool_]]:
        """The label's value for each row, and which rows tell it."""
        known = np.array([label in row.labels for row in self.rows])
        return np.array([row.labels.get(label, 0.0) for row in self.rows]), known

    @property
    def weights(self) -> Floats:
        return np.array([row.weight for row in self.rows])

    def among(self, corpora: Sequence[str]) -> NDArray[np.bool_]:
        return np.array([row.corpus in corpora for row in self.rows])


def train(rows: Sequence[Row]) -> Weights:
    """Compile the lexicon, fit heads and labels for each language, calibrate, quantise."""
    languages = sorted({row.language for row in rows})
    texts = {code: [row.text for row in rows if row.language == code] for code in languages}
    compiled = compile_lexicon([*with_tails(read_lexicon()), *read_groups()], texts)
    models = [fit_language(code, examples_of(code, rows, compiled)) for code in languages]
    codes, finder = learn_languages(texts)
    return pack(models, compiled, codes, finder, word_list(rows, read_lexicon()))


def examples_of(language: str, rows: Sequence[Row], compiled: Compiled) -> Examples:
    """The rows of one language with their features, and with the signals that count in it."""
    own = [row for row in rows if row.language == language]
    texts = [row.text for row in own]
    columns = Columns(compiled.columns)
    signals = read_signals(texts, compiled, columns.foreign(language))
    own = forget_offence(teach(own) if language == "en" else own, np.asarray(signals[:, columns.personal].any(axis=1)))
    return Examples(own, feature_matrix(texts), signals, columns)


def forget_offence(rows: Sequence[Row], offensive: NDArray[np.bool_]) -> list[Row]:
    """A hate corpus calls an insult without a group "not hate"; that says nothing of its toxicity."""
    return [
        replace(row, labels={"identity_attack": 0.0})
        if insults and row.corpus in BLIND_CORPORA and not row.labels["toxicity"]
        else row
        for row, insults in zip(rows, offensive, strict=True)
    ]


def read_signals(texts: Sequence[str], compiled: Compiled, foreign: Collection[int]) -> Floats:
    """The lexicon's columns for each text; foreign: those that do not count in its language."""
    columns, parts = Columns(compiled.columns), []
    for first in range(0, len(texts), _BATCH):
        words = Words(fold(texts[first : first + _BATCH]))
        held = compiled.lexicon.hold(stem_keys(words.strings()))
        found = find_matches(compiled.lexicon, columns, words, held, [foreign] * len(words.first))
        parts.append(signal_matrix(found, len(columns.names)))
    return np.vstack(parts)


def fit_language(code: str, examples: Examples) -> Language:
    """The heads on all rows; the labels on what heads that have not seen a row say of it."""
    folds = np.array([row.fold for row in examples.rows])
    unseen = np.zeros((len(folds), HEADS))
    for part in PARTS:
        held = np.isin(folds, part)
        unseen[held] = fit_heads(code, examples, ~held).margins(examples.features[held], examples.signals[held])
    combined = combine(unseen, examples.signals, examples.columns)
    fitted = ((str(label), fit_label(label, examples, combined)) for label in LABELS)
    lines = {label: line for label, line in fitted if line is not None}
    heads = fit_heads(code, examples, np.ones(len(folds), dtype=bool))
    return Language(code, heads, lines, _threshold(examples, combined, lines["toxicity"]))


def _threshold(examples: Examples, combined: Floats, line: Floats) -> float:
    """The probability of toxicity with the best macro-F1 on the corpus whose test set is judged by it."""
    rows = examples.among(("germeval2018",))
    if not rows.any():
        return 0.5
    chances = expit(combined[rows] @ line[:-1] + line[-1])
    return best_threshold(examples.of("toxicity")[0][rows], chances)


def fit_heads(code: str, examples: Examples, rows: NDArray[np.bool_]) -> Heads:
    """The heads on some of the rows."""
    toxic, told = examples.of("toxicity")
    chosen = rows & told & ~examples.among(BLIND_CORPORA)
    weights = examples.weights
    offence = fit_head(
        examples.features[chosen], examples.signals[chosen], toxic[chosen], weights[chosen], PENALTY[code]
    )
    hateful, told = examples.of("identity_attack")
    chosen = rows & told & examples.among(HATE_ROWS)
    if (hateful * chosen).sum() < EVIDENCE:
        return Heads(offence, None, None)
    features = examples.features[chosen] * HATE_SCALE
    hate = fit_head(features, examples.signals[chosen], hateful[chosen], weights[chosen], HATE_PENALTY)
    hate = Line(hate.buckets * HATE_SCALE, hate.signals, hate.bias)
    return Heads(offence, hate, fit_statement(examples, rows))


def fit_statement(examples: Examples, rows: NDArray[np.bool_]) -> Line:
    """Tells the rows of hate corpora from all others by their buckets alone: how it is said, not whether it is bad."""
    hushed = np.zeros_like(examples.signals)
    about = examples.among(HATE_CORPORA).astype(np.float64)
    return fit_head(examples.features[rows], hushed[rows], about[rows], examples.weights[rows], STATEMENT_PENALTY)


def fit_label(label: str, examples: Examples, combined: Floats) -> Floats | None:
    """The calibrated log-odds of a label as weights of combine()'s columns and the bias; None without evidence."""
    positive, known = examples.of(label)
    positive, columns, weights = positive[known], combined[known], examples.weights[known]
    if min((positive > 0.5).sum(), (positive <= 0.5).sum()) < EVIDENCE:
        return None
    loudness = np.ones(columns.shape[1])
    loudness[FRONT:] = QUIET if label == "toxicity" else 1.0
    line = fit_logistic(columns * loudness, positive, weights, LABEL_PENALTY)
    line[:-1] *= loudness
    slope, offset = fit_line(columns @ line[:-1] + line[-1], positive, weights, BASE_RATES.get(label, RARE))
    line *= slope
    line[-1] += offset
    return line


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training corpora (NAME.jsonl.gz)")
    parser.add_argument("--to", type=Path, default=HERE, help="where the weights go (default: the package)")
    choice = parser.parse_args()
    try:
        rows = [*read_corpora(choice.data), *own_rows(read_frames(), read_lists())]
    except ModelError as error:
        parser.error(str(error))
    choice.to.mkdir(parents=True, exist_ok=True)
    size = write_weights(train(rows), choice.to)
    print(f"{size:,} bytes of weights written to {choice.to}")  # noqa: T201


if __name__ == "__main__":
    main()
