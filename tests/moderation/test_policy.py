"""Scores become a verdict by the thresholds alone; what is not known goes to a person."""

import pytest

from moderation.comment import Scores, Verdict
from moderation.policy import Thresholds, decide


def of(**probabilities: float) -> Scores:
    return Scores("words", "1", "en", probabilities=probabilities)


@pytest.mark.parametrize(("toxicity", "outcome"), [(0.0, "pass"), (0.34, "pass"), (0.35, "review"), (1.0, "review")])
def test_a_probability_at_the_threshold_is_looked_at(toxicity: float, outcome: str) -> None:
    assert decide(of(toxicity=toxicity), Thresholds()).outcome == outcome


def test_the_rule_says_label_probability_and_threshold() -> None:
    half = Thresholds(review={"toxicity": 0.5})
    assert decide(of(toxicity=0.71), half) == Verdict("review", "toxicity 0.71 >= 0.50", 1.42, "toxicity")
    assert decide(of(toxicity=0.2), half).rule == "toxicity 0.20 < 0.50"


def test_severity_is_the_largest_share_of_a_threshold_not_the_largest_probability() -> None:
    verdict = decide(of(toxicity=0.8, threat=0.4), Thresholds(review={"toxicity": 0.5, "threat": 0.1}))
    assert (verdict.label, verdict.severity) == ("threat", 4.0)


def test_nothing_is_rejected_without_a_person_unless_a_threshold_says_so() -> None:
    assert decide(of(toxicity=1.0), Thresholds()).outcome == "review"
    assert decide(of(toxicity=0.9), Thresholds(reject={"toxicity": 0.9})).outcome == "reject"
    assert decide(of(toxicity=0.89), Thresholds(reject={"toxicity": 0.9})).outcome == "review"


def test_a_label_without_evidence_is_not_zero() -> None:
    verdict = decide(of(insult=0.1), Thresholds(review={"toxicity": 0.5}))
    assert (verdict.outcome, verdict.severity) == ("review", 1.0)
    assert verdict.rule.startswith("not scored")


def test_a_label_without_a_threshold_decides_nothing() -> None:
    assert decide(of(toxicity=0.1, obscene=1.0), Thresholds()).outcome == "pass"


def test_what_was_not_scored_goes_to_a_person_and_says_why() -> None:
    verdict = decide(Scores("words", "1", error="out of memory"), Thresholds(reject={"toxicity": 0.1}))
    assert verdict == Verdict("review", "not scored: out of memory", 1.0)


def test_an_unsupported_language_goes_to_a_person_whatever_the_numbers() -> None:
    scores = Scores("words", "1", language="fi", supported=False, probabilities={"toxicity": 0.99})
    assert decide(scores, Thresholds(reject={"toxicity": 0.5})) == Verdict("review", "language fi not supported", 1.0)
