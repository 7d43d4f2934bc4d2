"""From scores to a verdict: thresholds per label and per source, as a pure function."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from moderation.comment import Scores, Verdict

DEFAULT_REVIEW: Mapping[str, float] = {"toxicity": 0.35, "insult": 0.3, "threat": 0.4, "identity_attack": 0.4}
"""Who reads the flags wants few to be wrong, and fewer to be missed: with probabilities calibrated to one toxic comment
in ten, these thresholds flag 1 to 3 in 100 harmless German, English, Polish and Romanian texts (the model card)."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities at or above which a label sends a comment to review, or rejects it outright."""

    review: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_REVIEW))
    reject: Mapping[str, float] = field(default_factory=dict)
    """Empty by default: nothing is rejected without a person."""


def decide(scores: Scores, thresholds: Thresholds) -> Verdict:
    """The verdict for these scores. What was not scored, or is in an unsupported language, goes to review."""
    if not scores.scored:
        return Verdict("review", f"not scored: {scores.error}", 1.0)
    if not scores.supported:
        return Verdict("review", f"language {scores.language} not supported", 1.0)
    severity, label = _worst(scores.probabilities, thresholds.review)
    for name, bound in thresholds.reject.items():
        if scores.probabilities.get(name, 0.0) >= bound:
            return Verdict("reject", _rule(name, scores.probabilities[name], bound), severity, name)
    if not label:
        return Verdict("review", "not scored: the model answers none of the labels with a threshold", 1.0)
    rule = _rule(label, scores.probabilities[label], thresholds.review[label])
    return Verdict("review" if severity >= 1.0 else "pass", rule, severity, label)


def _worst(probabilities: Mapping[str, float], review: Mapping[str, float]) -> tuple[float, str]:
    known = [(probabilities[label] / bound, label) for label, bound in review.items() if label in probabilities]
    return max(known, default=(0.0, ""))


def _rule(label: str, probability: float, bound: float) -> str:
    return f"{label} {probability:.2f} {'>=' if probability >= bound else '<'} {bound:.2f}"
