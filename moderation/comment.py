"""The words: one small vocabulary of frozen values that every part of Flagdesk speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

Label = Literal["toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit"]
LABELS: tuple[Label, ...] = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "identity_attack",
    "insult",
    "threat",
    "sexual_explicit",
)
"""Detoxify's seven labels."""

Reason = Literal["insult", "hate", "threat", "spam", "off_topic", "illegal", "other"]
REASONS: tuple[Reason, ...] = ("insult", "hate", "threat", "spam", "off_topic", "illegal", "other")

Outcome = Literal["pass", "review", "reject"]


@dataclass(frozen=True, slots=True)
class Thread:
    """What a comment stands under: an article, a channel's post. Empty strings where the source does not say."""

    id: str = ""
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One text by one person, as its source gave it. (source, external_id, revision) names it for ever."""

    source: str
    external_id: str
    text: str
    author: str = ""
    author_id: str = ""
    thread: Thread = field(default_factory=Thread)
    parent_id: str = ""
    """external_id of the comment this one answers."""
    parent_text: str = ""
    posted_at: datetime | None = None
    language: str = ""
    """The source's language (ISO 639-1), the fallback for texts too short to tell; empty: not known."""
    revision: int = 1
    url: str = ""
    """Where a person can see the comment itself."""


class Span(NamedTuple):
    """Part of a text that earned a score: code points [start, end) of the original, weight > 0."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model says of a text: label -> probability, only for the labels it has evidence for."""

    model: str
    version: str
    language: str = "und"
    """ISO 639-1 code of the text's language, or "und"."""
    supported: bool = True
    """False: the model has no evidence for this language, so its probabilities decide nothing."""
    probabilities: Mapping[str, float] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    error: str = ""
    """Why there are no probabilities; empty when the text was scored."""

    @property
    def scored(self) -> bool:
        return not self.error


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says of scores, and the rule that said so."""

    outcome: Outcome
    rule: str
    """For people: "toxicity 0.71 >= 0.50", "not scored: ...", "language fi not supported"."""
    severity: float
    """Largest probability / review threshold over the labels; 1.0 is just flagged."""
    label: str = ""
    """The label with the largest severity; empty where no score decided."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who taps and commands, by their Telegram id (0: a rule, not a person)."""

    id: int
    name: str


Kind = Literal["approve", "reject", "reason", "undo"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the record: who decided what, why and when. Rows are only ever added."""

    id: int
    case_id: int
    kind: Kind
    person: Person
    at: datetime
    reason: str = ""
    """One of REASONS for a rejection once a person has named it, else empty."""
    rule: str = ""
    """The rule that decided, when no person did."""


CaseState = Literal["waiting", "decided", "superseded"]
EffectState = Literal["", "pending", "confirmed", "recorded", "human", "cancelled"]


class Record(NamedTuple):
    """An author's last 30 days at one source: how many of their comments were flagged, and rejected."""

    flagged: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Case:
    """A comment that a person must decide (or has decided): everything a card needs."""

    id: int
    comment: Comment
    scores: Scores
    verdict: Verdict
    state: CaseState
    opened_at: datetime
    record: Record = field(default_factory=lambda: Record(0, 0))
    claimed_by: Person | None = None
    """Who has it on screen in review mode right now."""
    hidden_until: datetime | None = None
    """Somebody chose "Later": review mode does not show it before then."""
    decision: Decision | None = None
    """The decision in force: an approve or a reject, with its reason."""
    effect: EffectState = ""
    """How far the decision's action at the source is; empty: nothing to do there."""
    effect_note: str = ""
    """What a person must do by hand, or when the action leaves; for people."""
    effect_due: datetime | None = None
    """Until then Undo is exact: the action has not left."""
    removed: bool = False
    """The source has removed it, and nothing that was decided since brings it back."""


class Waiting(NamedTuple):
    """A comment that waits for its scores, by its number in the inbox."""

    id: int
    comment: Comment


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment's scores and the verdict on them, under the thresholds of its source."""

    id: int
    scores: Scores
    verdict: Verdict
    thresholds: Mapping[str, Mapping[str, float]]


class Taken(NamedTuple):
    """What became of a batch: the inbox numbers of new comments and revisions, and how many were known already."""

    new: tuple[int, ...]
    known: int


Action = Literal["approve", "reject", "restore"]


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to be done outside, kept until it is confirmed."""

    id: int
    key: str
    kind: str
    target: str
    case_id: int | None
    payload: Mapping[str, Any]
    version: int
    """Which wish of this effect is being carried out: a newer one leaves it pending."""
    attempts: int
    created_at: datetime
