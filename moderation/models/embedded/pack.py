"""From what was fitted to what ships: quantised tables, one matrix for all labels, and facts about them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from moderation.comment import LABELS
from moderation.models.embedded.compile import Compiled
from moderation.models.embedded.heads import Line
from moderation.models.embedded.lexicon import close_lexicon
from moderation.models.embedded.linear import HEADS
from moderation.models.embedded.signals import FRONT
from moderation.models.embedded.weights import Weights

Floats = NDArray[np.float64]

_NEUTRAL = ("group", "harmless", "mild")
_QUIET = 0.03
"""Probability of any label for a text in an unknown language in which the lexicon finds nothing."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Offence; hate; and whether a text reads like the statements about groups that hate corpora are made of.

    The last two are None where no corpus of the language tells them.
    """

    offence: Line
    hate: Line | None
    statement: Line | None

    def margins(self, features: sparse.csr_matrix, signals: Floats) -> Floats:
        """The margins of each row; 0 for a head that is not there."""
        lines = (self.offence, self.hate, self.statement)
        silent = np.zeros(len(signals))
        return np.stack([line.margins(features, signals) if line else silent for line in lines], axis=1)


@dataclass(frozen=True, slots=True)
class Language:
    """All that was fitted for one language. lines: label -> weights of combine()'s columns and the bias."""

    code: str
    heads: Heads
    lines: Mapping[str, Floats]
    threshold: float
    """The probability of toxicity with the best macro-F1 on GermEval's training rows; 0.5 for other languages."""


def pack(
    models: Sequence[Language],
    compiled: Compiled,
    codes: Sequence[str],
    finder: Mapping[str, NDArray[Any]],
    wordbook: NDArray[np.uint8],
) -> Weights:
    """The weights file's arrays and facts. The languages that tell hate come first."""
    models = sorted(models, key=lambda model: (model.heads.hate is None, model.code))
    packed = [_quantise(model.heads, len(compiled.columns)) for model in models]
    arrays: dict[str, NDArray[Any]] = {
        "offence": np.concatenate([table[:, 0] for table, _, _ in packed]),
        "hate": np.concatenate([table[:, 1] for table, _, _ in packed if table[:, 1].any()]),
        "statement": np.concatenate([table[:, 2] for table, _, _ in packed if table[:, 2].any()]),
        "scales": np.array([scales for _, scales, _ in packed]),
        "head_signals": np.array([signals for _, _, signals in packed], dtype=np.float32),
        "lines": _lines(models, compiled.columns).astype(np.float32),
        **close_lexicon(compiled.lexicon),
        "wordbook": wordbook,
        **finder,
    }

    digest = hashlib.sha256(b"".join(arrays[name].tobytes() for name in sorted(arrays))).hexdigest()
    facts = {
        "version": f"2.{digest[:8]}",
        "labels": list(LABELS),
        "languages": [model.code for model in models],
        "found_languages": list(codes),
        "columns": list(compiled.columns),
        "threshold": {model.code: round(model.threshold, 4) for model in models},
    }
    return Weights(arrays, facts)


def _quantise(heads: Heads, columns: int) -> tuple[NDArray[np.int8], Floats, Floats]:
    """One byte for each weight; the few largest are cut off, so that the many small ones keep their digits."""
    table = np.zeros((len(heads.offence.buckets), HEADS), dtype=np.int8)
    scales, signals = np.zeros((HEADS, 2)), np.zeros((HEADS, columns))
    for number, line in enumerate((heads.offence, heads.hate, heads.statement)):
        if line is None:
            continue
        used = np.abs(line.buckets[line.buckets != 0])
        scale = float(np.quantile(used, 0.9998)) / 127
        table[:, number] = np.clip(np.rint(line.buckets / scale), -127, 127)
        scales[number] = scale, line.bias
        signals[number] = line.signals
    return table, scales, signals


def _lines(models: Sequence[Language], columns: Sequence[str]) -> Floats:
    """For each language, and last for any other, the weights of each label; not a number: no evidence."""
    lines = np.full((len(models) + 1, len(LABELS), FRONT + len(columns) + 1), np.nan)
    for number, model in enumerate(models):
        for label, line in model.lines.items():
            lines[number, LABELS.index(label)] = line
    lines[-1] = _anywhere(models, columns)
    return lines


def _anywhere(models: Sequence[Language], columns: Sequence[str]) -> Floats:
    """For other languages only their lexicon speaks: a column weighs what its like does in the languages fitted."""
    fitted = {model.code: _effects(model) for model in models}
    weights: dict[str, list[Floats]] = {}
    for place, name in enumerate(columns):
        kind, code = _kind(name)
        if code in fitted:
            weights.setdefault(kind, []).append(fitted[code][:, place])
    out = np.zeros((len(LABELS), FRONT + len(columns) + 1))
    for place, name in enumerate(columns):
        kind, code = _kind(name)
        if kind in weights and code not in fitted and not kind.startswith(_NEUTRAL):
            out[:, FRONT + place] = np.maximum(np.mean(weights[kind], axis=0), 0.0)
    out[:, -1] = np.log(_QUIET / (1 - _QUIET))
    return out


def _kind(column: str) -> tuple[str, str]:
    """What a column is of, and its language."""
    kind, code = column.rstrip("!").rsplit(" ", 1)
    return kind, code


def _effects(model: Language) -> Floats:
    """What each column adds to each label: by itself, and through the head that it speaks through."""
    effects = np.zeros((len(LABELS), len(model.heads.offence.signals)))
    for label, line in model.lines.items():
        heads = line[0] * model.heads.offence.signals
        effects[LABELS.index(label)] = line[FRONT:-1] + heads
    return effects
